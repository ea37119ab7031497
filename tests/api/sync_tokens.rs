//! Sync tokens: read what you have seen, overwrite what you have seen.

use crate::expect::{BODY, assert_hello_problem, assert_nothing_written, born_on};
use jubilee::domain::{Region, SyncToken, Username, Version, WallClock};
use jubilee_test_support::{Response, TestApp};

/// `JUBILEE_MAX_CLOCK_SKEW`.
const SKEW_MICROS: u64 = 5_000_000;

fn user(name: &str) -> Username {
    Username::parse(name).expect("letters")
}

fn token_of(response: &Response) -> &str {
    response.header("sync-token").expect("a token")
}

/// The version that a token of a user names.
fn version_of(token: &str, username: &str) -> u64 {
    SyncToken::parse(token, &user(username)).expect("a token of this user").version.micros()
}

fn token(username: &str, micros: u64) -> String {
    let region = Region::parse("elsewhere").expect("a region");
    SyncToken { version: Version::from_micros(micros), region }.encode(&user(username))
}

fn token_ahead(app: &TestApp, username: &str, micros: u64) -> String {
    token(username, app.clock.now().micros() + micros)
}

fn with_token(app: &TestApp, method: &str, token: &str, body: &[u8]) -> Response {
    app.request(method, "/hello/ada", &[("Sync-Token", token)], body)
}

const METHODS: [(&str, &[u8]); 3] = [("GET", b""), ("PUT", BODY), ("DELETE", b"")];

#[test]
fn a_token_that_is_malformed_or_of_another_user_is_refused() {
    let app = TestApp::start();
    let good = token_ahead(&app, "ada", 0);
    let flipped = if good.ends_with('A') { "B" } else { "A" };
    for bad in [
        "",
        "x",
        "not a token",
        "AAAA",
        "ünicode",
        &good[1..],
        &good[..good.len() - 1],
        &format!("{good}="),
        &format!("{good}{good}"),
        &format!("{}{flipped}", &good[..good.len() - 1]),
        &"A".repeat(4000),
        &token_ahead(&app, "grace", 0),
        &token_ahead(&app, "Ada", 0),
    ] {
        for (method, body) in METHODS {
            let response = with_token(&app, method, bad, body);
            assert_hello_problem(&response, 400, "sync_token_invalid", "send it back unchanged, or drop it");
        }
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_token_from_the_future_is_refused() {
    let app = TestApp::start();
    for token in [token_ahead(&app, "ada", SKEW_MICROS + 1), token("ada", u64::MAX)] {
        for (method, body) in METHODS {
            let response = with_token(&app, method, &token, body);
            assert_hello_problem(&response, 400, "sync_token_from_the_future", "drop it");
        }
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_token_at_the_very_bound_is_good() {
    let app = TestApp::start();
    let ahead = token_ahead(&app, "ada", SKEW_MICROS);
    let put = with_token(&app, "PUT", &ahead, BODY);
    assert_eq!(put.status, 204, "{put:?}");
    assert_eq!(version_of(token_of(&put), "ada"), version_of(&ahead, "ada") + 1);
    assert_eq!(with_token(&app, "GET", &ahead, b"").status, 200);
    let ahead = token_ahead(&app, "grace", SKEW_MICROS);
    let delete = app.request("DELETE", "/hello/grace", &[("Sync-Token", &ahead)], b"");
    assert_eq!(version_of(token_of(&delete), "grace"), version_of(&ahead, "grace") + 1);
}

#[test]
fn get_with_the_token_of_a_write_answers_with_that_write() {
    let app = TestApp::start();
    for _ in 0..20 {
        let put = app.put_birthday("ada", "1815-12-10");
        let get = with_token(&app, "GET", token_of(&put), b"");
        assert_eq!((get.status, get.header("sync-token")), (200, put.header("sync-token")));
    }
}

#[test]
fn a_token_names_its_version_and_the_region_that_answered() {
    let app = TestApp::builder().set("REGION", "eu-1").start();
    let put = app.put_birthday("ada", "1815-12-10");
    let token = SyncToken::parse(token_of(&put), &user("ada")).expect("a token");
    assert_eq!((token.version.micros(), token.region.as_str()), (app.clock.now().micros(), "eu-1"));
    assert_eq!(put.header("region"), Some("eu-1"));
}

#[test]
fn each_write_has_a_greater_version_even_if_the_clock_goes_back() {
    let app = TestApp::builder().on("2026-03-01").start();
    let mut last = 0;
    for day in ["2026-03-01", "2026-03-01", "2026-02-27", "2026-02-27", "2026-03-02"] {
        app.clock.set_noon(day);
        let version = version_of(token_of(&app.put_birthday("ada", "1815-12-10")), "ada");
        assert!(version > last, "{day}");
        last = version;
    }
}

#[test]
fn a_token_beyond_what_the_store_ever_held_is_told_so() {
    let app = TestApp::start();
    assert_eq!(app.put_birthday("ada", "1815-12-10").status, 204);
    let response = with_token(&app, "GET", &token_ahead(&app, "ada", SKEW_MICROS), b"");
    assert_hello_problem(&response, 503, "sync_unavailable", "without the Sync-Token");
    assert_eq!(app.get("/hello/ada").status, 200);
}

#[test]
fn an_overwrite_with_its_token_wins_though_the_clock_is_behind() {
    let app = TestApp::builder().on("2026-03-01").start();
    let first = with_token(&app, "PUT", &token_ahead(&app, "ada", SKEW_MICROS - 1), &born_on("1990-03-02"));
    let second = with_token(&app, "PUT", token_of(&first), &born_on("1990-03-03"));
    assert_eq!(version_of(token_of(&second), "ada"), version_of(token_of(&first), "ada") + 1);
    let get = app.get("/hello/ada");
    assert_eq!(get.text(), r#"{"message":"Hello, ada! Your birthday is in 2 day(s)"}"#);
    assert_eq!(token_of(&get), token_of(&second));
}

#[test]
fn no_acknowledged_write_is_hidden_by_one_that_a_token_pushed_ahead() {
    let app = TestApp::builder().on("2026-03-01").start();
    let pushed = with_token(&app, "PUT", &token_ahead(&app, "ada", SKEW_MICROS), &born_on("1990-03-02"));
    assert_eq!(pushed.status, 204);
    let put = app.put_birthday("ada", "1990-03-04");
    assert_eq!(put.status, 204);
    assert_eq!(app.get("/hello/ada").text(), r#"{"message":"Hello, ada! Your birthday is in 3 day(s)"}"#);
    assert!(version_of(token_of(&put), "ada") > version_of(token_of(&pushed), "ada"));

    assert_eq!(with_token(&app, "DELETE", &token_ahead(&app, "ada", SKEW_MICROS), b"").status, 204);
    assert_eq!(app.get("/hello/ada").status, 404);
    assert_eq!(app.put_birthday("ada", "1990-03-05").status, 204);
    assert_eq!(app.get("/hello/ada").text(), r#"{"message":"Hello, ada! Your birthday is in 4 day(s)"}"#);
    assert_eq!(app.request("DELETE", "/hello/ada", &[], b"").status, 204);
    assert_eq!(app.get("/hello/ada").status, 404);
}

#[test]
fn a_token_that_pushes_one_user_ahead_does_not_push_the_others() {
    let app = TestApp::start();
    assert_eq!(with_token(&app, "PUT", &token_ahead(&app, "ada", SKEW_MICROS), BODY).status, 204);
    let other = app.put_birthday("grace", "1906-12-09");
    assert!(version_of(token_of(&other), "grace") < app.clock.now().micros() + 1_000);
}

#[test]
fn an_unknown_user_gets_the_requests_own_token_back() {
    let app = TestApp::start();
    let known = version_of(token_of(&app.put_birthday("grace", "1906-12-09")), "grace");
    let own = token("ada", known);
    let with = with_token(&app, "GET", &own, b"");
    assert_hello_problem(&with, 404, "user_unknown", "PUT one first");
    assert_eq!(with.header("sync-token"), Some(own.as_str()));
    let without = app.get("/hello/ada");
    assert_hello_problem(&without, 404, "user_unknown", "PUT one first");
    assert_eq!(without.header("sync-token"), None);
}
