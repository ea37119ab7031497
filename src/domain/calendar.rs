//! A day of the proleptic Gregorian calendar, years 1 to 9999.

use std::fmt;

/// Days before the first of each month of a leap year; the index is the month, from 1. It has 16
/// places, so that an index of 4 bits needs no bounds check.
const DAYS_BEFORE_MONTH: [u16; 16] = [0, 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 0, 0, 0];

/// A real day: `month` is 1 to 12 and `day` exists in that month of that year.
///
/// The order is the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarDate {
    year: u16,
    month: u8,
    day: u8,
}

impl CalendarDate {
    /// Makes the date, or `None` where the calendar has no such day.
    ///
    /// ```
    /// use jubilee::domain::CalendarDate;
    /// assert!(CalendarDate::new(2000, 2, 29).is_some());
    /// assert!(CalendarDate::new(1900, 2, 29).is_none());
    /// assert!(CalendarDate::new(0, 1, 1).is_none());
    /// ```
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = year >= 1
            && year <= 9999
            && month >= 1
            && month <= 12
            && day >= 1
            && day <= days_in_month(year, month);
        if real { Some(Self { year, month, day }) } else { None }
    }

    /// Reads exactly `YYYY-MM-DD` in ASCII digits; anything else is `None`.
    ///
    /// ```
    /// use jubilee::domain::CalendarDate;
    /// assert_eq!(CalendarDate::parse("2024-12-31"), CalendarDate::new(2024, 12, 31));
    /// assert_eq!(CalendarDate::parse("2024-2-3"), None);
    /// assert_eq!(CalendarDate::parse("+024-02-03"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return None;
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u16, |sum, digit| {
                digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0'))
            })
        };
        let year = number(&[y1, y2, y3, y4])?;
        let month = u8::try_from(number(&[m1, m2])?).ok()?;
        let day = u8::try_from(number(&[d1, d2])?).ok()?;
        Self::new(year, month, day)
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Which day of its year this is: 1 January is 1, 31 December is 365 or 366.
    ///
    /// ```
    /// use jubilee::domain::CalendarDate;
    /// let day_of_year = |text| CalendarDate::parse(text).unwrap().day_of_year();
    /// assert_eq!(day_of_year("2023-12-31"), 365);
    /// assert_eq!(day_of_year("2024-12-31"), 366);
    /// ```
    pub const fn day_of_year(self) -> u16 {
        let after_february = self.month > 2;
        self.place_in_leap_year() - (after_february & !is_leap_year(self.year)) as u16
    }

    /// Which day of a leap year has this month and day, whatever year this is: 29 February is 60, and
    /// 1 March is 61.
    ///
    /// ```
    /// use jubilee::domain::CalendarDate;
    /// let place = |text| CalendarDate::parse(text).unwrap().place_in_leap_year();
    /// assert_eq!(place("2023-03-01"), 61);
    /// assert_eq!(place("2024-03-01"), 61);
    /// ```
    pub const fn place_in_leap_year(self) -> u16 {
        DAYS_BEFORE_MONTH[(self.month & 15) as usize] + self.day as u16
    }
}

impl fmt::Display for CalendarDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Whether 29 February exists in this year.
pub const fn is_leap_year(year: u16) -> bool {
    // Of the multiples of 25 only those of 400 = 25 * 16 are leap years: the others are centuries, or no
    // multiples of 4. Testing for 25 takes one instruction less than for 100.
    let divisor_mask = if year.is_multiple_of(25) { 15 } else { 3 };
    year & divisor_mask == 0
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 => 28 + is_leap_year(year) as u8,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::CalendarDate;
    use chrono::{Datelike, NaiveDate};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn a_date_exists_exactly_if_chrono_knows_it(year in 0u16..=9999, month in 0u8..=13, day in 0u8..=32) {
            let known = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
                .filter(|_| year > 0);
            let ours = CalendarDate::new(year, month, day);
            prop_assert_eq!(ours.is_some(), known.is_some());
            prop_assert_eq!(
                ours.map(|date| u32::from(date.day_of_year())),
                known.map(|date| date.ordinal())
            );
        }

        #[test]
        fn what_is_printed_reads_back(year in 1u16..=9999, month in 1u8..=12, day in 1u8..=28) {
            let date = CalendarDate::new(year, month, day);
            prop_assert_eq!(date.and_then(|date| CalendarDate::parse(&date.to_string())), date);
        }

        #[test]
        fn only_ten_ascii_characters_are_a_date(text in any::<String>()) {
            if let Some(date) = CalendarDate::parse(&text) {
                prop_assert_eq!(date.to_string(), text);
            }
        }
    }
}
