//! What a rollout judges with: k6, Prometheus, the time, and somebody who may stop it.

use crate::journal::Failure;
use crate::k6::{Run, Summary};
use crate::migrations::Numbers;
use crate::monitor::{Alert, Descriptors};
use crate::stop::Stop;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// All of them.
#[derive(Clone, Copy)]
pub struct Tools<'tools> {
    /// k6.
    pub k6: &'tools dyn LoadGenerator,
    /// Prometheus.
    pub monitor: &'tools dyn Monitor,
    /// The time.
    pub clock: &'tools dyn Clock,
    /// Who may stop it.
    pub stop: &'tools Stop,
    /// Where it tells what it does, line by line.
    pub say: &'tools dyn Fn(&str),
}

/// Runs k6.
pub trait LoadGenerator {
    /// Whether it can run at all; asked before anything is touched.
    ///
    /// # Errors
    /// Why not.
    fn check(&self) -> Result<(), String>;

    /// Runs a script to its end, looking up every so often with `tick`, which may cut it short.
    ///
    /// # Errors
    /// Why the gate fails: what `tick` said, or what k6 measured.
    fn run(&self, run: &Run, tick: &mut dyn FnMut() -> Result<(), Failure>) -> Result<Summary, RunFailure>;
}

/// Why a run of k6 is no pass.
#[derive(Clone, Debug, PartialEq)]
pub enum RunFailure {
    /// It was cut short by what else was seen.
    CutShort(Failure),
    /// It ended badly or never did, or says no: why, and what it measured if it said.
    Judged(String, Option<Box<Summary>>),
}

/// Asks Prometheus.
pub trait Monitor {
    /// Alerts that are pending or firing, anywhere. Rules that are not evaluated are an error: they ring for nothing.
    ///
    /// # Errors
    /// If that is not known.
    fn alerts(&self) -> Result<Vec<Alert>, String>;

    /// The open descriptors of each instance of a region.
    ///
    /// # Errors
    /// If that is not known.
    fn descriptors(&self, region: &str) -> Result<Descriptors, String>;

    /// The release numbers that instances say they are.
    ///
    /// # Errors
    /// If that is not known.
    fn numbers(&self) -> Result<Numbers, String>;
}

/// The time.
pub trait Clock {
    /// Now, for reports.
    fn now(&self) -> SystemTime;
    /// Since some fixed moment, for measuring.
    fn elapsed(&self) -> Duration;
    /// Lets time pass.
    fn pause(&self, time: Duration);
}

/// The system's.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn pause(&self, time: Duration) {
        thread::sleep(time);
    }
}
