//! A panic in one request answers 500 for that request and for no other.

use crate::expect::{BODY, assert_hello_problem, metric};
use crate::faulty_store::FaultyStore;
use crate::store_errors::assert_tells_nothing;
use jubilee_test_support::{TestApp, wait_until};
use std::sync::Arc;

const READ_PANICS: &str =
    r#"jubilee_store_operation_duration_seconds_count{operation="read",outcome="panicked"}"#;
const WRITE_PANICS: &str =
    r#"jubilee_store_operation_duration_seconds_count{operation="write",outcome="panicked"}"#;

#[test]
fn a_store_that_panics_harms_that_request_only() {
    let store = FaultyStore::default();
    let go_on = Arc::clone(&store.go_on);
    // One worker, so that all of this happens on one thread and in one actor.
    let app = TestApp::builder().set("WORKERS", "1").store(Arc::new(store)).start();
    let mut other = app.client();
    other.send(b"GET /hello/waits HTTP/1.1\r\nHost: test\r\n\r\n").expect("sent");
    wait_until("it is inside", || app.metrics.requests_in_flight.get() == 1);

    let mut same = app.client();
    for username in ["panicsAtOnce", "panicsLater"] {
        for (method, body) in [("GET", b"".as_slice()), ("PUT", BODY), ("DELETE", b"")] {
            let response = same.request(method, format!("/hello/{username}"), &[], body).expect("an answer");
            assert_hello_problem(&response, 500, "internal", "logged under this requestId");
            assert_eq!(response.header("connection"), None);
            assert_tells_nothing(&response);
            let next = same.request("GET", "/hello/ada", &[], b"").expect("an answer");
            assert_eq!(next.status, 200);
            assert_eq!(app.put_birthday("ada", "1815-12-10").status, 204);
        }
    }
    go_on.notify_one();
    assert_eq!(other.read_response(false).expect("an answer").status, 200);
    assert_eq!((metric(&app, READ_PANICS), metric(&app, WRITE_PANICS)), (2.0, 4.0));
    assert_eq!(metric(&app, r#"jubilee_actor_restarts_total{actor="greeter"}"#), 0.0);
    wait_until("nothing is in flight", || app.metrics.requests_in_flight.get() == 0);
}

#[test]
fn a_handler_that_panics_harms_that_request_only() {
    let app = TestApp::builder().set("WORKERS", "1").start();
    assert_eq!(app.put_birthday("ada", "1815-12-10").status, 204);
    let mut same = app.client();
    for (count, (method, body)) in (1..).zip([("GET", b"".as_slice()), ("PUT", BODY)]) {
        app.clock.panic_once();
        let response = same.request(method, "/hello/ada", &[], body).expect("an answer");
        assert_hello_problem(&response, 500, "internal", "logged under this requestId");
        assert_eq!(metric(&app, "jubilee_request_panics_total"), f64::from(count));
        let series = format!(
            r#"jubilee_http_requests_total{{method="{method}",route="/hello/{{username}}",status="500"}}"#
        );
        assert_eq!(metric(&app, &series), 1.0);
        assert_eq!(same.request("GET", "/hello/ada", &[], b"").expect("an answer").status, 200);
        assert_eq!(app.get("/hello/ada").status, 200);
    }
    wait_until("nothing is in flight", || app.metrics.requests_in_flight.get() == 0);
}

#[test]
fn a_panic_while_a_version_is_given_harms_that_request_only() {
    let app = TestApp::builder().set("WORKERS", "1").start();
    assert_eq!(app.put_birthday("ada", "1815-12-10").status, 204);
    let mut same = app.client();
    // A DELETE looks at the clock in the actor only.
    app.clock.panic_once();
    let response = same.request("DELETE", "/hello/ada", &[], b"").expect("an answer");
    assert_hello_problem(&response, 500, "internal", "logged under this requestId");
    assert_eq!(metric(&app, WRITE_PANICS), 1.0);
    assert_eq!(same.request("GET", "/hello/ada", &[], b"").expect("an answer").status, 200);
    assert_eq!(same.request("DELETE", "/hello/ada", &[], b"").expect("an answer").status, 204);
    assert_eq!(same.request("GET", "/hello/ada", &[], b"").expect("an answer").status, 404);
}
