//! The one place that reads the system's clock, but for the stamps of log lines.

use crate::domain::{Timestamp, WallClock};
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's time of day.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl WallClock for SystemClock {
    /// A clock before 1970 is taken for 1970: versions cannot be negative.
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(since_epoch.as_micros() as u64)
    }
}
