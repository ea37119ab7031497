//! HEAD works where GET does: the same head, no body.

use jubilee_test_support::{Client, Response, TestApp};
use std::net::SocketAddr;

/// The headers of an answer, sorted, but for those that change by themselves.
fn lasting(response: &Response) -> Vec<(String, String)> {
    let mut headers = response.headers.clone();
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    headers
}

fn assert_head_is_get_without_body(address: SocketAddr, path: &str, headers: &[(&str, &str)]) {
    let mut client = Client::connect(address).expect("the app listens");
    let headers = [headers, &[("X-Request-Id", "the-same")]].concat();
    let mut ask = |method| client.request(method, path, &headers, b"").expect("an answer");
    let get = ask("GET");
    let head = ask("HEAD");
    // On the same connection: a body after the HEAD would be taken for the head of this one.
    let again = ask("GET");
    assert_eq!((head.status, head.text()), (get.status, ""), "{path}");
    assert_eq!(again.status, get.status, "{path}");
    if path == "/metrics" {
        assert!(head.header("content-length").is_some());
    } else {
        assert_eq!(lasting(&head), lasting(&get), "{path}");
        assert_eq!(again.body, get.body, "{path}");
        let length = get.body.len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()), "{path}");
    }
}

#[test]
fn head_answers_as_get_on_every_route_of_the_api() {
    let app = TestApp::start();
    app.put_birthday("ada", "1815-12-10");
    app.request("DELETE", "/hello/gone", &[], b"");
    for path in [
        "/",
        "/hello/ada",
        "/hello/ada?tz=Europe/London",
        "/hello/nobody",
        "/hello/gone",
        "/hello/ada1",
        "/hello/ada?tz=Mars",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/docs",
        "/docs/",
        "/docs/swagger-ui.css",
        "/docs/nothing",
        "/nothing",
    ] {
        assert_head_is_get_without_body(app.addresses.public, path, &[]);
    }
    assert_head_is_get_without_body(app.addresses.public, "/", &[("Accept", "text/html")]);
}

#[test]
fn head_answers_as_get_on_every_route_of_the_admin_listener() {
    let app = TestApp::start();
    for path in ["/metrics", "/buildinfo", "/livez", "/readyz", "/nothing"] {
        assert_head_is_get_without_body(app.addresses.admin, path, &[]);
    }
    app.admin("POST", "/drain");
    let mut client = Client::connect(app.addresses.admin).expect("the app listens");
    let head = client.request("HEAD", "/readyz", &[], b"").expect("an answer");
    assert_eq!((head.status, head.text()), (503, ""));
}
