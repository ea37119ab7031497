//! Short words for what a store is given, and the seeds of random tests.

use jubilee::domain::{
    CalendarDate, Cell, DateOfBirth, Region, SyncToken, Timestamp, Username, Value, Version,
};
use std::time::{Duration, Instant};

/// A user for each number: usernames have letters only.
pub(crate) fn user(mut number: u64) -> Username {
    let mut letters = String::from("u");
    while number > 0 {
        letters.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    Username::parse(&letters).expect("letters")
}

pub(crate) fn born(date: &str) -> Value {
    Value::Born(DateOfBirth::from_stored(CalendarDate::parse(date).expect("a day")))
}

/// A day for each number, some 27 years of them.
pub(crate) fn any_date(number: u64) -> String {
    format!("{:04}-{:02}-{:02}", 1970 + number % 27, 1 + number / 27 % 12, 1 + number / 324 % 28)
}

pub(crate) fn cell(version: Version, value: Value) -> Cell {
    Cell { version, value }
}

pub(crate) fn version_at(now: Timestamp, ahead_micros: u64) -> Version {
    Version::from_micros(now.micros() + ahead_micros)
}

pub(crate) fn token(version: Version) -> SyncToken {
    SyncToken { version, region: Region::parse("local").expect("allowed") }
}

/// A deadline that no test meets.
pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

/// The seed of a random test: `JUBILEE_TEST_SEED` if it is set, to run a failed one again.
pub(crate) fn seed() -> u64 {
    let seed = std::env::var("JUBILEE_TEST_SEED")
        .map_or_else(|_| fastrand::u64(..), |text| text.parse().expect("JUBILEE_TEST_SEED is a number"));
    // Shown only when the test fails.
    eprintln!("JUBILEE_TEST_SEED={seed}");
    seed
}
