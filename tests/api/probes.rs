//! `/livez` and `/readyz`, on both listeners.

use jubilee_test_support::TestApp;
use serde_json::json;

#[test]
fn both_listeners_say_that_the_process_lives_and_is_ready() {
    let app = TestApp::start();
    let live = json!({ "status": "alive" });
    let ready = json!({ "status": "ready", "checks": { "store": "ok", "traffic": "ok" } });
    for (path, body) in [("/livez", &live), ("/readyz", &ready)] {
        for response in [app.get(path), app.admin("GET", path)] {
            assert_eq!((response.status, &response.json()), (200, body));
            assert_eq!(response.header("content-type"), Some("application/json"));
            assert_eq!(response.header("region"), Some("local"));
            assert!(response.header("x-request-id").is_some());
        }
    }
}
