//! The real collector, with the configuration that the laboratory gives it.

use jubilee_lab::{Collector, Life};
use jubilee_test_support::{Client, wait_until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[test]
fn it_prints_the_spans_that_it_is_told_and_comes_back_after_a_crash() {
    let collector = Collector::start().expect("it starts");
    tell_of_a_span(&collector);
    wait_until("the span is printed", || collector.log().contains(&format!("Trace ID       : {TRACE}")));

    collector.kill().expect("it dies");
    assert_eq!(collector.life(), Life::Dead);
    collector.restart().expect("it starts again");
    tell_of_a_span(&collector);
    wait_until("it is printed again", || collector.log().matches(TRACE).count() == 2);

    let log = collector.log();
    assert!(!log.contains("\twarn\t") && !log.contains("\terror\t"), "{log}");
}

/// As OTLP's JSON.
fn tell_of_a_span(collector: &Collector) {
    let span = format!(
        r#"{{"traceId":"{TRACE}","spanId":"b7ad6b7169203331","name":"GET /","kind":2,
             "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000100000000"}}"#
    );
    let body = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{span}]}}]}}]}}"#);
    let headers = [("Content-Type", "application/json")];
    let mut client = Client::connect(collector.otlp()).expect("it listens");
    let answer = client.request("POST", "/v1/traces", &headers, body.as_bytes());
    assert_eq!(answer.expect("an answer").status, 200);
}
