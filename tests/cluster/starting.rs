//! Starting without a cluster, without a schema, and beside a node that hangs.

use crate::instance::{Instance, NAME};
use crate::node::{alone, migrate, shared, with};
use jubilee_test_support::wait_until;
use std::net::TcpListener;
use std::time::{Duration, Instant};

#[test]
fn an_instance_that_starts_before_its_cluster_says_so_and_connects_when_it_comes() {
    let mut node = alone();
    node.kill().expect("it dies");
    let instance = Instance::start(&node.node_settings());
    instance.wait_until_unready("unreachable");
    assert_eq!(instance.ask("GET", "/livez").status, 200);
    let path = format!("/hello/{NAME}");
    for method in ["GET", "PUT", "DELETE"] {
        let answer = instance.ask(method, &path);
        assert_eq!((answer.status, answer.code.as_str()), (503, "store_unavailable"), "{method}");
        assert!(answer.took < Duration::from_secs(1), "{answer:?}");
    }
    assert_eq!(instance.metric("jubilee_session_up"), 0.0);
    node.restart().expect("it comes up");
    instance.wait_until_ready();
    assert_eq!(instance.ask("PUT", &path).status, 204);
    assert_eq!(instance.ask("GET", &path).status, 200);
    assert_eq!(instance.metric("jubilee_session_up"), 1.0);
    assert_eq!(instance.metric("jubilee_sessions_total"), 1.0);
    let log = instance.end();
    assert!(
        log.contains("no session with the cluster yet") && log.contains("connected to the cluster"),
        "{log}"
    );
}

#[test]
fn an_instance_waits_for_the_schema_and_needs_no_restart_when_it_is_made() {
    let node = shared();
    let settings = with(node.node_settings(), &[("CLUSTER_KEYSPACE", "not_yet")]);
    let instance = Instance::start(&settings);
    instance.wait_until_unready("schema_missing");
    let path = format!("/hello/{NAME}");
    assert_eq!(instance.ask("PUT", &path).status, 503);
    migrate(&settings);
    instance.wait_until_ready();
    assert_eq!(instance.ask("PUT", &path).status, 204);
    instance.end();
}

#[test]
fn a_node_that_hangs_costs_less_than_five_seconds_at_the_start() {
    let node = shared();
    // The system accepts connections for it and nothing ever answers, as with a process that is stopped.
    let hung = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nodes = format!("{},{}", hung.local_addr().expect("an address"), node.address());
    let settings = with(node.node_settings(), &[("CLUSTER_NODES", &nodes)]);
    for _ in 0..3 {
        let began = Instant::now();
        let instance = Instance::start(&settings);
        instance.wait_until_ready();
        let took = began.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
        instance.end();
    }
}

#[test]
fn an_instance_at_rest_counts_its_session_and_knows_its_clock() {
    let node = shared();
    let instance = Instance::start(&node.node_settings());
    instance.wait_until_ready();
    for _ in 0..10 {
        assert_eq!(instance.ask("PUT", &format!("/hello/{NAME}")).status, 204);
    }
    let series = |event: &str| format!(r#"jubilee_driver_events_total{{event="{event}"}}"#);
    wait_until("the driver's requests are counted", || {
        instance.metric_if_there(&series("request")).is_some_and(|requests| requests >= 10.0)
    });
    for event in ["error", "retry", "connection_timeout"] {
        assert_eq!(instance.metric(&series(event)), 0.0, "{event}");
    }
    assert!(instance.metric("jubilee_driver_connections") >= 1.0);
    assert_eq!(instance.metric("jubilee_session_up"), 1.0);
    assert_eq!(instance.metric("jubilee_sessions_total"), 1.0);
    assert_eq!(instance.metric("jubilee_breaker_open"), 0.0);
    let skew = r#"jubilee_clock_skew_seconds{peer="eu"}"#;
    wait_until("the clocks are compared", || instance.metric_if_there(skew).is_some());
    // One machine, one clock.
    let skew = instance.metric(skew);
    assert!(skew.abs() < 0.5, "{skew}");
    let log = instance.end();
    assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");
}
