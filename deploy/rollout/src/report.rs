//! What happened, gate by gate, for people (`report.md`) and programs (`report.json`); written after every gate.

mod markdown;

use crate::engine::Outcome;
use crate::journal::{Failure, Journal};
use crate::k6::{K6Gate, Summary};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// A rollout's report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which rollout.
    pub rollout: String,
    /// What the regions were to run.
    pub version: String,
    /// Whose objectives held.
    pub environment: String,
    /// `running`, `done`, `stopped` or `stuck`.
    pub outcome: String,
    /// What the program exits with; nothing while it runs.
    pub exit_code: Option<u8>,
    /// Which gate said no, where and why.
    pub failure: Option<Failure>,
    /// How the regions were left.
    pub regions: Vec<RegionNow>,
    /// Every gate, in the order of time.
    pub gates: Vec<Gate>,
    #[serde(skip)]
    folder: PathBuf,
}

/// How a region was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionNow {
    /// Its name.
    pub region: String,
    /// What it runs.
    pub runs: String,
    /// Its dial, in percent; nothing if that could not be asked.
    pub dial: Option<u8>,
}

/// Which way it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the new version.
    Forward,
    /// To the old one.
    Back,
}

/// One gate, passed or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// Where, if anywhere.
    pub region: Option<String>,
    /// Which way it went.
    pub direction: Direction,
    /// Whether it said yes.
    pub passed: bool,
    /// What was seen, or why not.
    pub detail: String,
    /// When it began, in RFC 3339.
    pub began: String,
    /// How long it took.
    pub seconds: f64,
    /// Requests that k6 sent.
    pub requests: Option<u64>,
    /// Those of them that failed.
    pub failed_requests: Option<u64>,
    /// What k6 demanded.
    pub k6: Vec<K6Gate>,
    /// The folder beside this report that holds what k6 wrote.
    pub files: Option<String>,
    #[serde(skip)]
    started: Duration,
}

impl Report {
    /// Of a rollout that begins; or as far as an earlier process has come, if it left its report there.
    pub fn of(journal: &Journal) -> Self {
        let folder = journal.settings.report.clone();
        let earlier = fs::read_to_string(folder.join("report.json")).ok();
        let earlier: Option<Self> = earlier.and_then(|text| serde_json::from_str(&text).ok());
        let fresh =
            || Self::new(&journal.rollout, &journal.version.0, &journal.settings.environment, folder.clone());
        match earlier.filter(|earlier| earlier.rollout == journal.rollout) {
            Some(earlier) => Self { outcome: "running".to_owned(), exit_code: None, folder, ..earlier },
            None => fresh(),
        }
    }

    /// Of one that may not even begin.
    pub fn new(rollout: &str, version: &str, environment: &str, folder: PathBuf) -> Self {
        Self {
            rollout: rollout.to_owned(),
            version: version.to_owned(),
            environment: environment.to_owned(),
            outcome: "running".to_owned(),
            exit_code: None,
            failure: None,
            regions: Vec::new(),
            gates: Vec::new(),
            folder,
        }
    }

    /// How many gates it has.
    pub fn gates(&self) -> usize {
        self.gates.len()
    }

    pub(crate) fn add(&mut self, gate: Gate) {
        self.gates.push(gate);
    }

    pub(crate) fn end(&mut self, outcome: &Outcome, regions: Vec<RegionNow>) {
        let (name, failure) = match outcome {
            Outcome::Done => ("done", None),
            Outcome::Stopped(failure) => ("stopped", Some(failure.clone())),
            Outcome::Stuck(failure) => ("stuck", Some(failure.clone())),
            Outcome::Held(_) => ("held", None),
        };
        self.outcome = name.to_owned();
        self.exit_code = Some(outcome.exit_code());
        self.failure = failure;
        self.regions = regions;
    }

    /// Writes both files, each wholly or not at all.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let json = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        for (name, text) in [("report.json", json + "\n"), ("report.md", self.to_string())] {
            let beside = self.folder.join(format!(".{name}"));
            fs::write(&beside, text)?;
            fs::rename(beside, self.folder.join(name))?;
        }
        Ok(())
    }
}

impl Gate {
    pub(crate) fn begin(
        name: &str,
        region: Option<String>,
        direction: Direction,
        now: SystemTime,
        started: Duration,
    ) -> Self {
        Self {
            name: name.to_owned(),
            region,
            direction,
            passed: true,
            detail: String::new(),
            began: humantime::format_rfc3339_seconds(now).to_string(),
            seconds: 0.0,
            requests: None,
            failed_requests: None,
            k6: Vec::new(),
            files: None,
            started,
        }
    }

    pub(crate) fn end(&mut self, now: Duration) {
        self.seconds = (now.saturating_sub(self.started).as_secs_f64() * 10.0).round() / 10.0;
    }

    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.passed = false;
        self.detail.clone_from(&failure.why);
    }

    pub(crate) fn measured(&mut self, summary: &Summary) {
        self.requests = Some(summary.requests);
        self.failed_requests = Some(summary.failed_requests);
        self.k6.clone_from(&summary.gates);
    }

    /// It in one line.
    pub fn line(&self) -> String {
        let passed = if self.passed { "passed" } else { "FAILED" };
        let requests = self.requests.map_or_else(String::new, |requests| {
            format!(", {requests} requests, {} failed", self.failed_requests.unwrap_or_default())
        });
        format!("{self}: {passed} in {:.1} s{requests}: {}", self.seconds, self.detail)
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = self.region.as_deref().unwrap_or("all");
        let back = if self.direction == Direction::Back { " (back)" } else { "" };
        write!(formatter, "{region}: {}{back}", self.name)
    }
}
