//! What was begun, so that another process can go on or go back.

use crate::Version;
use serde::{Deserialize, Serialize};

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

/// A region as it was when the rollout began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Its name.
    pub region: String,
    /// What it ran.
    pub version: Version,
    /// Its dial, in percent.
    pub dial: u8,
}
