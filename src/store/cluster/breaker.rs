//! Remembers whether this region's data centre is lost, so that requests do not find out one by one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many failures in a row are no accident.
const FAILURES_TO_OPEN: u32 = 5;

/// Open while the data centre is taken for lost: requests then skip it. What closes it again is the
/// session keeper's ping, one at a time, so that no request is slowed to find out.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures_in_a_row: AtomicU32,
    open_since: Mutex<Option<Instant>>,
}

impl Breaker {
    /// Whether to skip this region's data centre.
    pub(super) fn is_open(&self) -> bool {
        self.failures_in_a_row.load(Ordering::Relaxed) >= FAILURES_TO_OPEN
    }

    /// How long it has been open.
    pub(super) fn open_for(&self) -> Option<Duration> {
        self.open_since.lock().unwrap_or_else(PoisonError::into_inner).map(|since| since.elapsed())
    }

    /// The data centre has answered. Whether that closed the breaker.
    pub(super) fn succeeded(&self) -> bool {
        // Almost always zero already: look before writing to what all threads read.
        if self.failures_in_a_row.load(Ordering::Relaxed) == 0 {
            return false;
        }
        let mut open_since = self.open_since.lock().unwrap_or_else(PoisonError::into_inner);
        self.failures_in_a_row.store(0, Ordering::Relaxed);
        open_since.take().is_some()
    }

    /// The data centre has not answered, or could not. Whether that opened the breaker.
    pub(super) fn failed(&self) -> bool {
        let mut open_since = self.open_since.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = self.failures_in_a_row.load(Ordering::Relaxed).saturating_add(1);
        self.failures_in_a_row.store(failures, Ordering::Relaxed);
        let opens = failures >= FAILURES_TO_OPEN && open_since.is_none();
        if opens {
            *open_since = Some(Instant::now());
        }
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, FAILURES_TO_OPEN};

    #[test]
    fn it_opens_after_several_failures_in_a_row_and_closes_at_the_first_answer() {
        let breaker = Breaker::default();
        for _ in 1..FAILURES_TO_OPEN {
            assert!(!breaker.failed());
        }
        assert!(!breaker.succeeded(), "it was not open");
        for _ in 1..FAILURES_TO_OPEN {
            assert!(!breaker.failed());
            assert!(!breaker.is_open());
        }
        assert_eq!(breaker.open_for(), None);
        assert!(breaker.failed(), "it opens");
        assert!(!breaker.failed(), "it is open already");
        assert!(breaker.is_open() && breaker.open_for().is_some());
        assert!(breaker.succeeded(), "it closes");
        assert!(!breaker.is_open());
        assert_eq!(breaker.open_for(), None);
    }
}
