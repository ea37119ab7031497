//! How many days are left until the next birthday.

use super::calendar::{CalendarDate, days_in_year, is_leap_year};

/// When somebody born on 29 February is greeted in a common year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeapDay {
    /// On 28 February.
    #[default]
    February28,
    /// On 1 March.
    March1,
}

/// Days from `today` to the next birthday of somebody born on `born`: 0 on the day itself, at most
/// 365.
///
/// ```
/// use jubilee::domain::{CalendarDate, LeapDay, days_until_birthday};
/// let date = |text| CalendarDate::parse(text).unwrap();
/// let days = |born, today, rule| days_until_birthday(date(born), date(today), rule);
///
/// assert_eq!(days("1990-12-31", "2023-12-31", LeapDay::February28), 0);
/// assert_eq!(days("1990-01-01", "2023-12-31", LeapDay::February28), 1);
/// assert_eq!(days("2000-02-29", "2023-02-28", LeapDay::February28), 0);
/// assert_eq!(days("2000-02-29", "2023-02-28", LeapDay::March1), 1);
/// assert_eq!(days("2000-02-29", "2024-02-28", LeapDay::February28), 1);
/// ```
pub fn days_until_birthday(born: CalendarDate, today: CalendarDate, rule: LeapDay) -> u16 {
    let now = today.day_of_year();
    let this_year = celebrated_on(born, today.year(), rule);
    if this_year >= now {
        this_year - now
    } else {
        days_in_year(today.year()) - now + celebrated_on(born, today.year() + 1, rule)
    }
}

/// The day of the given year on which the birthday is celebrated.
fn celebrated_on(born: CalendarDate, year: u16, rule: LeapDay) -> u16 {
    const FEBRUARY_29: u16 = 60;
    let born_on_leap_day = born.month() == 2 && born.day() == 29;
    if born_on_leap_day {
        return FEBRUARY_29 - u16::from(!is_leap_year(year) && rule == LeapDay::February28);
    }
    // The birthday's own year does not matter: its place among the days of a common year does.
    let in_common_year = born.day_of_year() - leap_shift(born.month(), born.year());
    in_common_year + leap_shift(born.month(), year)
}

fn leap_shift(month: u8, year: u16) -> u16 {
    u16::from((month > 2) & is_leap_year(year))
}

#[cfg(test)]
mod tests;
