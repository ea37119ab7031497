//! How many days are left until the next birthday.

use super::calendar::{CalendarDate, is_leap_year};

const FEBRUARY_29: u16 = 60;
const MARCH_1: u16 = 61;
const LEAP_YEAR_DAYS: u16 = 366;

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
    // Count as if every year had a 29 February, then take away the one on the way if it does not exist.
    let (now, birthday) = (today.place_in_leap_year(), born.place_in_leap_year());
    let days_until = |place| if place >= now { place - now } else { place + LEAP_YEAR_DAYS - now };
    let days = days_until(birthday);
    if birthday == FEBRUARY_29 && rule == LeapDay::March1 {
        // What would be taken away is what the birthday is put off by, unless that is today.
        return if now == MARCH_1 && !is_leap_year(today.year()) { 0 } else { days };
    }
    let leap_day_is_on_the_way = days >= days_until(FEBRUARY_29);
    let its_year = today.year() + u16::from(now > FEBRUARY_29);
    // Not `&&`: which case it is cannot be predicted, so a branch would cost more than it spares.
    days - u16::from(leap_day_is_on_the_way & !is_leap_year(its_year))
}

#[cfg(test)]
mod tests;
