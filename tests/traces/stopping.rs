//! Nothing is lost at the end, and the end does not wait for ever.

use crate::traced::{BODY, Traced, traceparent};
use jubilee_test_support::Collector;
use std::time::{Duration, Instant};

const TRACE: &str = "2cf7651916cd43dd8448eb211c80319e";
/// Batches would be sent after an hour, so what arrives was sent because the program stopped.
const SELDOM: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");

#[test]
fn the_last_request_before_sigterm_arrives() {
    let collector = Collector::start();
    let traced = Traced::start_with(&collector.endpoint(), &[SELDOM], &[]);
    let header = traceparent(TRACE, true);
    let put = traced.request("PUT", "/hello/ada", &[("traceparent", &header)], BODY);
    assert_eq!(put.status, 204);
    assert_eq!(collector.spans().len(), 0, "nothing is sent before");
    let log = traced.end();
    assert_eq!(collector.trace(TRACE).len(), 3);
    assert!(log.iter().any(|line| line["message"] == "stopping: all spans are sent"), "{log:#?}");
}

#[test]
fn a_request_that_is_answered_while_draining_arrives() {
    let collector = Collector::start();
    let traced = Traced::start_with(&collector.endpoint(), &[SELDOM], &[]);
    let mut client = traced.process.client();
    let (header, length) = (traceparent(TRACE, true), BODY.len());
    let head = format!(
        "PUT /hello/ada HTTP/1.1\r\nHost: test\r\ntraceparent: {header}\r\nContent-Length: {length}\r\n\r\n"
    );
    client.send(head.as_bytes()).expect("it listens");
    jubilee_test_support::wait_until("the request is in", || {
        traced.metric("jubilee_http_requests_in_flight") >= 1.0
    });
    let end = std::thread::spawn(move || traced.end());
    client.send(BODY).expect("it still listens to who is inside");
    assert_eq!(client.read_response(false).expect("an answer").status, 204);
    end.join().expect("an orderly end");
    assert_eq!(collector.trace(TRACE).len(), 3);
}

#[test]
fn the_end_does_not_wait_for_a_collector_that_never_answers() {
    let collector = Collector::silent();
    let patient = ("OTEL_EXPORTER_OTLP_TIMEOUT", "40000");
    let traced = Traced::start_with(&collector.endpoint(), &[SELDOM, patient], &[]);
    assert_eq!(traced.request("PUT", "/hello/ada", &[], BODY).status, 204);
    let began = Instant::now();
    let log = traced.end();
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let lost = log.iter().find(|line| line["message"] == "stopping: these spans could not be sent");
    assert_eq!(lost.map(|line| &line["lost"]), Some(&3.into()), "{log:#?}");
}
