//! One line of an export: `{"username":"ada","dateOfBirth":"1815-12-10","version":1700000000000000}`.

use crate::domain::{CalendarDate, DateOfBirth, Timestamp, Username, Version, Zone};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::Duration;

/// The line as JSON.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line<'text> {
    #[serde(borrow)]
    pub(super) username: Cow<'text, str>,
    #[serde(borrow)]
    pub(super) date_of_birth: Cow<'text, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<u64>,
}

/// The line, checked.
pub(super) struct Birthday {
    pub(super) username: Username,
    pub(super) born: DateOfBirth,
    /// `None` counts as written now.
    pub(super) version: Option<Version>,
}

/// What lines are checked against.
pub(super) struct Limits {
    latest_today: CalendarDate,
    now: Timestamp,
    max_clock_skew: Duration,
}

impl Limits {
    /// What is today anywhere on Earth counts as today: the caller may have given its own zone.
    pub(super) fn at(now: Timestamp, max_clock_skew: Duration) -> Self {
        let first_to_change = Zone::parse("Pacific/Kiritimati").unwrap_or(Zone::UTC);
        Self { latest_today: first_to_change.today(now), now, max_clock_skew }
    }
}

/// Reads one line.
///
/// # Errors
/// What is wrong with it, in words that quote neither name nor date.
pub(super) fn read(text: &[u8], limits: &Limits) -> Result<Birthday, String> {
    let line: Line<'_> = serde_json::from_slice(text)
        .map_err(|error| format!("not JSON of the expected form, at column {}", error.column()))?;
    let username = Username::parse(&line.username).map_err(|error| error.to_string())?;
    let born =
        DateOfBirth::parse(&line.date_of_birth, limits.latest_today).map_err(|error| error.to_string())?;
    let version = line.version.map(Version::from_micros);
    if version.is_some_and(|version| version.is_from_the_future(limits.now, limits.max_clock_skew)) {
        return Err("its version is further ahead than MAX_CLOCK_SKEW".into());
    }
    Ok(Birthday { username, born, version })
}

#[cfg(test)]
mod tests {
    use super::{Limits, read};
    use crate::domain::Timestamp;
    use proptest::prelude::{any, proptest};
    use std::time::Duration;

    fn limits() -> Limits {
        Limits::at(Timestamp::from_micros(1_767_225_600_000_000), Duration::from_secs(5))
    }

    #[test]
    fn a_line_is_read_and_a_bad_one_says_why() {
        let good = br#"{"username":"ada","dateOfBirth":"1815-12-10","version":7}"#;
        assert!(read(good, &limits()).is_ok());
        for (text, reason) in [
            (&b"x"[..], "not JSON"),
            (br#"{"username":"a1","dateOfBirth":"1815-12-10"}"#, "letters"),
            (br#"{"username":"ada","dateOfBirth":"1815-13-10"}"#, "real day"),
            (br#"{"username":"ada","dateOfBirth":"2026-01-02"}"#, "before today"),
            (
                br#"{"username":"ada","dateOfBirth":"1815-12-10","version":1767225605000001}"#,
                "MAX_CLOCK_SKEW",
            ),
        ] {
            let error = read(text, &limits()).err().expect("a bad line");
            assert!(error.contains(reason), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(text in any::<Vec<u8>>()) {
            let _ = read(&text, &limits());
        }
    }
}
