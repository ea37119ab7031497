//! `?tz=`: whose today counts.

use crate::expect::{BODY, assert_hello_problem, assert_nothing_written};
use jubilee::domain::{Timestamp, WallClock};
use jubilee_test_support::{ManualClock, TestApp};

const HOUR_MICROS: u64 = 3_600_000_000;

/// Half past an hour of a day, UTC; `hours` from noon.
fn half_past(day: &str, hours: i64) -> Timestamp {
    let noon = ManualClock::at_noon(day).now().micros();
    Timestamp::from_micros(noon.saturating_add_signed(hours * HOUR_MICROS as i64) + HOUR_MICROS / 2)
}

#[test]
fn an_unknown_zone_is_refused_by_every_method() {
    let app = TestApp::start();
    for query in [
        "tz=",
        "tz=Mars/Olympus",
        "tz=Europe",
        "tz=London",
        "tz=UTC%20",
        "tz=%00",
        "tz=%FF",
        "tz=../../etc/passwd",
        "tz=Etc/GMT%205",
        "tz=UTC&tz=UTC",
        "tz=Europe/London&x=1&tz=Europe/Berlin",
    ] {
        for (method, body) in [("GET", b"".as_slice()), ("PUT", BODY), ("DELETE", b"")] {
            let response = app.request(method, format!("/hello/ada?{query}"), &[], body);
            assert_eq!(response.status, 400, "{method} {query}");
            assert_hello_problem(&response, 400, "time_zone_unknown", "IANA");
        }
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn get_greets_by_the_day_of_the_zone() {
    let app = TestApp::builder().on("2026-03-01").start();
    app.put_birthday("ada", "1990-03-02");
    let tomorrow = "Your birthday is in 1 day(s)";
    let today = "Happy birthday!";
    let yesterday = "Your birthday is in 364 day(s)";
    for (now, query, greeting) in [
        // 23:30 UTC on the eve.
        (half_past("2026-03-01", 11), "", tomorrow),
        (half_past("2026-03-01", 11), "?tz=UTC", tomorrow),
        (half_past("2026-03-01", 11), "?tz=Europe/London", tomorrow),
        (half_past("2026-03-01", 11), "?tz=Europe/Berlin", today),
        (half_past("2026-03-01", 11), "?tz=Europe%2FBerlin", today),
        (half_past("2026-03-01", 11), "?tz=Asia/Tokyo", today),
        (half_past("2026-03-01", 11), "?tz=America/New_York", tomorrow),
        // 04:30 UTC on the day: half an hour to midnight in the zone that is called GMT+5 and lies west.
        (half_past("2026-03-02", -8), "", today),
        (half_past("2026-03-02", -8), "?tz=Etc/GMT+5", tomorrow),
        (half_past("2026-03-02", -8), "?tz=Etc/GMT%2B5", tomorrow),
        (half_past("2026-03-02", -8), "?tz=Etc%2FGMT%2B4", today),
        // 12:30 UTC on the day: it is over in Auckland.
        (half_past("2026-03-02", 0), "?tz=Pacific/Auckland", yesterday),
        // Anything else in the query is none of ours.
        (half_past("2026-03-02", 0), "?x=1&tz=Pacific/Auckland&y", yesterday),
        (half_past("2026-03-02", 0), "?TZ=Pacific/Auckland", today),
        (half_past("2026-03-02", 0), "?tz", today),
    ] {
        app.clock.set(now);
        let expected = format!(r#"{{"message":"Hello, ada! {greeting}"}}"#);
        assert_eq!(app.get(format!("/hello/ada{query}")).text(), expected, "{query}");
    }
}
