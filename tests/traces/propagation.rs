//! A trace that began elsewhere goes on here, and its id is told to whoever may look for it.

use crate::traced::{BODY, Traced, trace_of, traceparent};
use jubilee_test_support::{Collector, wait_until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const OTHER: &str = "1bf7651916cd43dd8448eb211c80319d";

#[test]
fn the_callers_decision_holds_whatever_the_sampler_says() {
    for (sampler, sampled) in [("parentbased_always_off", true), ("parentbased_always_on", false)] {
        let collector = Collector::start();
        let traced = Traced::start_with(&collector.endpoint(), &[("OTEL_TRACES_SAMPLER", sampler)], &[]);
        let header = traceparent(TRACE, sampled);
        let get = traced.request("GET", "/hello/ada", &[("traceparent", &header)], b"");
        assert_eq!(get.json()["traceId"], TRACE, "{sampler}");
        assert_eq!(get.header("traceresponse").is_some(), sampled, "{sampler}");
        // Without a caller's decision the sampler's holds.
        assert_eq!(traced.request("GET", "/hello/ada", &[], b"").status, 404);
        traced.end();
        let (ours, others) = (collector.trace(TRACE).len(), collector.spans().len());
        assert_eq!((ours, others), if sampled { (3, 3) } else { (0, 3) }, "{sampler}");
    }
}

#[test]
fn the_trace_id_is_in_the_answer_in_the_problem_and_in_the_log() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    let (good, bad) = (traceparent(TRACE, true), traceparent(OTHER, true));
    let put = traced.request("PUT", "/hello/ada", &[("traceparent", &good)], BODY);
    let server = trace_of(&collector, TRACE, 3).remove(0);
    assert_eq!(put.header("traceresponse"), Some(format!("00-{TRACE}-{}-01", server.id).as_str()));
    let refused = traced.request("GET", "/hello/4da", &[("traceparent", &bad)], b"");
    assert_eq!((refused.status, &refused.json()["traceId"]), (400, &OTHER.into()));
    // A trace of its own has its id told too.
    let own = traced.request("GET", "/hello/4da", &[], b"").json()["traceId"].clone();
    let own = own.as_str().expect("an id").to_owned();
    wait_until("the trace has arrived", || collector.trace(&own).len() == 1);
    let log = traced.end();
    for (trace_id, status) in [(TRACE, 204), (OTHER, 400), (own.as_str(), 400)] {
        let lines: Vec<_> = log.iter().filter(|line| line["trace_id"] == trace_id).collect();
        assert_eq!(lines.len(), 1, "{trace_id}: {log:#?}");
        assert_eq!(lines[0]["status"], status);
    }
}

#[test]
fn without_an_endpoint_there_is_no_trace_to_name() {
    let traced = Traced::start("");
    let header = traceparent(TRACE, true);
    let get = traced.request("GET", "/hello/ada", &[("traceparent", &header)], b"");
    assert_eq!((get.status, get.header("traceresponse")), (404, None));
    assert!(get.json().get("traceId").is_none(), "{}", get.text());
    assert!(traced.end().iter().all(|line| line.get("trace_id").is_none()));
}
