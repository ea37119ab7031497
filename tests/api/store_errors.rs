//! What callers are told when the store fails.

use crate::expect::{BODY, assert_hello_problem, metric};
use crate::faulty_store::{DRIVERS_TEXT, FaultyStore};
use jubilee_test_support::TestApp;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

const METHODS: [(&str, &[u8]); 3] = [("GET", b""), ("PUT", BODY), ("DELETE", b"")];

#[test]
fn each_failure_of_the_store_has_its_own_answer() {
    let app = TestApp::builder().store(Arc::new(FaultyStore::default())).start();
    for (username, outcome, status, code) in [
        ("unavailable", "unavailable", 503, "store_unavailable"),
        ("timedOut", "timed_out", 504, "deadline_exceeded"),
        ("overloaded", "overloaded", 503, "overloaded"),
        ("corrupt", "corrupt", 500, "internal"),
        ("behind", "behind", 503, "sync_unavailable"),
    ] {
        for (method, body) in METHODS {
            let response = app.request(method, format!("/hello/{username}"), &[], body);
            assert_hello_problem(&response, status, code, "");
            assert_tells_nothing(&response);
        }
        let counted = |operation: &str| {
            let labels = format!(r#"{{operation="{operation}",outcome="{outcome}"}}"#);
            metric(&app, &format!("jubilee_store_operation_duration_seconds_count{labels}"))
        };
        assert_eq!((counted("read"), counted("write")), (1.0, 2.0), "{username}");
    }
    assert_eq!(app.get("/hello/ada").status, 200);
}

#[test]
fn a_store_that_never_answers_is_given_up_at_the_deadline() {
    let app =
        TestApp::builder().set("REQUEST_TIMEOUT", "300ms").store(Arc::new(FaultyStore::default())).start();
    let mut client = app.client();
    for (method, body) in METHODS {
        let started = Instant::now();
        let response = client.request(method, "/hello/silent", &[], body).expect("an answer");
        let took = started.elapsed();
        assert_hello_problem(&response, 504, "deadline_exceeded", "may or may not have been made");
        let bound = Duration::from_millis(300)..Duration::from_secs(20);
        assert!(bound.contains(&took), "{method} took {took:?}");
    }
    assert_eq!(client.request("GET", "/hello/ada", &[], b"").expect("an answer").status, 200);
}

#[test]
fn readyz_says_that_the_store_is_unavailable_and_not_why() {
    let app = TestApp::builder().store(Arc::new(FaultyStore::default())).start();
    for response in [app.get("/readyz"), app.admin("GET", "/readyz")] {
        assert_eq!((response.status, response.header("retry-after")), (503, Some("1")));
        assert_eq!(response.json()["code"], "not_ready");
        assert_eq!(response.json()["checks"], json!({ "store": "unavailable", "traffic": "ok" }));
        assert_tells_nothing(&response);
    }
    assert_eq!(app.get("/livez").status, 200);
}

#[track_caller]
pub(crate) fn assert_tells_nothing(response: &jubilee_test_support::Response) {
    let answer = format!("{:?} {}", response.headers, response.text());
    for word in DRIVERS_TEXT.split(' ') {
        assert!(!answer.contains(word), "{word:?} in {answer}");
    }
}
