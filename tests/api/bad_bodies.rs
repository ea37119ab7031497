//! Bodies of a PUT: each bad one is refused and changes nothing.

use crate::expect::{BODY, assert_hello_problem, assert_nothing_written};
use jubilee_test_support::TestApp;

const MAX_BYTES: usize = 1024;
const WANTED: &str = "the body must be JSON";
const NO_JSON: &str = "it is not JSON";
const NO_TEXT: &str = "there exactly once, as a string";

/// A good body, filled up with blanks.
fn padded(bytes: usize) -> Vec<u8> {
    let mut body = BODY.to_vec();
    body.resize(bytes, b' ');
    body
}

/// In chunks of 100 bytes.
fn chunked(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in body.chunks(100) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

fn bad_bodies() -> Vec<(Vec<u8>, &'static str)> {
    let nested = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let nested_date = format!(r#"{{"dateOfBirth":{}{}}}"#, "[".repeat(400), "]".repeat(400));
    [
        ("", NO_JSON),
        (" ", NO_JSON),
        ("1815-12-10", WANTED),
        ("dateOfBirth=1815-12-10", NO_JSON),
        ("{", NO_JSON),
        ("{'dateOfBirth':'1815-12-10'}", NO_JSON),
        (r#"{"dateOfBirth":"1815-12-10",}"#, NO_JSON),
        (r#"{"dateOfBirth":"1815-12-10"} {}"#, NO_JSON),
        (r#"{"dateOfBirth":"1815-12-10"}x"#, NO_JSON),
        ("\u{feff}{\"dateOfBirth\":\"1815-12-10\"}", NO_JSON),
        (&nested, NO_TEXT),
        (&nested_date, NO_TEXT),
        ("null", NO_TEXT),
        ("{}", NO_TEXT),
        (r#""1815-12-10""#, NO_TEXT),
        (r#"{"dateofbirth":"1815-12-10"}"#, NO_TEXT),
        (r#"{"dateOfBirth":18151210}"#, NO_TEXT),
        (r#"{"dateOfBirth":null}"#, NO_TEXT),
        (r#"{"dateOfBirth":["1815-12-10"]}"#, NO_TEXT),
        (r#"{"dateOfBirth":{"year":1815}}"#, NO_TEXT),
        (r#"{"dateOfBirth":"1815-12-10","dateOfBirth":"1815-12-10"}"#, NO_TEXT),
        (r#"["1815-12-10"]"#, NO_TEXT),
        (r#" ["1815-12-10"]"#, NO_TEXT),
        ("[]", NO_TEXT),
        (r#"[{"dateOfBirth":"1815-12-10"}]"#, NO_TEXT),
    ]
    .map(|(text, detail)| (text.as_bytes().to_vec(), detail))
    .into_iter()
    .chain([
        (b"{\"dateOfBirth\":\"1815-12-1\xff\"}".to_vec(), NO_JSON),
        (b"{\"dateOfBirth\":\"1815-12-10\",\"\xff\":1}".to_vec(), NO_JSON),
        (b"{\"dateOfBirth\":\"1815-12-10\",\"x\":\"\xff\"}".to_vec(), NO_JSON),
        (b"\x00".to_vec(), NO_JSON),
    ])
    .collect()
}

#[test]
fn a_body_that_is_not_what_is_expected_is_refused() {
    let app = TestApp::start();
    for (body, detail) in bad_bodies() {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let response = app.request("PUT", "/hello/ada", &[], &body);
        assert_eq!(response.status, 400, "{shown}");
        assert!(response.text().contains(detail), "{shown}: {}", response.text());
        assert_hello_problem(&response, 400, "body_invalid", WANTED);
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_bad_body_leaves_the_earlier_birthday_and_the_connection_as_they_were() {
    let app = TestApp::builder().on("2026-03-01").start();
    let mut client = app.client();
    let put =
        client.request("PUT", "/hello/ada", &[], br#"{"dateOfBirth":"1990-03-02"}"#).expect("an answer");
    assert_eq!(put.status, 204);
    for (body, _) in bad_bodies() {
        let response = client.request("PUT", "/hello/ada", &[], &body).expect("an answer");
        assert_eq!(response.status, 400, "{}", String::from_utf8_lossy(&body));
        let get = client.request("GET", "/hello/ada", &[], b"").expect("an answer");
        assert_eq!(get.text(), r#"{"message":"Hello, ada! Your birthday is in 1 day(s)"}"#);
        assert_eq!(get.header("sync-token"), put.header("sync-token"));
    }
}

#[test]
fn a_body_over_1_kib_is_refused_and_the_connection_closed() {
    let app = TestApp::start();
    let mut client = app.client();
    let with_length = client.request("PUT", "/hello/ada", &[], &padded(MAX_BYTES + 1)).expect("an answer");
    assert_hello_problem(&with_length, 413, "body_too_large", "at most 1024 bytes");
    assert_eq!(with_length.header("connection"), Some("close"));
    assert_eq!(client.read_to_close().expect("a close"), b"");

    let mut client = app.client();
    client
        .send(b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        .and_then(|()| client.send(&chunked(&padded(MAX_BYTES + 1))))
        .expect("sent");
    let in_chunks = client.read_response(false).expect("an answer");
    assert_hello_problem(&in_chunks, 413, "body_too_large", "at most 1024 bytes");
    assert_eq!(in_chunks.header("connection"), Some("close"));
    assert_eq!(client.read_to_close().expect("a close"), b"");
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_length_that_is_too_great_is_refused_before_the_body_comes() {
    let app = TestApp::start();
    for length in ["1025", "4294967296", "18446744073709551615"] {
        let mut client = app.client();
        let head = format!("PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n");
        client.send(head.as_bytes()).expect("sent");
        let response = client.read_response(false).expect("an answer");
        assert_hello_problem(&response, 413, "body_too_large", "at most 1024 bytes");
        assert_eq!(client.read_to_close().expect("a close"), b"");
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_client_that_sends_a_large_body_to_its_end_still_reads_the_answer() {
    let app = TestApp::start();
    let response = app.request("PUT", "/hello/ada", &[], &padded(4 << 20));
    assert_hello_problem(&response, 413, "body_too_large", "at most 1024 bytes");
    assert_nothing_written(&app, "ada");
}

#[test]
fn a_body_of_exactly_1_kib_is_stored() {
    let app = TestApp::start();
    assert_eq!(app.request("PUT", "/hello/ada", &[], &padded(MAX_BYTES)).status, 204);
    let mut client = app.client();
    client
        .send(b"PUT /hello/grace HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        .and_then(|()| client.send(&chunked(&padded(MAX_BYTES))))
        .expect("sent");
    assert_eq!(client.read_response(false).expect("an answer").status, 204);
    for username in ["ada", "grace"] {
        assert_eq!(app.get(format!("/hello/{username}")).status, 200, "{username}");
    }
}

#[test]
fn unknown_fields_blanks_and_any_content_type_are_fine() {
    let app = TestApp::builder().on("2026-12-10").start();
    let nested = format!(r#"{{"x":{}{},"dateOfBirth":"1815-12-10"}}"#, "[".repeat(400), "]".repeat(400));
    for (username, content_type, body) in [
        ("a", "application/json", r#"{"dateOfBirth":"1815-12-10","name":"Ada","tags":[1,{"x":null}]}"#),
        ("b", "text/plain", " {\n\t\"dateOfBirth\" : \"1815-12-10\" }\r\n"),
        ("c", "application/x-www-form-urlencoded", r#"{"dateOfBirth":"1815-12-10"}"#),
        ("f", "application/json", &nested),
        ("d", "no content type at all", r#"{"\u0064ateOfBirth":"\u0031815-12-10"}"#),
        ("e", "application/json; charset=latin1", r#"{"a":{"dateOfBirth":1},"dateOfBirth":"1815-12-10"}"#),
    ] {
        let path = format!("/hello/{username}");
        let put = app.request("PUT", &path, &[("Content-Type", content_type)], body.as_bytes());
        assert_eq!((put.status, put.text()), (204, ""), "{body}");
        assert!(app.get(&path).text().ends_with(r#"Happy birthday!"}"#));
    }
}
