//! What day it is where the caller is.

use super::calendar::CalendarDate;
use super::clock::Timestamp;
use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;

/// A time zone of the IANA database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

/// A name that the IANA database does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tz must be the name of an IANA time zone, such as Europe/London")]
pub struct UnknownZone;

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Finds the zone by its name, in the database's own spelling.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        name.parse().map(Self).map_err(|_| UnknownZone)
    }

    /// The day it is in this zone at that moment.
    ///
    /// Moments past the year 9999 are taken for its last day: no clock that is right shows them.
    ///
    /// ```
    /// use jubilee::domain::{CalendarDate, Timestamp, Zone};
    /// let new_year_utc = Timestamp::from_micros(1_767_225_600_000_000);
    /// let day = |zone| Zone::parse(zone).unwrap().today(new_year_utc).to_string();
    /// assert_eq!(day("Europe/London"), "2026-01-01");
    /// assert_eq!(day("America/New_York"), "2025-12-31");
    /// ```
    pub fn today(self, now: Timestamp) -> CalendarDate {
        i64::try_from(now.micros())
            .ok()
            .and_then(DateTime::from_timestamp_micros)
            .and_then(|moment| match self.0 {
                Tz::UTC => to_calendar(moment.date_naive()),
                zone => to_calendar(moment.with_timezone(&zone).date_naive()),
            })
            .unwrap_or(LAST_DAY)
    }
}

const LAST_DAY: CalendarDate = match CalendarDate::new(9999, 12, 31) {
    Some(day) => day,
    None => panic!("31 December is a day of every year"),
};

fn to_calendar(date: NaiveDate) -> Option<CalendarDate> {
    let year = u16::try_from(date.year()).ok()?;
    CalendarDate::new(year, date.month() as u8, date.day() as u8)
}

#[cfg(test)]
mod tests {
    use super::{UnknownZone, Zone};
    use crate::domain::Timestamp;

    #[test]
    fn a_day_begins_in_auckland_before_it_begins_in_utc() {
        let noon_utc = Timestamp::from_micros(1_767_268_800_000_000);
        let auckland = Zone::parse("Pacific/Auckland").expect("a zone");
        assert_eq!(Zone::UTC.today(noon_utc).to_string(), "2026-01-01");
        assert_eq!(auckland.today(noon_utc).to_string(), "2026-01-02");
    }

    #[test]
    fn an_unknown_name_is_refused() {
        for name in ["", "Mars/Olympus", "utc ", "../etc/passwd"] {
            assert_eq!(Zone::parse(name), Err(UnknownZone), "{name:?}");
        }
    }

    #[test]
    fn a_clock_far_off_the_calendar_is_clamped() {
        assert_eq!(Zone::UTC.today(Timestamp::from_micros(u64::MAX)).to_string(), "9999-12-31");
    }
}
