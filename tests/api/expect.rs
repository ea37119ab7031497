//! What every answer must look like, whatever was asked, and what must not have happened.

use jubilee::http::ProblemCode;
use jubilee_test_support::{Client, Response, TestApp};
use serde_json::json;

/// A body that is good on every day after it.
pub(crate) const BODY: &[u8] = br#"{"dateOfBirth":"1815-12-10"}"#;

/// The body that puts a date of birth.
pub(crate) fn born_on(date: &str) -> Vec<u8> {
    format!(r#"{{"dateOfBirth":"{date}"}}"#).into_bytes()
}

/// Checks a problem whole: its status, its body, its headers, and that they name the same request.
#[track_caller]
pub(crate) fn assert_problem(response: &Response, status: u16, code: &str, detail: &str) {
    assert_eq!(response.header("content-type"), Some("application/problem+json"), "{response:?}");
    let title = ProblemCode::ALL.iter().find(|known| known.name() == code).expect("a known code").title();
    let body = response.json();
    let actual_detail = body["detail"].as_str().expect("a detail");
    assert!(actual_detail.contains(detail), "{actual_detail:?} does not say {detail:?}");
    let expected = json!({
        "type": format!("urn:problem-type:jubilee:{code}"),
        "title": title,
        "status": status,
        "detail": actual_detail,
        "code": code,
        "requestId": response.header("x-request-id").expect("an id"),
    });
    assert_eq!((response.status, &body), (status, &expected));
    assert_eq!(response.header("region"), Some("local"));
    assert_eq!(response.header("retry-after"), (status == 503).then_some("1"));
    assert_eq!(response.header("allow").is_some(), status == 405);
}

/// As [`assert_problem`], for an answer of `/hello`, which no cache may keep.
#[track_caller]
pub(crate) fn assert_hello_problem(response: &Response, status: u16, code: &str, detail: &str) {
    assert_problem(response, status, code, detail);
    assert_eq!(response.header("cache-control"), Some("no-store"));
}

/// Checks that the user is unknown and that nothing at all was ever written to the store.
#[track_caller]
pub(crate) fn assert_nothing_written(app: &TestApp, username: &str) {
    let get = app.get(format!("/hello/{username}"));
    assert_hello_problem(&get, 404, "user_unknown", "PUT one first");
    assert_eq!(get.header("sync-token"), None);
    assert_eq!(metric(app, "jubilee_group_commit_writes_count"), 0.0);
}

/// Checks that an answer is the parser's own: no body, none of our headers, and nothing after it.
#[track_caller]
pub(crate) fn assert_parsers_own(client: &mut Client, status: u16) {
    let response = client.read_response(false).expect("an answer");
    assert_eq!((response.status, response.text()), (status, ""), "{response:?}");
    assert_eq!(response.header("x-request-id"), None);
    assert_eq!(client.read_to_close().expect("a close").len(), 0);
}

/// One value of `/metrics`, by its name and labels as they stand there; 0 where there is none yet.
pub(crate) fn metric(app: &TestApp, series: &str) -> f64 {
    let metrics = app.admin("GET", "/metrics");
    let line = metrics.text().lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().expect("a number"))
}
