//! Which days somebody can be born on. The clock stands at noon UTC of 2026-03-01.

use crate::expect::{assert_hello_problem, assert_nothing_written, born_on};
use jubilee_test_support::TestApp;

#[test]
fn a_text_that_is_no_day_is_refused() {
    let app = TestApp::start();
    for date in [
        "2023-02-29",
        "1900-02-29",
        "2020-02-30",
        "2020-04-31",
        "2020-13-01",
        "2020-00-10",
        "2020-01-00",
        "0000-01-01",
        "2020-2-3",
        "20200203",
        "2020/02/03",
        "03-02-2020",
        "+2020-01-01",
        "-2020-01-01",
        "+020-01-01",
        "12020-01-01",
        "2020-W05-1",
        "2020-034",
        "1990-01-01T00:00:00Z",
        "1990-01-01 00:00",
        " 1990-01-01",
        "1990-01-01 ",
        "1990-01-0 ",
        "1990-01-01\\n",
        "1990-01-01\\u0000",
        "１９９０-01-01",
        "1990‐01‐01",
        "today",
        "",
    ] {
        let put = app.put_birthday("ada", date);
        assert_eq!(put.status, 400, "{date:?}");
        assert_hello_problem(&put, 400, "date_of_birth_invalid", "a real day written YYYY-MM-DD");
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn put_rejects_today_and_any_day_after_it() {
    let app = TestApp::start();
    for date in ["2026-03-01", "2026-03-02", "2027-01-01", "9999-12-31"] {
        let put = app.put_birthday("ada", date);
        assert_hello_problem(&put, 400, "date_of_birth_invalid", "must be before today, 2026-03-01");
    }
    assert_nothing_written(&app, "ada");
    assert_eq!(app.put_birthday("ada", "2026-02-28").status, 204);
    assert_hello_problem(
        &app.put_birthday("ada", "2026-03-01"),
        400,
        "date_of_birth_invalid",
        "before today",
    );
    let get = app.get("/hello/ada");
    assert_eq!(get.text(), r#"{"message":"Hello, ada! Your birthday is in 364 day(s)"}"#);
}

#[test]
fn real_days_from_the_year_1_on_are_stored() {
    let app = TestApp::start();
    for date in ["2026-02-28", "2000-02-29", "2024-02-29", "1582-10-10", "0004-02-29", "0001-01-01"] {
        assert_eq!(app.put_birthday("ada", date).status, 204, "{date}");
        assert_eq!(app.get("/hello/ada").status, 200, "{date}");
    }
}

#[test]
fn the_zone_of_the_caller_decides_what_is_in_the_past() {
    let app = TestApp::builder().on("2026-03-01").start();
    let put =
        |zone: &str, date: &str| app.request("PUT", format!("/hello/ada?tz={zone}"), &[], &born_on(date));
    // Noon UTC is one o'clock in the morning of the next day in Auckland.
    let response = put("Pacific/Auckland", "2026-03-02");
    assert_hello_problem(&response, 400, "date_of_birth_invalid", "must be before today, 2026-03-02");
    assert_nothing_written(&app, "ada");
    let response = put("UTC", "2026-03-01");
    assert_hello_problem(&response, 400, "date_of_birth_invalid", "must be before today, 2026-03-01");
    assert_nothing_written(&app, "ada");
    assert_eq!(put("Pacific/Auckland", "2026-03-01").status, 204);
}
