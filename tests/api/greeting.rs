//! PUT, then GET: what the service is for.

use jubilee_test_support::TestApp;

#[test]
fn a_birthday_is_stored_and_greeted() {
    let app = TestApp::builder().on("2026-12-09").start();
    let put = app.put_birthday("ada", "1815-12-10");
    assert_eq!((put.status, put.text()), (204, ""));
    let get = app.get("/hello/ada");
    assert_eq!((get.status, get.text()), (200, r#"{"message":"Hello, ada! Your birthday is in 1 day(s)"}"#));
    assert_eq!(get.header("sync-token"), put.header("sync-token"));
    app.clock.set_noon("2026-12-10");
    assert_eq!(app.get("/hello/ada").text(), r#"{"message":"Hello, ada! Happy birthday!"}"#);
}

#[test]
fn every_answer_says_what_it_is_and_where_it_comes_from() {
    let app = TestApp::builder().set("REGION", "eu").start();
    let put = app.put_birthday("ada", "1815-12-10");
    let get = app.get("/hello/ada");
    let delete = app.request("DELETE", "/hello/ada", &[], b"");
    for response in [&put, &get, &delete] {
        assert_eq!(response.header("region"), Some("eu"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
        assert!(response.header("x-request-id").is_some());
        assert!(response.header("sync-token").is_some());
    }
    assert_eq!(get.header("content-type"), Some("application/json"));
    assert_eq!((put.header("content-type"), delete.header("content-type")), (None, None));
}

#[test]
fn a_second_put_changes_the_birthday() {
    let app = TestApp::builder().on("2026-12-10").start();
    app.put_birthday("ada", "1990-01-01");
    assert_eq!(app.put_birthday("ada", "1815-12-10").status, 204);
    assert_eq!(app.get("/hello/ada").text(), r#"{"message":"Hello, ada! Happy birthday!"}"#);
}

#[test]
fn the_countdown_goes_from_365_to_the_day_itself() {
    let app = TestApp::start();
    for (today, born, greeting) in [
        ("2026-12-31", "1990-12-31", "Happy birthday!"),
        ("2026-12-31", "1990-01-01", "Your birthday is in 1 day(s)"),
        ("2026-01-01", "1990-12-31", "Your birthday is in 364 day(s)"),
        ("2026-01-02", "1990-01-01", "Your birthday is in 364 day(s)"),
        ("2024-01-01", "1990-12-31", "Your birthday is in 365 day(s)"),
        ("2024-02-28", "1990-03-01", "Your birthday is in 2 day(s)"),
        ("2026-02-28", "1990-03-01", "Your birthday is in 1 day(s)"),
    ] {
        app.clock.set_noon(today);
        assert_eq!(app.put_birthday("ada", born).status, 204);
        let expected = format!(r#"{{"message":"Hello, ada! {greeting}"}}"#);
        assert_eq!(app.get("/hello/ada").text(), expected, "born {born}, today {today}");
    }
}

#[test]
fn get_greets_on_29_february_and_in_a_common_year_by_the_rule_that_is_set() {
    for (rule, days) in [
        (
            "feb28",
            [("2025-02-27", 1), ("2025-02-28", 0), ("2025-03-01", 364), ("2024-02-28", 1), ("2024-02-29", 0)],
        ),
        (
            "mar1",
            [("2025-02-27", 2), ("2025-02-28", 1), ("2025-03-01", 0), ("2024-02-28", 1), ("2024-02-29", 0)],
        ),
    ] {
        let app = TestApp::builder().set("LEAP_DAY", rule).start();
        assert_eq!(app.put_birthday("ada", "2000-02-29").status, 204);
        for (today, left) in days {
            app.clock.set_noon(today);
            let greeting = match left {
                0 => "Happy birthday!".to_owned(),
                _ => format!("Your birthday is in {left} day(s)"),
            };
            let expected = format!(r#"{{"message":"Hello, ada! {greeting}"}}"#);
            assert_eq!(app.get("/hello/ada").text(), expected, "{rule}, today {today}");
        }
    }
}
