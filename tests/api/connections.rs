//! More than one request on a connection.

use crate::expect::BODY;
use jubilee_test_support::TestApp;

#[test]
fn requests_share_a_connection() {
    let app = TestApp::start();
    let mut client = app.client();
    for _ in 0..3 {
        for (method, path, body, status) in [
            ("PUT", "/hello/ada", BODY, 204),
            ("GET", "/hello/ada", b"", 200),
            ("PUT", "/hello/ada", b"{}", 400),
            ("GET", "/hello/ada1", b"", 400),
            ("PUT", "/nothing", b"", 404),
            ("PUT", "/", b"", 405),
            ("GET", "/", b"", 200),
            ("DELETE", "/hello/ada", b"", 204),
            ("HEAD", "/hello/ada", b"", 404),
        ] {
            let response = client.request(method, path, &[], body).expect("an answer");
            assert_eq!(response.status, status, "{method} {path}");
            assert_eq!(response.header("connection"), None, "{method} {path}");
        }
    }
}

#[test]
fn a_body_that_nobody_reads_is_not_taken_for_the_next_request() {
    let app = TestApp::start();
    let hidden = b"GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n";
    for (method, path, status) in [
        ("PUT", "/hello/ada1", 400),
        ("PUT", "/hello/ada?tz=Mars", 400),
        ("GET", "/hello/ada", 404),
        ("DELETE", "/hello/ada", 204),
        ("POST", "/hello/ada", 405),
        ("PUT", "/nothing", 404),
        ("GET", "/", 200),
    ] {
        let mut client = app.client();
        let response = client.request(method, path, &[], hidden).expect("an answer");
        assert_eq!(response.status, status, "{method} {path}");
        // The answer may have come before the body was read: then it says so and nothing follows.
        match client.request("GET", "/livez", &[("X-Request-Id", "next")], b"") {
            Ok(next) => assert_eq!(next.header("x-request-id"), Some("next"), "{method} {path}"),
            Err(_) => assert_eq!(response.header("connection"), Some("close"), "{method} {path}"),
        }
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let app = TestApp::builder().on("2026-12-10").start();
    let request = |id: &str, method: &str, path: &str, body: &[u8]| {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nX-Request-Id: {id}\r\nContent-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    };
    let requests = [
        ("1", "PUT", "/hello/ada", BODY, 204),
        ("2", "GET", "/hello/ada", b"", 200),
        ("3", "GET", "/hello/1", b"", 400),
        ("4", "DELETE", "/hello/ada", b"", 204),
        ("5", "GET", "/hello/ada", b"", 404),
        ("6", "GET", "/", b"", 200),
    ];
    let bytes: Vec<u8> =
        requests.iter().flat_map(|(id, method, path, body, _)| request(id, method, path, body)).collect();
    let mut client = app.client();
    client.send(&bytes).expect("sent");
    for (id, method, path, _, status) in requests {
        let response = client.read_response(false).expect("an answer");
        assert_eq!((response.header("x-request-id"), response.status), (Some(id), status), "{method} {path}");
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let app = TestApp::start();
    let mut client = app.client();
    let head = format!("PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n", BODY.len());
    for byte in [head.as_bytes(), BODY].concat() {
        client.send(&[byte]).expect("sent");
    }
    assert_eq!(client.read_response(false).expect("an answer").status, 204);
    assert_eq!(app.get("/hello/ada").status, 200);
}

#[test]
fn a_client_that_asks_first_is_told_to_continue() {
    let app = TestApp::start();
    let mut client = app.client();
    let length = BODY.len();
    let head = format!(
        "PUT /hello/ada HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    );
    client.send(head.as_bytes()).expect("sent");
    assert_eq!(client.read_response(false).expect("an answer").status, 100);
    client.send(BODY).expect("sent");
    assert_eq!(client.read_response(false).expect("an answer").status, 204);
}

#[test]
fn a_client_that_wants_to_close_is_answered_and_closed() {
    let app = TestApp::start();
    for head in [
        "GET /livez HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
        "GET /livez HTTP/1.0\r\n\r\n",
    ] {
        let mut client = app.client();
        client.send(head.as_bytes()).expect("sent");
        client.read_response(false).expect("an answer");
        assert_eq!(client.read_to_close().expect("a close"), b"", "{head}");
    }
}
