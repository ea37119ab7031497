//! What the driver did for a request, as spans under the store's.

use crate::instance::{DATE, Instance, NAME};
use crate::node::{PROGRAM, Settings, alone, shared, with};
use jubilee_test_support::{Client, Collector, ReceivedSpan, wait_until};
use serde_json::json;
use std::process::Command;

const WRITE: &str = "3df7651916cd43dd8448eb211c80319f";
const READ: &str = "4ef7651916cd43dd8448eb211c8031a0";
const CLIENT: i32 = 3;

fn start(collector: &Collector, settings: &Settings) -> Instance {
    let mut command = Command::new(PROGRAM);
    command.arg("serve").env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    // Only what a caller wants to be followed.
    command.env("OTEL_BSP_SCHEDULE_DELAY", "20").env("OTEL_TRACES_SAMPLER", "parentbased_always_off");
    Instance::start_command(command, settings)
}

fn ask(instance: &Instance, method: &str, trace_id: &str, body: &[u8]) -> u16 {
    let header = format!("00-{trace_id}-00f067aa0ba902b7-01");
    let mut client = Client::connect(instance.public()).expect("it listens");
    let path = format!("/hello/{NAME}");
    client.request(method, path, &[("traceparent", &header)], body).expect("an answer").status
}

/// The driver's attempts in a trace, and the store's span that they must hang on.
fn attempts_of(trace: &[ReceivedSpan]) -> (Vec<&ReceivedSpan>, &ReceivedSpan) {
    let store = trace.iter().find(|span| span.name.starts_with("store ")).expect("a store's span");
    (trace.iter().filter(|span| span.kind as i32 == CLIENT).collect(), store)
}

#[test]
fn each_attempt_of_the_driver_is_a_span_that_names_the_node_and_its_data_centre() {
    let node = shared();
    let collector = Collector::start();
    let settings = node.node_settings();
    let setting = |name: &str| {
        settings.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str()).expect("a setting")
    };
    let (host, port) = setting("CLUSTER_NODES").rsplit_once(':').expect("an address and a port");
    let instance = start(&collector, &settings);
    instance.wait_until_ready();
    let body = format!(r#"{{"dateOfBirth":"{DATE}"}}"#);
    assert_eq!(ask(&instance, "PUT", WRITE, body.as_bytes()), 204);
    assert_eq!(ask(&instance, "GET", READ, b""), 200);
    for (trace_id, operation) in [(WRITE, "UPDATE"), (READ, "SELECT")] {
        wait_until("the trace has arrived", || collector.trace(trace_id).len() >= 4);
        let trace = collector.trace(trace_id);
        let (attempts, store) = attempts_of(&trace);
        let [attempt] = attempts[..] else { panic!("{trace:#?}") };
        assert_eq!(attempt.parent_id, store.id, "{trace:#?}");
        assert_eq!(attempt.name, format!("{operation} birthdays"));
        assert!(store.nanos.0 <= attempt.nanos.0 && attempt.nanos.1 <= store.nanos.1, "{trace:#?}");
        let mut told = attempt.attributes.clone();
        let id = told.remove("cassandra.coordinator.id").expect("the coordinator's id");
        assert_eq!(id.as_str().map(str::len), Some(36), "{id}");
        let expected = json!({
            "db.system.name": "cassandra",
            "db.operation.name": operation,
            "db.namespace": "jubilee",
            "db.collection.name": "birthdays",
            "cassandra.consistency.level": "local_quorum",
            "cassandra.coordinator.dc": setting("REGION"),
            "cassandra.query.idempotent": true,
            "server.address": host,
            "server.port": port.parse::<u16>().expect("a port"),
            "network.peer.address": host,
            "network.peer.port": port.parse::<u16>().expect("a port"),
        });
        assert_eq!(json!(told), expected);
    }
    // The keeper's pings and the probe's canaries belong to no request.
    assert_eq!(collector.spans().len(), 8, "{:#?}", collector.spans());
    for request in collector.requests() {
        for personal in [NAME, DATE] {
            let found = request.body.windows(personal.len()).any(|bytes| bytes == personal.as_bytes());
            assert!(!found, "{personal} was sent");
        }
    }
    instance.end();
}

#[test]
fn an_attempt_at_a_node_that_does_not_answer_is_told_as_abandoned() {
    let mut node = alone();
    let collector = Collector::start();
    // The driver finds out after a second that a connection is dead, and would end the attempt itself.
    let soon = [("REQUEST_TIMEOUT", "500ms")];
    let instance = start(&collector, &with(node.node_settings(), &soon));
    instance.wait_until_ready();
    node.hang().expect("it hangs");
    assert_eq!(ask(&instance, "GET", READ, b""), 504);
    wait_until("the trace has arrived", || collector.trace(READ).len() >= 4);
    let trace = collector.trace(READ);
    let (attempts, store) = attempts_of(&trace);
    assert!(store.failed && trace[0].failed, "{trace:#?}");
    assert_eq!(attempts[0].attributes["jubilee.abandoned"], true, "{trace:#?}");
    drop(node);
    instance.end();
}
