//! What was begun, so that another process can go on or go back. Pure: where it lies is the platform's.

use crate::{Settings, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rollout, as far as it has come. It is saved before each step begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    /// Tells rollouts apart: when it began.
    pub rollout: String,
    /// What the regions are to run.
    pub version: Version,
    /// How it judges.
    pub settings: Settings,
    /// The regions in their order, as they were.
    pub regions: Vec<Before>,
    /// What has begun.
    pub position: Position,
    /// What the region at hand answered before it was touched; k6's own words.
    pub baseline: Option<Value>,
    /// Why it goes back, or has gone.
    pub failure: Option<Failure>,
}

/// A region as it was when the rollout began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Its name.
    pub region: String,
    /// What it ran.
    pub version: Version,
    /// Its dial, in percent.
    pub dial: u8,
    /// Alerts that fired there already and page nobody: they say nothing about the new version.
    pub known_alerts: Vec<String>,
}

/// What has begun. Regions are places in [`Journal::regions`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// The schema, before any region.
    Migrations,
    /// A region on its way to the new version.
    Forward(usize, Step),
    /// Regions on their way back, the first at that step, and each other from its start.
    Back(Vec<usize>, BackStep),
    /// Nothing any more.
    Ended(Ended),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Every region runs the new version.
    Done,
    /// Something was wrong, and what had to go back is back.
    Stopped,
}

/// What a rollout does to a region on its way forward, in this order. Each may be done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Measures the running version.
    Baseline,
    /// Dials the region to 0.
    Drain,
    /// Replaces its instances.
    Replace,
    /// Waits until they are ready.
    Readiness,
    /// Asks every promise once.
    Smoke,
    /// Lets a tenth of the region's users in, under load and watched.
    TenPercent,
    /// Lets all of them in, watched.
    Full,
}

/// What a rollout does to a region on its way back, in this order. Each may be done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackStep {
    /// Dials the region to 0.
    Drain,
    /// Brings the version back that it ran.
    Replace,
    /// Waits until it is ready.
    Readiness,
    /// Asks every promise once.
    Smoke,
    /// Dials the region to what it was.
    Dial,
}

/// Why a rollout stopped. Its text is for people and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which gate said no.
    pub gate: String,
    /// Where, if anywhere.
    pub region: Option<String>,
    /// Why.
    pub why: String,
}

impl Failure {
    /// A gate says no.
    pub fn new(gate: &str, region: Option<&str>, why: impl ToString) -> Self {
        Self { gate: gate.to_owned(), region: region.map(str::to_owned), why: why.to_string() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.region {
            Some(region) => write!(formatter, "{} in {region}: {}", self.gate, self.why),
            None => write!(formatter, "{}: {}", self.gate, self.why),
        }
    }
}

impl Step {
    fn next(self) -> Option<Self> {
        match self {
            Self::Baseline => Some(Self::Drain),
            Self::Drain => Some(Self::Replace),
            Self::Replace => Some(Self::Readiness),
            Self::Readiness => Some(Self::Smoke),
            Self::Smoke => Some(Self::TenPercent),
            Self::TenPercent => Some(Self::Full),
            Self::Full => None,
        }
    }

    /// The gate's name in reports.
    pub fn gate(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Drain => "drain",
            Self::Replace => "replace",
            Self::Readiness => "readiness",
            Self::Smoke => "smoke",
            Self::TenPercent => "ten percent",
            Self::Full => "full",
        }
    }
}

impl BackStep {
    fn next(self) -> Option<Self> {
        match self {
            Self::Drain => Some(Self::Replace),
            Self::Replace => Some(Self::Readiness),
            Self::Readiness => Some(Self::Smoke),
            Self::Smoke => Some(Self::Dial),
            Self::Dial => None,
        }
    }

    /// The gate's name in reports.
    pub fn gate(self) -> &'static str {
        match self {
            Self::Drain => "drain",
            Self::Replace => "replace",
            Self::Readiness => "readiness",
            Self::Smoke => "smoke",
            Self::Dial => "dial back",
        }
    }
}

impl Journal {
    /// Whether there is nothing left to do.
    pub fn is_over(&self) -> bool {
        matches!(self.position, Position::Ended(_))
    }

    /// What has begun went well: on to the next.
    pub fn succeed(&mut self) {
        self.position = match std::mem::replace(&mut self.position, Position::Migrations) {
            Position::Migrations => self.begin_at(0),
            Position::Forward(region, step) => match step.next() {
                Some(step) => Position::Forward(region, step),
                None => {
                    self.baseline = None;
                    self.begin_at(region + 1)
                }
            },
            Position::Back(regions, step) => match step.next() {
                Some(step) => Position::Back(regions, step),
                None => go_back(regions.into_iter().skip(1).collect(), BackStep::Drain),
            },
            ended @ Position::Ended(_) => ended,
        };
    }

    /// Something is wrong: back with what was touched. On the way back there is no other way.
    pub fn turn_back(&mut self, failure: Failure) {
        let (regions, step) = match &self.position {
            Position::Migrations => (Vec::new(), BackStep::Drain),
            Position::Forward(region, step) => {
                let passed =
                    (0..*region).rev().filter(|&passed| self.settings.back_all && self.needs(passed));
                let touched = (*step > Step::Baseline).then_some(*region);
                // Not replaced yet: what runs is the old version, which need not be started again.
                let start = if *step == Step::Drain { BackStep::Readiness } else { BackStep::Drain };
                (touched.into_iter().chain(passed).collect(), start)
            }
            Position::Back(..) | Position::Ended(_) => return,
        };
        self.failure = Some(failure);
        self.position = go_back(regions, step);
    }

    /// From now on the regions that have passed go back too.
    pub fn back_all(&mut self) {
        self.settings.back_all = true;
        if let Position::Back(regions, step) = self.position.clone() {
            let first = regions.iter().copied().min().unwrap_or_default();
            let passed = (0..first).rev().filter(|&passed| self.needs(passed));
            let regions = regions.iter().copied().chain(passed).collect();
            self.position = Position::Back(regions, step);
        }
    }

    /// The region at hand.
    pub fn region(&self) -> Option<&Before> {
        match &self.position {
            Position::Forward(region, _) => self.regions.get(*region),
            Position::Back(regions, _) => regions.first().and_then(|&region| self.regions.get(region)),
            Position::Migrations | Position::Ended(_) => None,
        }
    }

    /// The gate at hand, by its name in reports.
    pub fn gate(&self) -> &'static str {
        match &self.position {
            Position::Migrations => "migrations",
            Position::Forward(_, step) => step.gate(),
            Position::Back(_, step) => step.gate(),
            Position::Ended(_) => "end",
        }
    }

    /// The first region from there on that does not run the new version yet.
    fn begin_at(&self, region: usize) -> Position {
        let next = (region..self.regions.len()).find(|&region| self.needs(region));
        next.map_or(Position::Ended(Ended::Done), |region| Position::Forward(region, Step::Baseline))
    }

    fn needs(&self, region: usize) -> bool {
        self.regions[region].version != self.version
    }
}

fn go_back(regions: Vec<usize>, step: BackStep) -> Position {
    if regions.is_empty() { Position::Ended(Ended::Stopped) } else { Position::Back(regions, step) }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
