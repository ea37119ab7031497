//! What is told of requests outside of the sample.

use crate::traced::{BODY, Traced};
use jubilee_test_support::{Collector, wait_until};
use serde_json::Value;
use std::time::{Duration, Instant};

const UNSAMPLED: (&str, &str) = ("OTEL_TRACES_SAMPLER", "always_off");

/// The one line of a request, by its status.
#[track_caller]
fn line_of(log: &[Value], status: u16) -> &Value {
    let lines: Vec<_> = log.iter().filter(|line| line["status"] == status).collect();
    let [line] = lines[..] else { panic!("{lines:#?}") };
    line
}

#[track_caller]
fn assert_told(line: &Value, trace_id: Option<&str>) {
    assert_eq!((&line["level"], &line["route"]), (&"WARN".into(), &"/hello/{username}".into()), "{line}");
    let told = line["trace_id"].as_str().expect("an id");
    assert!(trace_id.is_none_or(|trace_id| trace_id == told), "{line}");
    assert_eq!(told.len(), 32, "{line}");
    let micros = |name: &str| line[name].as_u64().unwrap_or_else(|| panic!("no {name}: {line}"));
    assert!(micros("mailbox_us") + micros("store_us") <= micros("duration_us"), "{line}");
}

#[test]
fn a_failed_request_outside_of_the_sample_has_one_line_with_its_stages() {
    let collector = Collector::start();
    let traced = Traced::start_with(&collector.endpoint(), &[UNSAMPLED], &[]);
    let elsewhere = Traced::start("").request("PUT", "/hello/ada", &[], BODY);
    let token = elsewhere.header("sync-token").expect("a token");
    let get = traced.request("GET", "/hello/ada", &[("Sync-Token", token)], b"");
    assert_eq!(get.status, 503);
    let trace_id = get.json()["traceId"].as_str().map(str::to_owned);
    assert!(trace_id.is_some(), "{}", get.text());
    assert_told(line_of(&traced.end(), 503), trace_id.as_deref());
    assert_eq!(collector.spans().len(), 0);
}

#[test]
fn a_slow_request_outside_of_the_sample_has_one_line_with_its_stages_and_a_fast_one_has_none_of_that() {
    let collector = Collector::start();
    let settings = [("SLOW_REQUEST", "250ms")];
    let traced = Traced::start_with(&collector.endpoint(), &[UNSAMPLED], &settings);
    let mut client = traced.process.client();
    let length = BODY.len();
    let head = format!("PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n");
    client.send(head.as_bytes()).expect("it listens");
    wait_until("the request is in", || traced.metric("jubilee_http_requests_in_flight") >= 1.0);
    let began = Instant::now();
    wait_until("the request is slow", || began.elapsed() > Duration::from_millis(300));
    client.send(BODY).expect("it listens");
    assert_eq!(client.read_response(false).expect("an answer").status, 204);
    assert_eq!(traced.request("GET", "/hello/ada", &[], b"").status, 200);
    let log = traced.end();
    assert_told(line_of(&log, 204), None);
    let fast = line_of(&log, 200);
    assert_eq!((&fast["level"], fast.get("store_us")), (&"INFO".into(), None), "{fast}");
    assert_eq!(collector.spans().len(), 0);
}

#[test]
fn a_ratio_takes_about_that_part_of_the_traces() {
    let collector = Collector::start();
    let ratio = [("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.25")];
    let traced = Traced::start_with(&collector.endpoint(), &ratio, &[]);
    let mut client = traced.process.client();
    for _ in 0..400 {
        assert_eq!(client.request("GET", "/", &[], b"").expect("an answer").status, 200);
    }
    drop(client);
    traced.end();
    // 100 are expected; so far off is one of 10,000,000 runs.
    let sampled = collector.spans().len();
    assert!((54..=146).contains(&sampled), "{sampled} of 400");
}
