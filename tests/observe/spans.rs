//! Spans of real requests, at the real collector.

use crate::laboratory::turn;
use jubilee_test_support::{Client, wait_until};

#[test]
fn a_requests_spans_arrive_at_the_collector_under_the_callers_trace_id() {
    let watched = turn();
    let trace = format!("{:032x}", fastrand::u128(1..));
    let parent = format!("00-{trace}-{:016x}-01", fastrand::u64(1..));
    let from = watched.lab.client_address("us").expect("a region");
    let mut client = Client::connect_from(from.into(), watched.lab.geo_address()).expect("a balancer");
    let answer = client.request("GET", "/hello/traced", &[("traceparent", &parent)], b"").expect("an answer");
    assert_eq!(answer.status, 404, "nobody has written traced");

    let spans = || of_trace(&watched.lab.collector_log().expect("it is watched"), &trace);
    wait_until("the collector has printed the request's span and the store's", || {
        let spans = spans();
        spans.iter().any(|name| name == "GET /hello/{username}") && spans.len() > 1
    });
    eprintln!("spans of one GET: {}", spans().join(", "));
}

/// The names of the spans of a trace, as the collector prints them.
fn of_trace(log: &str, trace: &str) -> Vec<String> {
    let spans = log.split("\nSpan #").filter(|span| span.contains(trace));
    let name = |span: &str| Some(span.lines().find_map(|line| line.trim().strip_prefix("Name"))?.to_owned());
    spans.filter_map(name).map(|name| name.trim_start_matches([' ', ':']).to_owned()).collect()
}

#[test]
fn spans_are_told_apart_by_their_trace() {
    let span = |trace: &str, name: &str| {
        format!(
            "\nSpan #0\n    Trace ID       : {trace}\n    Parent ID      : \n    Name           : {name}\n    Kind           : Server"
        )
    };
    let log = span("aa", "GET /") + &span("bb", "store read");
    assert_eq!(of_trace(&log, "bb"), ["store read"]);
}
