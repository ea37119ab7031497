//! What operators do by hand.

use crate::expect::BODY;
use jubilee_test_support::{Response, TestApp};
use serde_json::json;

/// Checks an answer of `readyz` that keeps traffic away.
#[track_caller]
fn assert_not_ready(response: &Response) {
    let expected = json!({
        "type": "urn:problem-type:jubilee:not_ready",
        "title": "This instance is not ready for traffic",
        "status": 503,
        "detail": "see checks for what is not ready",
        "code": "not_ready",
        "requestId": response.header("x-request-id").expect("an id"),
        "checks": { "store": "ok", "traffic": "draining" },
    });
    assert_eq!((response.status, response.json()), (503, expected));
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.header("retry-after"), Some("1"));
}

#[test]
fn an_instance_that_is_drained_by_hand_goes_on_serving_and_can_be_put_back() {
    let app = TestApp::start();
    let mut client = app.client();
    assert_eq!(client.request("GET", "/", &[], b"").expect("an answer").header("connection"), None);

    for _ in 0..2 {
        let drain = app.admin("POST", "/drain");
        assert_eq!((drain.status, drain.json()), (200, json!({ "traffic": "draining" })));
    }
    assert_not_ready(&app.get("/readyz"));
    assert_not_ready(&app.admin("GET", "/readyz"));
    assert_eq!(app.get("/livez").status, 200);
    // A connection from before is served once more, told to close, and closed.
    let put = client.request("PUT", "/hello/ada", &[], BODY).expect("an answer");
    assert_eq!((put.status, put.header("connection")), (204, Some("close")));
    assert_eq!(client.read_to_close().expect("a close"), b"");
    // So is a new one, also where the answer is a problem.
    for (path, status) in
        [("/hello/ada", 200), ("/hello/nobody", 404), ("/hello/ada1", 400), ("/nothing", 404)]
    {
        let get = app.get(path);
        assert_eq!((get.status, get.header("connection")), (status, Some("close")), "{path}");
    }

    let undrain = app.admin("POST", "/undrain");
    assert_eq!((undrain.status, undrain.json()), (200, json!({ "traffic": "ok" })));
    assert_eq!(app.get("/readyz").status, 200);
    assert_eq!(app.admin("GET", "/readyz").status, 200);
    assert_eq!(app.get("/hello/ada").header("connection"), None);
}

#[test]
fn buildinfo_names_what_runs_and_where() {
    let app = TestApp::builder().set("REGION", "ap").start();
    let info = app.admin("GET", "/buildinfo");
    assert_eq!(info.status, 200);
    let body = info.json();
    assert_eq!((&body["name"], &body["region"]), (&json!("jubilee"), &json!("ap")));
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn metrics_are_in_the_prometheus_text_format() {
    let app = TestApp::start();
    app.get("/hello/ada");
    let metrics = app.admin("GET", "/metrics");
    assert_eq!(metrics.status, 200);
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let counted = r#"jubilee_http_requests_total{method="GET",route="/hello/{username}",status="404"} 1"#;
    assert!(metrics.text().lines().any(|line| line == counted), "{}", metrics.text());
}
