//! Which spans a request leaves, and what is said of them.

use crate::traced::{BODY, Traced, trace_of, traceparent};
use jubilee_test_support::{Collector, ReceivedSpan, wait_until};
use serde_json::json;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SERVER: i32 = 2;
const INTERNAL: i32 = 1;

fn kind_of(span: &ReceivedSpan) -> i32 {
    span.kind as i32
}

/// Checks that these are a server span with its two stages under it, one after the other.
#[track_caller]
fn assert_tree(trace: &[ReceivedSpan], server_name: &str, store_name: &str) {
    let [server, mailbox, store] = trace else { panic!("{trace:#?}") };
    assert_eq!((server.name.as_str(), kind_of(server)), (server_name, SERVER));
    assert_eq!(server.parent_id, "00f067aa0ba902b7", "its parent is the caller's span");
    assert_eq!((mailbox.name.as_str(), kind_of(mailbox)), ("mailbox wait", INTERNAL));
    assert_eq!((store.name.as_str(), kind_of(store)), (store_name, INTERNAL));
    for stage in [mailbox, store] {
        assert_eq!(stage.parent_id, server.id, "{stage:?}");
        assert!(stage.nanos.0 <= stage.nanos.1 && stage.nanos.1 <= server.nanos.1, "{trace:#?}");
        assert!(!stage.failed && stage.attributes.is_empty(), "{stage:?}");
    }
    assert!(server.nanos.0 <= store.nanos.0, "{trace:#?}");
}

#[test]
fn a_put_leaves_a_server_span_with_its_stages() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    let header = traceparent(TRACE, true);
    let put = traced.request("PUT", "/hello/ada", &[("traceparent", &header)], BODY);
    assert_eq!(put.status, 204);
    let trace = trace_of(&collector, TRACE, 3);
    assert_tree(&trace, "PUT /hello/{username}", "store write");
    let expected = json!({
        "http.request.method": "PUT",
        "http.route": "/hello/{username}",
        "http.response.status_code": 204,
        "url.scheme": "http",
        "url.path": "/hello/REDACTED",
        "network.protocol.version": "1.1",
    });
    assert_eq!(json!(trace[0].attributes), expected);
    assert!(!trace[0].failed);
}

#[test]
fn a_get_leaves_a_server_span_with_its_stages_and_a_client_fault_is_no_error_of_the_server() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    let header = traceparent(TRACE, true);
    let get = traced.request("GET", "/hello/ada?tz=Europe/London", &[("traceparent", &header)], b"");
    assert_eq!(get.status, 404);
    let trace = trace_of(&collector, TRACE, 3);
    assert_tree(&trace, "GET /hello/{username}", "store read");
    assert_eq!(trace[0].attributes["http.response.status_code"], 404);
    assert_eq!(trace[0].attributes["jubilee.problem"], "user_unknown");
    assert!(!trace[0].failed && !trace[0].attributes.contains_key("error.type"), "{trace:#?}");
}

#[test]
fn a_failure_of_ours_marks_the_request_and_the_stage_that_failed() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    let elsewhere = Traced::start("").request("PUT", "/hello/ada", &[], BODY);
    let token = elsewhere.header("sync-token").expect("a token");
    let header = traceparent(TRACE, true);
    let get = traced.request("GET", "/hello/ada", &[("traceparent", &header), ("Sync-Token", token)], b"");
    assert_eq!(get.status, 503);
    let trace = trace_of(&collector, TRACE, 3);
    let [server, _, store] = &trace[..] else { panic!("{trace:#?}") };
    assert!(server.failed && store.failed, "{trace:#?}");
    assert_eq!(server.attributes["error.type"], "sync_unavailable");
    assert_eq!(store.attributes["error.type"], "behind");
}

#[test]
fn the_sender_is_named_as_the_variables_say() {
    let collector = Collector::start();
    let variables = [
        ("OTEL_SERVICE_NAME", "birthdays"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=lab,service.version=next"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=open%20sesame"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/elsewhere", collector.endpoint())),
        ("OTEL_UNHEARD_OF", "ignored"),
    ];
    let traced = Traced::start_with("http://127.0.0.1:1", &variables, &[("REGION", "eu")]);
    assert_eq!(traced.request("GET", "/", &[], b"").status, 200);
    wait_until("a span has arrived", || !collector.spans().is_empty());
    let resource = &collector.spans()[0].resource;
    assert_eq!(resource["service.name"], "birthdays");
    assert_eq!(resource["service.version"], "next");
    assert_eq!(resource["deployment.environment.name"], "lab");
    assert_eq!(resource["jubilee.region"], "eu");
    let head = &collector.requests()[0].head;
    assert!(head.starts_with("post /elsewhere http/1.1\r\n"), "{head}");
    for header in ["content-type: application/x-protobuf\r\n", "x-key: open sesame\r\n"] {
        assert!(head.contains(header), "{head}");
    }
}

#[test]
fn the_sender_has_a_name_where_nobody_gives_it_one() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    assert_eq!(traced.request("GET", "/", &[], b"").status, 200);
    wait_until("a span has arrived", || !collector.spans().is_empty());
    let resource = &collector.spans()[0].resource;
    assert_eq!(resource["service.name"], "jubilee");
    assert_eq!(resource["service.version"], env!("CARGO_PKG_VERSION"));
    assert!(collector.requests()[0].head.starts_with("post /v1/traces http/1.1\r\n"));
}

#[test]
fn probes_and_the_operators_listener_leave_no_spans() {
    let collector = Collector::start();
    let traced = Traced::start(&collector.endpoint());
    assert_eq!(traced.request("GET", "/livez", &[], b"").status, 200);
    assert_eq!(traced.request("GET", "/readyz", &[], b"").status, 200);
    assert_eq!(traced.metric("jubilee_spans_total{outcome=\"failed\"}"), 0.0);
    assert_eq!(traced.request("GET", "/nobody", &[], b"").status, 404);
    traced.end();
    let spans = collector.spans();
    let [unknown] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((unknown.name.as_str(), &unknown.attributes["url.path"]), ("GET", &"/REDACTED".into()));
    assert!(!unknown.attributes.contains_key("http.route"), "{unknown:?}");
}
