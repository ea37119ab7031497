//! `X-Request-Id`: the client's own if it is fit to be logged, else a new one.

use jubilee_test_support::TestApp;
use std::collections::HashSet;

const PATHS: [&str; 4] = ["/", "/hello/nobody", "/hello/ada1", "/nothing"];

#[test]
fn a_clients_own_id_comes_back() {
    let app = TestApp::start();
    let every_visible: String = ('!'..='~').collect();
    for id in ["x", "0af7651916cd43dd8448eb211c80319c", "a/b:c,d;e=\"f\"", &every_visible, &"i".repeat(128)] {
        for path in PATHS {
            let response = app.request("GET", path, &[("X-Request-Id", id)], b"");
            assert_eq!(response.header("x-request-id"), Some(id), "{path}");
            if response.status >= 400 {
                assert_eq!(response.json()["requestId"], id, "{path}");
            }
        }
    }
}

#[test]
fn an_id_that_cannot_be_logged_is_replaced() {
    let app = TestApp::start();
    for id in ["", " ", "a b", "a\tb", "ü", "\u{1f382}", &"i".repeat(129), &"i".repeat(8000)] {
        for path in PATHS {
            let response = app.request("GET", path, &[("X-Request-Id", id)], b"");
            let new = response.header("x-request-id").expect("an id");
            assert!(is_new(new), "{new:?} for {id:?}");
            if response.status >= 400 {
                assert_eq!(response.json()["requestId"], new, "{path}");
            }
        }
    }
}

#[test]
fn each_request_without_an_id_gets_its_own() {
    let app = TestApp::start();
    let mut client = app.client();
    let mut ids = HashSet::new();
    for _ in 0..100 {
        for path in PATHS {
            let response = client.request("GET", path, &[], b"").expect("an answer");
            let id = response.header("x-request-id").expect("an id").to_owned();
            assert!(is_new(&id), "{id:?}");
            assert!(ids.insert(id), "given twice");
        }
    }
}

fn is_new(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
