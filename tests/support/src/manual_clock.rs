//! A clock in the test's hands.

use jubilee::domain::{CalendarDate, Timestamp, WallClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A clock that the test sets.
#[derive(Debug, Default)]
pub struct ManualClock {
    micros: AtomicU64,
    panics: AtomicBool,
}

impl ManualClock {
    /// Noon UTC of a day, `YYYY-MM-DD`.
    ///
    /// # Panics
    /// If it is no day from 1970 on.
    pub fn at_noon(day: &str) -> Arc<Self> {
        let clock = Arc::new(Self::default());
        clock.set_noon(day);
        clock
    }

    /// Goes to noon UTC of a day.
    ///
    /// # Panics
    /// As [`ManualClock::at_noon`].
    pub fn set_noon(&self, day: &str) {
        let date = CalendarDate::parse(day).expect("a day");
        let leap = |year: u16| {
            u64::from(year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)))
        };
        let whole_years: u64 = (1970..date.year()).map(|year| 365 + leap(year)).sum();
        let days = whole_years + u64::from(date.day_of_year()) - 1;
        self.set(Timestamp::from_micros((days * 86_400 + 43_200) * 1_000_000));
    }

    /// Goes to a moment.
    pub fn set(&self, moment: Timestamp) {
        self.micros.store(moment.micros(), Ordering::SeqCst);
    }

    /// Makes whoever looks at it next panic.
    pub fn panic_once(&self) {
        self.panics.store(true, Ordering::SeqCst);
    }
}

impl WallClock for ManualClock {
    fn now(&self) -> Timestamp {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "as the test asked");
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}
