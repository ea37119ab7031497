//! Requests that are no whole HTTP: what the parser answers, what we answer, and how soon.

use crate::expect::{BODY, assert_hello_problem, assert_nothing_written, assert_parsers_own};
use jubilee_test_support::{TestApp, wait_until};
use std::time::{Duration, Instant};

/// Far more than any of these answers may take, and far less than the client's patience.
const BOUND: Duration = Duration::from_secs(20);

#[test]
fn a_body_that_does_not_come_in_time_is_answered_408_and_the_connection_closed() {
    let app = TestApp::builder().set("REQUEST_TIMEOUT", "300ms").start();
    let with_length = "Content-Length: 100";
    for (header, begun) in [
        (with_length, r#"{"dateOfBirth":"#),
        (with_length, ""),
        ("Transfer-Encoding: chunked", "5\r\n{\"dat\r\n"),
        ("Transfer-Encoding: chunked", ""),
    ] {
        let mut client = app.client();
        let started = Instant::now();
        let head = format!("PUT /hello/ada HTTP/1.1\r\nHost: test\r\n{header}\r\n\r\n{begun}");
        client.send(head.as_bytes()).expect("sent");
        let response = client.read_response(false).expect("an answer");
        assert_hello_problem(&response, 408, "body_timeout", "within the request's deadline");
        assert_eq!(response.header("connection"), Some("close"));
        assert_eq!(client.read_to_close().expect("a close"), b"");
        let took = started.elapsed();
        assert!((Duration::from_millis(300)..BOUND).contains(&took), "{header}: {took:?}");
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_body_that_drips_has_the_same_deadline_as_one_that_stops() {
    let app = TestApp::builder().set("REQUEST_TIMEOUT", "300ms").start();
    let mut client = app.client();
    let started = Instant::now();
    client.send(b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n").expect("sent");
    // Each byte comes soon after the one before; between them others are answered.
    for _ in 0..900 {
        if started.elapsed() > Duration::from_millis(250) {
            break;
        }
        client.send(b" ").expect("sent");
        assert_eq!(app.get("/livez").status, 200);
    }
    let response = client.read_response(false).expect("an answer");
    assert_hello_problem(&response, 408, "body_timeout", "within the request's deadline");
    assert!(started.elapsed() < BOUND);
}

#[test]
fn chunks_without_end_are_cut_off() {
    let app = TestApp::start();
    let mut client = app.client();
    client
        .send(b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        .expect("sent");
    let started = Instant::now();
    while client.send(b"10\r\n{\"a\":1,  \"b\": 2\r\n").is_ok() {
        assert!(started.elapsed() < BOUND, "the connection is still open");
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn bad_chunks_are_answered_as_unreadable_and_the_connection_closed() {
    let app = TestApp::start();
    for chunks in ["zz\r\n", "5\r\n{\"dateOfBirth\"", "-1\r\n\r\n", "ffffffffffffffffff\r\n", "5;\x01\n"] {
        let mut client = app.client();
        let head = "PUT /hello/ada HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
        client.send(format!("{head}{chunks}").as_bytes()).expect("sent");
        let response = client.read_response(false).expect("an answer");
        assert_eq!(response.status, 400, "{chunks:?}");
        assert_hello_problem(&response, 400, "body_unreadable", "framing");
        assert_eq!(response.header("connection"), Some("close"));
        assert_eq!(client.read_to_close().expect("a close"), b"", "{chunks:?}");
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_client_that_leaves_in_the_middle_of_its_body_stores_nothing() {
    let app = TestApp::start();
    let mut client = app.client();
    client.send(b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n").expect("sent");
    client.send(BODY).expect("sent");
    drop(client);
    wait_until("nothing is in flight", || app.metrics.requests_in_flight.get() == 0);
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_head_that_is_no_http_is_answered_by_the_parser() {
    let app = TestApp::start();
    let started = Instant::now();
    for head in [
        b"nonsense\r\n\r\n".as_slice(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS to a port that speaks none\r\n\r\n",
        b"GET /hello/ada HTTP/9.9\r\nHost: test\r\n\r\n",
        b"GET /hello/a da HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET /hello/ada HTTP/1.1\r\n\r\n",
        b"GET /hello/ada HTTP/1.1\r\nHost: test\r\nno colon\r\n\r\n",
        b"GET /hello/ada HTTP/1.1\r\nHost: test\r\nX: \x01\r\n\r\n",
        // Bytes that a path must percent-encode, whether they are UTF-8 or not.
        b"PUT /hello/M\xc3\xbcller HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
        b"GET /hello/\xff HTTP/1.1\r\nHost: test\r\n\r\n",
        // What request smuggling is made of.
        b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: -1\r\n\r\n",
        b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: 1, 2\r\n\r\n",
        b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip\r\n\r\n",
    ] {
        let mut client = app.client();
        client.send(head).expect("sent");
        assert_parsers_own(&mut client, 400);
    }
    assert!(started.elapsed() < BOUND);
    assert_nothing_written(&app, "ada");
}

#[test]
fn too_many_headers_are_answered_by_the_parser() {
    let app = TestApp::start();
    let request = |headers: usize| {
        let headers: String = (0..headers).map(|index| format!("X-{index}: y\r\n")).collect();
        format!("GET /livez HTTP/1.1\r\nHost: test\r\n{headers}\r\n")
    };
    let mut client = app.client();
    client.send(request(95).as_bytes()).expect("sent");
    assert_eq!(client.read_response(false).expect("an answer").status, 200);
    client.send(request(96).as_bytes()).expect("sent");
    assert_parsers_own(&mut client, 431);
}

#[test]
fn a_head_over_the_parsers_limit_is_answered_431_at_once() {
    let app = TestApp::start();
    let started = Instant::now();
    let mut client = app.client();
    client.send(b"GET /hello/ada HTTP/1.1\r\nHost: test\r\nX-Long: ").expect("sent");
    // It may close while the rest is still on its way.
    let _ = client.send(&vec![b'x'; 131_072]);
    assert_parsers_own(&mut client, 431);
    assert!(started.elapsed() < BOUND);
    assert_eq!(app.get("/livez").status, 200);
}

#[test]
fn a_head_that_never_ends_is_answered_408_by_the_parser() {
    let app = TestApp::start();
    let started = Instant::now();
    let mut client = app.client();
    client.send(b"GET /hello/ada HTTP/1.1\r\nHost: te").expect("sent");
    assert_parsers_own(&mut client, 408);
    let took = started.elapsed();
    assert!((Duration::from_secs(4)..BOUND).contains(&took), "{took:?}");
}
