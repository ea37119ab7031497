//! Methods and paths that lead nowhere.

use crate::expect::{BODY, assert_hello_problem, assert_nothing_written, assert_problem};
use jubilee_test_support::{Client, TestApp};

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::start();
    for path in ["/", "/livez", "/readyz", "/openapi.json", "/docs", "/docs/"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"] {
            let response = app.request(method, path, &[], b"");
            assert_eq!(response.status, 405, "{method} {path}: {response:?}");
            assert_problem(&response, 405, "method_not_allowed", "Allow");
            assert_eq!(response.header("allow"), Some("GET, HEAD"), "{method} {path}");
        }
    }
}

#[test]
fn a_wrong_method_on_a_user_is_told_the_right_ones_and_stores_nothing() {
    let app = TestApp::start();
    for method in ["POST", "PATCH", "OPTIONS", "TRACE", "put", "BREW"] {
        let response = app.request(method, "/hello/ada", &[], BODY);
        assert_hello_problem(&response, 405, "method_not_allowed", "Allow");
        assert_eq!(response.header("allow"), Some("GET, HEAD, PUT, DELETE"), "{method}");
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_wrong_method_on_the_admin_listener_is_told_the_right_ones() {
    let app = TestApp::start();
    for (method, path, allowed) in [
        ("POST", "/metrics", "GET, HEAD"),
        ("POST", "/buildinfo", "GET, HEAD"),
        ("PUT", "/livez", "GET, HEAD"),
        ("DELETE", "/readyz", "GET, HEAD"),
        ("GET", "/drain", "POST"),
        ("HEAD", "/undrain", "POST"),
        ("GET", "/undrain", "POST"),
    ] {
        let response = app.admin(method, path);
        assert_eq!((response.status, response.header("allow")), (405, Some(allowed)), "{method} {path}");
        if method != "HEAD" {
            assert_problem(&response, 405, "method_not_allowed", "Allow");
        }
    }
    assert_eq!(app.get("/readyz").status, 200);
}

#[test]
fn an_unknown_path_is_not_found_by_any_method() {
    let app = TestApp::start();
    for path in [
        "/x",
        "//",
        "//hello/ada",
        "/hello//ada",
        "/hello/ada/",
        "/hello/ada/b",
        "/Hello/ada",
        "/hello/../hello/ada/x",
        "/livez/",
        "/metrics",
        "/buildinfo",
        "/drain",
        "/docs/no-such-file.js",
        "/docs/../openapi.json",
        "/docs/%2e%2e/openapi.json",
        "/%",
    ] {
        let response = app.get(path);
        assert_eq!(response.status, 404, "{path}: {response:?}");
        assert_problem(&response, 404, "route_unknown", "/docs/");
        if !path.starts_with("/docs/") {
            assert_problem(&app.request("PUT", path, &[], BODY), 404, "route_unknown", "/docs/");
        }
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn the_admin_listener_knows_no_users() {
    let app = TestApp::start();
    for path in ["/", "/hello/ada", "/openapi.json", "/docs/"] {
        assert_eq!(app.admin("GET", path).status, 404, "{path}");
    }
    let mut admin = Client::connect(app.addresses.admin).expect("the app listens");
    assert_eq!(admin.request("PUT", "/hello/ada", &[], BODY).expect("an answer").status, 404);
    assert_nothing_written(&app, "ada");
}
