//! `GET /`: a line for programs, a page for browsers.

use jubilee_test_support::TestApp;

#[test]
fn programs_get_a_line_of_text() {
    let app = TestApp::start();
    for accept in [None, Some("*/*"), Some("text/plain"), Some("application/json"), Some("")] {
        let headers: Vec<_> = accept.map(|accept| ("Accept", accept)).into_iter().collect();
        let response = app.request("GET", "/", &headers, b"");
        assert_eq!((response.status, response.text()), (200, "Hello, world!"), "{accept:?}");
        assert_eq!(response.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(response.header("vary"), Some("Accept"));
        assert_eq!(response.header("region"), Some("local"));
    }
}

#[test]
fn browsers_get_a_page() {
    let app = TestApp::start();
    for accept in
        ["text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Text/HTML"]
    {
        let response = app.request("GET", "/", &[("Accept", accept)], b"");
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(response.header("vary"), Some("Accept"));
        assert!(response.text().starts_with("<!doctype html>"));
        assert!(response.text().contains("Hello, world!"));
    }
}

#[test]
fn a_query_changes_nothing() {
    assert_eq!(TestApp::start().get("/?x=1").text(), "Hello, world!");
}
