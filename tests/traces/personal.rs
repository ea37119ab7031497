//! Usernames and dates of birth never leave with a span, wherever a client puts them.

use crate::traced::Traced;
use jubilee_test_support::Collector;

const NAME: &str = "Wilhelmina";
const BORN: &str = "1987-06-05";

#[test]
fn nothing_that_is_sent_holds_a_name_or_a_date() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    let good = format!(r#"{{"dateOfBirth":"{BORN}"}}"#);
    let bad = format!(r#"{{"{NAME}":"{BORN}""#);
    let hello = format!("/hello/{NAME}");
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let tracestate = format!("{}={BORN}", NAME.to_lowercase());
    let headers = [
        ("traceparent", traceparent),
        ("tracestate", tracestate.as_str()),
        ("baggage", tracestate.as_str()),
        ("X-Request-Id", NAME),
        ("User-Agent", BORN),
        ("X-Forwarded-For", NAME),
        ("Sync-Token", NAME),
    ];
    let requests = [
        ("PUT", hello.clone(), &headers[..6], good.as_bytes(), 204),
        ("PUT", hello.clone(), &[], good.as_bytes(), 204),
        ("GET", hello.clone(), &headers[..5], b"", 200),
        ("GET", hello.clone(), &headers[..], b"", 400),
        ("HEAD", hello.clone(), &[], b"", 200),
        ("PUT", hello.clone(), &headers[..2], bad.as_bytes(), 400),
        ("PUT", format!("{hello}%FF"), &[], good.as_bytes(), 400),
        ("GET", format!("{hello}?tz={NAME}/{BORN}"), &[], b"", 400),
        (NAME, hello.clone(), &[], b"", 405),
        ("GET", format!("/{NAME}/{BORN}"), &[], b"", 404),
        ("GET", format!("/docs/{NAME}"), &[], b"", 404),
        ("DELETE", hello.clone(), &[], b"", 204),
        ("GET", hello, &[], b"", 404),
    ];
    for (method, path, headers, body, status) in &requests {
        let answer = traced.request(method, path, headers, body);
        assert_eq!(answer.status, *status, "{method} {path} {headers:?}: {}", answer.text());
    }
    traced.end();
    let servers = collector.spans().iter().filter(|span| span.attributes.contains_key("url.scheme")).count();
    assert_eq!(servers, requests.len(), "every request has arrived");
    for request in collector.requests() {
        // Protobuf writes texts as they are, so their bytes would stand there.
        let all = [request.head.as_bytes(), &request.body[..]].concat();
        for personal in [NAME, &NAME.to_lowercase(), BORN] {
            let found = all.windows(personal.len()).any(|bytes| bytes == personal.as_bytes());
            assert!(!found, "{personal} is in {}", String::from_utf8_lossy(&all));
        }
    }
}
