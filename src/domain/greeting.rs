//! The sentence that the service exists for.

use super::calendar::CalendarDate;
use super::countdown::{LeapDay, days_until_birthday};
use super::date_of_birth::DateOfBirth;
use super::username::Username;
use std::fmt;

/// What is said to a user today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting<'user> {
    username: &'user Username,
    days_until_birthday: u16,
}

impl<'user> Greeting<'user> {
    /// The greeting for the user on the given day.
    ///
    /// ```
    /// use jubilee::domain::{CalendarDate, DateOfBirth, Greeting, LeapDay, Username};
    /// let date = |text| CalendarDate::parse(text).unwrap();
    /// let ada = Username::parse("ada").unwrap();
    /// let born = DateOfBirth::from_stored(date("1815-12-10"));
    ///
    /// let eve = Greeting::new(&ada, born, date("2026-12-09"), LeapDay::February28);
    /// assert_eq!(eve.to_string(), "Hello, ada! Your birthday is in 1 day(s)");
    /// let day = Greeting::new(&ada, born, date("2026-12-10"), LeapDay::February28);
    /// assert_eq!(day.to_string(), "Hello, ada! Happy birthday!");
    /// ```
    pub fn new(username: &'user Username, born: DateOfBirth, today: CalendarDate, rule: LeapDay) -> Self {
        Self { username, days_until_birthday: days_until_birthday(born.date(), today, rule) }
    }
}

impl fmt::Display for Greeting<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.username.as_str();
        match self.days_until_birthday {
            0 => write!(formatter, "Hello, {name}! Happy birthday!"),
            days => write!(formatter, "Hello, {name}! Your birthday is in {days} day(s)"),
        }
    }
}
