//! Days that can be told from a greeting, which says in how many days the birthday is and not the year.

use jubilee::domain::{CalendarDate, LeapDay, Timestamp, WallClock, Zone, days_until_birthday};
use std::sync::Arc;
use std::time::Duration;

/// Every birthday is in this year, but none on its 29 February: so each has a countdown of its own.
const YEAR: u16 = 2000;
/// Around midnight clocks disagree on what day it is.
const MIDNIGHT: Duration = Duration::from_secs(10);
const DAYS_IN_MONTH: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A birthday out of all that [`Birthdays::told_by`] can tell apart.
pub(super) fn any_birthday(random: &mut fastrand::Rng) -> CalendarDate {
    let month = random.u8(1..=12);
    let day = random.u8(1..=DAYS_IN_MONTH[usize::from(month) - 1]);
    CalendarDate::new(YEAR, month, day).expect("a day of every year")
}

/// Reads greetings.
#[derive(Clone)]
pub(super) struct Birthdays(pub(super) Arc<dyn WallClock>);

impl Birthdays {
    /// Whose birthday is greeted so, or `None` when it is not certain what day it is for the service.
    pub(super) fn told_by(&self, message: &str) -> Option<CalendarDate> {
        let now = self.0.now();
        let today = Zone::UTC.today(now);
        let before = Timestamp::from_micros(now.micros().saturating_sub(MIDNIGHT.as_micros() as u64));
        if Zone::UTC.today(before) != today || Zone::UTC.today(now.plus(MIDNIGHT)) != today {
            return None;
        }
        let days: u16 = match message.strip_suffix(" day(s)") {
            Some(text) => text.rsplit(' ').next()?.parse().ok()?,
            None if message.ends_with("Happy birthday!") => 0,
            None => return None,
        };
        let all = (1..=12).flat_map(|month| {
            (1..=DAYS_IN_MONTH[usize::from(month) - 1])
                .filter_map(move |day| CalendarDate::new(YEAR, month, day))
        });
        all.into_iter().find(|born| days_until_birthday(*born, today, LeapDay::February28) == days)
    }
}
