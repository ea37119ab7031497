//! What is kept of a user: one value and the version that decides conflicts.

use super::clock::{Timestamp, Version};
use super::date_of_birth::DateOfBirth;
use std::time::Duration;

/// How long the mark of a deletion is kept. A deletion is a write like any other, so that an older
/// write that arrives later cannot undo it.
pub const MARK_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The one value of a row. On equal versions the greater value wins: a deletion, else the later date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The user was born on this day.
    Born(DateOfBirth),
    /// The user has been forgotten; this is the mark of it.
    Forgotten,
}

/// A value with its version. The order is the order of precedence: the greatest cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// When it was written.
    pub version: Version,
    /// What was written.
    pub value: Value,
}

impl Cell {
    /// Whether this is the mark of a deletion that has outlived [`MARK_LIFETIME`]: nobody needs it.
    pub fn is_expired_mark(&self, now: Timestamp) -> bool {
        let expires = Timestamp::from_micros(self.version.micros()).plus(MARK_LIFETIME);
        self.value == Value::Forgotten && expires <= now
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Value};
    use crate::domain::{CalendarDate, DateOfBirth, Timestamp, Version};
    use std::time::Duration;

    fn born(text: &str) -> Value {
        Value::Born(DateOfBirth::from_stored(CalendarDate::parse(text).expect("a day")))
    }

    fn at(micros: u64, value: Value) -> Cell {
        Cell { version: Version::from_micros(micros), value }
    }

    #[test]
    fn the_greatest_version_stands_then_a_deletion_then_the_later_date() {
        assert!(at(2, born("1990-01-01")) > at(1, Value::Forgotten));
        assert!(at(1, Value::Forgotten) > at(1, born("1990-01-01")));
        assert!(at(1, born("1990-01-02")) > at(1, born("1990-01-01")));
    }

    #[test]
    fn a_mark_lives_for_a_day_and_a_birthday_for_ever() {
        let written = Timestamp::from_micros(7);
        let a_day_later = written.plus(Duration::from_secs(86_400));
        let just_before = Timestamp::from_micros(a_day_later.micros() - 1);
        assert!(!at(7, Value::Forgotten).is_expired_mark(just_before));
        assert!(at(7, Value::Forgotten).is_expired_mark(a_day_later));
        assert!(!at(7, born("1990-01-01")).is_expired_mark(a_day_later));
    }
}
