//! Spans of real requests, at the real collector.

use crate::laboratory::turn;
use jubilee_lab::{Lab, Target};
use jubilee_test_support::{Client, Response, wait_until};

#[test]
fn a_requests_spans_arrive_at_the_collector_under_the_callers_trace_id() {
    let watched = turn();
    let from = watched.lab.client_address("us").expect("a region");
    let mut client = Client::connect_from(from.into(), watched.lab.geo_address()).expect("a balancer");
    let (answer, trace) = ask_traced(&mut client, "/hello/traced", &[]);
    assert_eq!(answer.status, 404, "nobody has written traced");
    wait_until_told(&watched.lab, &trace, &["GET /hello/{username}", "store read"]);
}

#[test]
fn an_escalation_and_a_failover_are_spans_of_their_own() {
    let watched = turn();
    let lab = &watched.lab;
    let connect =
        |region| Client::connect(lab.instance(region).expect("a region").public).expect("it listens");
    let (mut eu, mut us) = (connect("eu"), connect("us"));

    lab.cut_replication("eu", "us").expect("a cut");
    let written = us.request("PUT", "/hello/escalated", &[], br#"{"dateOfBirth":"1815-12-10"}"#);
    let token = written.expect("an answer").header("sync-token").expect("a token").to_owned();
    let (answer, trace) = ask_traced(&mut eu, "/hello/escalated", &[("Sync-Token", &token)]);
    lab.heal().expect("healed");
    assert_eq!(answer.status, 200, "{}", answer.text());
    wait_until_told(lab, &trace, &["escalation"]);

    lab.hang(Target::Nodes("us")).expect("us hangs");
    let (answer, trace) = ask_traced(&mut us, "/hello/traced", &[]);
    lab.start(Target::Nodes("us")).expect("us goes on");
    assert_eq!(answer.status, 404, "{}", answer.text());
    wait_until_told(lab, &trace, &["failover"]);
}

/// Asks with a trace of its own, which is to be followed; gives its id.
fn ask_traced(client: &mut Client, path: &str, headers: &[(&str, &str)]) -> (Response, String) {
    let trace = format!("{:032x}", fastrand::u128(1..));
    let parent = format!("00-{trace}-{:016x}-01", fastrand::u64(1..));
    let headers = [headers, &[("traceparent", parent.as_str())]].concat();
    (client.request("GET", path, &headers, b"").expect("an answer"), trace)
}

/// Waits until the collector has printed spans of these names.
fn wait_until_told(lab: &Lab, trace: &str, names: &[&str]) {
    let spans = || of_trace(&lab.collector_log().expect("it is watched"), trace);
    wait_until(&format!("the collector has printed {}", names.join(" and ")), || {
        let spans = spans();
        names.iter().all(|name| spans.iter().any(|span| span == name))
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
