//! More requests than can be admitted.

use crate::expect::{BODY, assert_hello_problem, metric};
use crate::faulty_store::FaultyStore;
use jubilee_test_support::{TestApp, wait_until};
use std::sync::Arc;

#[test]
fn a_request_over_the_bound_is_refused_at_once_and_those_inside_are_answered() {
    let store = FaultyStore::default();
    let go_on = Arc::clone(&store.go_on);
    let app = TestApp::builder().set("WORKERS", "1").set("MAX_IN_FLIGHT", "2").store(Arc::new(store)).start();
    let mut inside = [app.client(), app.client()];
    for (index, client) in inside.iter_mut().enumerate() {
        client.send(b"GET /hello/waits HTTP/1.1\r\nHost: test\r\n\r\n").expect("sent");
        wait_until("it is inside", || app.metrics.requests_in_flight.get() as usize > index);
    }
    for (method, body) in [("GET", b"".as_slice()), ("PUT", BODY), ("DELETE", b"")] {
        let refused = app.request(method, "/hello/ada", &[], body);
        assert_hello_problem(&refused, 503, "overloaded", "after Retry-After");
    }
    // What does not go through a Greeter is answered all the same.
    assert_eq!(app.get("/livez").status, 200);
    assert_eq!(metric(&app, r#"jubilee_requests_rejected_total{reason="overloaded"}"#), 3.0);
    for _ in &inside {
        go_on.notify_one();
    }
    for client in &mut inside {
        assert_eq!(client.read_response(false).expect("an answer").status, 200);
    }
    assert_eq!(app.get("/hello/ada").status, 200);
}
