//! A date of birth: a real day in the past.

use super::calendar::CalendarDate;
use std::fmt;

/// A day strictly before the day on which it was given.
///
/// Personal data: `Debug` shows none of it, so that it cannot slip into a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateOfBirth(CalendarDate);

/// Why a text is no date of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateOfBirthError {
    /// Not `YYYY-MM-DD`, or no such day.
    #[error("dateOfBirth must be a real day written YYYY-MM-DD, from year 0001 on")]
    NotADay,
    /// Today or later, in the caller's time zone.
    #[error(
        "dateOfBirth must be before today, {today}; ?tz= names the zone whose today counts (default UTC)"
    )]
    NotInThePast {
        /// The day it had to be before.
        today: CalendarDate,
    },
}

impl DateOfBirth {
    /// Reads `YYYY-MM-DD` and checks that it is before `today`.
    ///
    /// # Errors
    /// [`DateOfBirthError::NotADay`] or [`DateOfBirthError::NotInThePast`].
    ///
    /// ```
    /// use jubilee::domain::{CalendarDate, DateOfBirth};
    /// let today = CalendarDate::parse("2026-03-01").unwrap();
    /// assert!(DateOfBirth::parse("2026-02-28", today).is_ok());
    /// assert!(DateOfBirth::parse("2026-03-01", today).is_err());
    /// assert!(DateOfBirth::parse("2023-02-29", today).is_err());
    /// ```
    pub fn parse(text: &str, today: CalendarDate) -> Result<Self, DateOfBirthError> {
        let date = CalendarDate::parse(text).ok_or(DateOfBirthError::NotADay)?;
        if date >= today {
            return Err(DateOfBirthError::NotInThePast { today });
        }
        Ok(Self(date))
    }

    /// Takes a date that was checked when it was stored.
    pub const fn from_stored(date: CalendarDate) -> Self {
        Self(date)
    }

    /// The day itself.
    pub const fn date(self) -> CalendarDate {
        self.0
    }
}

impl fmt::Debug for DateOfBirth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DateOfBirth(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::{CalendarDate, DateOfBirth};

    #[test]
    fn a_debug_text_shows_nothing_of_the_day() {
        let born = DateOfBirth::from_stored(CalendarDate::new(1987, 6, 5).expect("a day"));
        let shown = format!("{born:?}");
        assert!(!shown.contains(|character: char| character.is_ascii_digit()), "{shown}");
    }
}
