//! The rollout itself: one step after the other, each journalled before it begins, forward while every gate says yes and
//! back at the first that says no.

mod back;
mod bake;
mod forward;
mod load;
mod open;
mod regions;

pub use open::{Ask, open, read_journal};

use crate::journal::{Ended, Failure, Journal, Position};
use crate::report::{Direction, Gate, Report};
use crate::tools::Tools;
use crate::{Lock, Platform, PlatformError};
use std::time::Duration;

/// How a rollout ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every region runs the new version.
    Done,
    /// It did not begin, or something was wrong and what had to go back is back.
    Stopped(Failure),
    /// Something was wrong, and not everything could be put back: somebody is needed.
    Stuck(Failure),
    /// Another rollout holds the lock.
    Held(String),
}

impl Outcome {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Stopped(_) => 1,
            Self::Stuck(_) => 2,
            Self::Held(_) => 75,
        }
    }
}

/// A rollout under way.
pub struct Engine<'run> {
    platform: &'run dyn Platform,
    tools: Tools<'run>,
    lock: Box<dyn Lock>,
    journal: Journal,
    report: Report,
}

impl Engine<'_> {
    /// Goes on until nothing is left to do, or nothing can be done.
    pub fn run(mut self) -> Outcome {
        let outcome = self.steps();
        if let Outcome::Held(_) = outcome {
            // Whoever has the lock now writes the report.
            return outcome;
        }
        let regions = self.regions_now();
        self.report.end(&outcome, regions);
        self.tell_report();
        outcome
    }

    fn steps(&mut self) -> Outcome {
        loop {
            if let Err(PlatformError::Held(by)) = self.lock.check() {
                return Outcome::Held(by);
            }
            if self.is_forward() && self.tools.stop.is_asked() {
                self.turn_back(Failure::new("stop", None, "somebody asked to stop"));
            }
            // Before it begins: whoever resumes does it again.
            let saved = self.save();
            if let Err(why) = &saved
                && self.is_forward()
            {
                self.turn_back(Failure::new("journal", None, why));
                continue;
            }
            if let Position::Ended(ended) = self.journal.position {
                return self.outcome(ended, saved.err());
            }
            let forward = self.is_forward();
            match self.perform() {
                Ok(()) => self.journal.succeed(),
                Err(failure) if forward => self.turn_back(failure),
                Err(failure) => return Outcome::Stuck(failure),
            }
        }
    }

    fn outcome(&self, ended: Ended, unsaved: Option<String>) -> Outcome {
        if let Some(why) = unsaved {
            return Outcome::Stuck(Failure::new("journal", None, why));
        }
        match ended {
            Ended::Done => Outcome::Done,
            Ended::Stopped => Outcome::Stopped(
                self.journal
                    .failure
                    .clone()
                    .unwrap_or_else(|| Failure::new("unknown", None, "nobody said why")),
            ),
        }
    }

    fn perform(&mut self) -> Result<(), Failure> {
        match self.journal.position.clone() {
            Position::Migrations => self.migrations(),
            Position::Forward(region, step) => self.forward(region, step),
            Position::Back(regions, step) => match regions.first() {
                Some(&region) => self.back(region, step),
                None => Ok(()),
            },
            Position::Ended(_) => Ok(()),
        }
    }

    fn turn_back(&mut self, failure: Failure) {
        self.say(&format!("NO: {failure}"));
        self.journal.turn_back(failure);
        if let Position::Back(regions, _) = &self.journal.position {
            let names: Vec<_> =
                regions.iter().map(|&region| self.journal.regions[region].region.as_str()).collect();
            self.say(&format!("going back: {}", names.join(", ")));
        }
    }

    fn is_forward(&self) -> bool {
        matches!(self.journal.position, Position::Migrations | Position::Forward(..))
    }

    fn save(&self) -> Result<(), String> {
        let text = serde_json::to_string(&self.journal).map_err(|error| error.to_string())?;
        self.platform.save_journal(&text).map_err(|error| error.to_string())
    }

    fn say(&self, text: &str) {
        (self.tools.say)(text);
    }

    /// A failure of the gate at hand.
    fn failure(&self, why: impl ToString) -> Failure {
        Failure::new(self.journal.gate(), self.journal.region().map(|before| before.region.as_str()), why)
    }

    /// Does something and records it as the gate at hand.
    fn gate(&mut self, act: impl FnOnce(&Self) -> Result<String, Failure>) -> Result<(), Failure> {
        let mut gate = self.begin_gate(self.journal.gate());
        let result = act(self);
        match &result {
            Ok(detail) => gate.detail = detail.clone(),
            Err(failure) => gate.fail(failure),
        }
        self.end_gate(gate);
        result.map(drop)
    }

    fn begin_gate(&self, name: &str) -> Gate {
        let region = self.journal.region().map(|before| before.region.clone());
        let direction = if self.is_forward() { Direction::Forward } else { Direction::Back };
        let gate = Gate::begin(name, region, direction, self.tools.clock.now(), self.tools.clock.elapsed());
        self.say(&format!("{gate} ..."));
        gate
    }

    fn end_gate(&mut self, mut gate: Gate) {
        gate.end(self.tools.clock.elapsed());
        self.say(&gate.line());
        self.report.add(gate);
        self.tell_report();
    }

    /// A report that cannot be written stops nothing.
    fn tell_report(&self) {
        if let Err(error) = self.report.write() {
            self.say(&format!("the report cannot be written: {error}"));
        }
    }

    /// Looks every so often until something is so, at most so long; says what was seen last.
    fn wait_until(
        &self,
        at_most: Duration,
        mut look: impl FnMut() -> Result<(), String>,
    ) -> Result<(), String> {
        let deadline = self.tools.clock.elapsed() + at_most;
        loop {
            match look() {
                Ok(()) => return Ok(()),
                Err(last) if self.tools.clock.elapsed() >= deadline => {
                    return Err(format!("{last} (waited {})", humantime::format_duration(at_most)));
                }
                Err(_) if self.is_forward() && self.tools.stop.is_asked() => {
                    return Err("somebody asked to stop".to_owned());
                }
                Err(_) => self.tools.clock.pause(self.journal.settings.times.poll),
            }
        }
    }
}
