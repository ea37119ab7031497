//! A collector that is dead or slow costs spans, which are counted, and no request anything.

use crate::traced::Traced;
use jubilee_test_support::{Collector, wait_until};
use std::time::{Duration, Instant};

const REQUESTS: usize = 300;
/// A server span each, of requests that ask no store.
const SPANS: f64 = REQUESTS as f64;
/// One attempt to send takes so much longer than any request may that nobody can have waited for it.
const EXPORT_MILLIS: &str = "20000";
const LONGEST: Duration = Duration::from_secs(3);

fn spans(traced: &Traced, outcome: &str) -> f64 {
    traced.metric(&format!("jubilee_spans_total{{outcome=\"{outcome}\"}}"))
}

/// Makes the requests, none of which may fail or take long.
fn ask(traced: &Traced) {
    let mut client = traced.process.client();
    for number in 0..REQUESTS {
        let began = Instant::now();
        assert_eq!(client.request("GET", "/", &[], b"").expect("an answer").status, 200, "{number}");
        assert!(began.elapsed() < LONGEST, "request {number} took {:?}", began.elapsed());
    }
}

#[test]
fn a_collector_that_never_answers_delays_no_request_and_what_is_dropped_is_counted() {
    let collector = Collector::silent();
    let variables = [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", EXPORT_MILLIS),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "32"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16"),
    ];
    let traced = Traced::start_with(&collector.endpoint(), &variables, &[]);
    ask(&traced);
    // One batch is under way, and the queue is full.
    wait_until("all are counted", || spans(&traced, "dropped") >= SPANS - 16.0 - 32.0);
    assert_eq!(spans(&traced, "exported"), 0.0);
}

#[test]
fn a_dead_collector_fails_no_request_and_what_is_lost_is_counted() {
    let variables = [("OTEL_BSP_MAX_QUEUE_SIZE", "32"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16")];
    let traced = Traced::start_with(&Collector::dead_endpoint(), &variables, &[]);
    ask(&traced);
    wait_until("all are counted", || spans(&traced, "dropped") + spans(&traced, "failed") == SPANS);
    let log = traced.end();
    let told: Vec<_> = log.iter().filter(|line| line["cause"].is_string()).collect();
    let [line] = told[..] else { panic!("one line says so: {told:#?}") };
    assert!(line["cause"].as_str().is_some_and(|cause| cause.contains("refused")), "{line}");
}

#[test]
fn what_arrives_is_what_is_counted() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    ask(&traced);
    wait_until("all have arrived", || collector.spans().len() == REQUESTS);
    wait_until("all are counted", || spans(&traced, "exported") == SPANS);
    assert_eq!(spans(&traced, "dropped") + spans(&traced, "failed"), 0.0);
}

#[test]
fn an_endpoint_that_cannot_be_used_is_named_and_requests_are_served() {
    let traced = Traced::start("https://collector.example:4318");
    assert_eq!(traced.request("GET", "/", &[], b"").status, 200);
    let log = traced.end();
    let told = log.iter().find(|line| line["message"] == "there will be no traces").expect("a line");
    assert!(
        told["error"].as_str().is_some_and(|error| error.contains("OTEL_EXPORTER_OTLP_ENDPOINT")),
        "{told}"
    );
}
