//! What a rollout asks of the place where the regions run.

pub mod aws;
pub mod lab;

use crate::Migration;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A place where the regions run. Every method may be called again after it failed, or after its caller died in it.
pub trait Platform {
    /// In the order of the rollout; the first is the canary.
    fn regions(&self) -> Vec<String>;

    /// What the region runs, or is being made to run.
    ///
    /// # Errors
    /// If that cannot be told.
    fn running(&self, region: &str) -> Result<Version, PlatformError>;

    /// Percent of the region's own traffic that it gets.
    ///
    /// # Errors
    /// If that cannot be told.
    fn dial(&self, region: &str) -> Result<u8, PlatformError>;

    /// Returns when it has taken effect and what was in flight has ended.
    ///
    /// # Errors
    /// If it has not; the dial may stand anywhere.
    fn set_dial(&self, region: &str, percent: u8) -> Result<(), PlatformError>;

    /// Replaces every instance of the region; returns when the new ones run (not: are ready), or says why they do not.
    ///
    /// # Errors
    /// If they do not; the region may run either version, or none.
    fn replace(&self, region: &str, version: &Version) -> Result<(), PlatformError>;

    /// What `/readyz` of the region's instances says. An instance that does not answer is one that is not ready.
    ///
    /// # Errors
    /// If nobody can be asked.
    fn readiness(&self, region: &str) -> Result<Readiness, PlatformError>;

    /// Where k6 finds that region past the global balancer: `http://host:port`.
    ///
    /// # Errors
    /// If there is no such region.
    fn address(&self, region: &str) -> Result<String, PlatformError>;

    /// What `jubilee migrate` of that version would do, as `jubilee migrate --dry-run --format json` tells it
    /// ([`Migration::pending`] reads that).
    ///
    /// # Errors
    /// If that program cannot be run, or fails.
    fn pending_migrations(&self, version: &Version) -> Result<Vec<Migration>, PlatformError>;

    /// Runs `jubilee migrate` of that version to its end.
    ///
    /// # Errors
    /// If it fails.
    fn migrate(&self, version: &Version) -> Result<(), PlatformError>;

    /// The journal as it was last saved; `None` if there never was one.
    ///
    /// # Errors
    /// If that cannot be told.
    fn load_journal(&self) -> Result<Option<String>, PlatformError>;

    /// Replaces the journal, wholly or not at all; it is durable when this returns. At most 4 KB.
    ///
    /// # Errors
    /// If it may not have been saved.
    fn save_journal(&self, text: &str) -> Result<(), PlatformError>;

    /// Takes the lock that keeps two rollouts apart. `holder` says who and since when, for people.
    /// `take_over` takes it from a holder that is dead but cannot be seen to be; where that can be seen it means nothing.
    ///
    /// # Errors
    /// [`PlatformError::Held`] if another rollout has it.
    fn lock(&self, holder: &str, take_over: bool) -> Result<Box<dyn Lock>, PlatformError>;
}

/// The lock, held. It renews itself where it must, and goes when it is dropped.
pub trait Lock {
    /// Whether it is still held; asked before every step.
    ///
    /// # Errors
    /// [`PlatformError::Held`] if somebody took it over.
    fn check(&self) -> Result<(), PlatformError>;
}

/// What a region runs: in the laboratory the absolute path of a program, on AWS an image's tag or digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What `/readyz` of a region's instances says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Instances that are ready.
    pub ready: usize,
    /// Instances that there should be.
    pub wanted: usize,
    /// Why the others are not, such as `schema_older`; for the report.
    pub reasons: Vec<String>,
}

impl Readiness {
    /// Whether every instance that there should be is ready, and there is one.
    pub fn is_ready(&self) -> bool {
        self.wanted > 0 && self.ready >= self.wanted
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {} instances ready", self.ready, self.wanted)?;
        if self.reasons.is_empty() { Ok(()) } else { write!(formatter, " ({})", self.reasons.join("; ")) }
    }
}

/// Why the platform did not do what it was asked. Its text goes into reports: it never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// It failed, was refused, or took too long.
    #[error("{0}")]
    Failed(String),
    /// Another rollout holds the lock: who, and since when.
    #[error("another rollout holds the lock: {0}")]
    Held(String),
}

impl PlatformError {
    /// It failed, and why.
    pub fn failed(why: impl fmt::Display) -> Self {
        Self::Failed(why.to_string())
    }
}
