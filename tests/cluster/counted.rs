//! What each region is asked, what the schema is, and what became of sync tokens, as operators see it.

use crate::asking::ask_with;
use crate::instance::{DATE, Instance, NAME};
use crate::node::{migrate, shared, with};
use crate::proxied::Proxied;
use jubilee::domain::{Region, SyncToken, Username, Version, WallClock};
use jubilee::telemetry::metrics::Part;
use jubilee_test_support::{Client, wait_until};
use std::time::Duration;

fn asked(operation: &str, outcome: &str) -> String {
    let labels = format!(r#"operation="{operation}",outcome="{outcome}",peer="eu""#);
    format!("jubilee_cluster_operations_total{{{labels}}}")
}

#[test]
fn what_users_and_what_probes_ask_of_a_region_is_counted_apart() {
    let node = shared();
    let instance = Instance::start(&node.node_settings());
    instance.wait_until_ready();
    for probe in ["ping", "canary", "clock"] {
        wait_until(probe, || instance.metric(&asked(probe, "ok")) >= 2.0);
    }
    assert_eq!(instance.metric(&asked("read", "ok")), 0.0, "no user has asked");
    assert_eq!(instance.metric(&asked("write", "ok")), 0.0);
    let path = format!("/hello/{NAME}");
    for _ in 0..3 {
        assert_eq!(instance.ask("PUT", &path).status, 204);
        assert_eq!(instance.ask("GET", &path).status, 200);
    }
    assert_eq!(instance.ask("DELETE", &path).status, 204);
    assert_eq!(instance.metric(&asked("read", "ok")), 3.0);
    assert_eq!(instance.metric(&asked("write", "ok")), 4.0);
    let seconds = r#"jubilee_cluster_operation_duration_seconds_count{operation="write",peer="eu"}"#;
    assert_eq!(instance.metric(seconds), 4.0);
    for outcome in ["unavailable", "timed_out", "overloaded", "corrupt", "abandoned"] {
        assert_eq!(instance.metric(&asked("read", outcome)), 0.0, "{outcome}");
    }
    instance.end();
}

#[test]
fn an_instance_on_the_cluster_tells_all_that_the_table_has_for_it_and_little_else() {
    let node = shared();
    let instance = Instance::start(&node.node_settings());
    instance.wait_until_ready();
    let busy = r#"jubilee_runtime_busy_seconds_total{runtime="cluster"}"#;
    wait_until("the cluster's thread has been busy", || instance.metric(busy) > 0.0);
    let metrics = instance.exposition();
    metrics.assert_fits_the_table(Part::Cluster);
    metrics.assert_promtool_finds_nothing();
    metrics.assert_small();
    assert_eq!(metrics.get("jubilee_ready"), Some(1.0));
    let tasks = metrics.get(r#"jubilee_runtime_alive_tasks{runtime="cluster"}"#);
    assert!(tasks.is_some_and(|tasks| tasks >= 1.0), "the driver's tasks: {tasks:?}");
    instance.end();
}

#[test]
fn the_schema_that_is_needed_and_the_one_that_is_there_are_told() {
    let node = shared();
    let settings = with(node.node_settings(), &[("CLUSTER_KEYSPACE", "counted")]);
    let instance = Instance::start(&settings);
    instance.wait_until_unready("schema_missing");
    let migrations = |state: &str| {
        instance.metric_if_there(&format!(r#"jubilee_schema_migrations{{state="{state}"}}"#)).expect("told")
    };
    let needed = migrations("needed");
    assert!(needed >= 2.0, "{needed}");
    assert_eq!(migrations("applied"), 0.0);
    assert_eq!(instance.metric(r#"jubilee_unready{reason="schema_missing"}"#), 1.0);
    assert_eq!(instance.metric("jubilee_ready"), 0.0);
    migrate(&settings);
    instance.wait_until_ready();
    assert_eq!((migrations("needed"), migrations("applied")), (needed, needed));
    assert_eq!(instance.metric(r#"jubilee_unready{reason="schema_missing"}"#), 0.0);
    instance.end();
}

#[test]
fn a_region_that_does_not_answer_is_counted_as_given_up() {
    let node = shared();
    let proxied = Proxied::start(&node, &[("REQUEST_TIMEOUT", "600ms")]);
    let counted = |operation, outcome| {
        proxied.metrics.cluster_operations.with_label_values(&[operation, "eu", outcome]).get()
    };
    let path = format!("/hello/{NAME}");
    assert_eq!(ask_with(&mut proxied.client(), "PUT", &path, &[], DATE).status, 204);
    assert_eq!((counted("write", "ok"), counted("write", "abandoned")), (1, 0));
    proxied.proxy.swallow();
    assert_eq!(ask_with(&mut proxied.client(), "PUT", &path, &[], DATE).status, 504);
    assert_eq!((counted("write", "ok"), counted("write", "abandoned")), (1, 1));
    let waited = proxied.metrics.cluster_seconds.with_label_values(&["write", "eu"]).get_sample_sum();
    assert!(waited >= 0.3, "the time that was waited in vain counts: {waited}");
    proxied.proxy.heal();
}

#[test]
fn tokens_are_counted_by_whether_this_region_could_satisfy_them() {
    let node = shared();
    let instance = Instance::start(&node.node_settings());
    instance.wait_until_ready();
    let tokens = || {
        ["satisfied", "escalated", "unavailable"]
            .map(|outcome| instance.metric(&format!(r#"jubilee_sync_tokens_total{{outcome="{outcome}"}}"#)))
    };
    let get = |name: &str, token: &str| {
        let mut client = Client::connect(instance.public()).expect("it listens");
        ask_with(&mut client, "GET", &format!("/hello/{name}"), &[("Sync-Token", token)], DATE).status
    };
    let written = instance.ask("PUT", &format!("/hello/{NAME}")).token.expect("a token");
    assert_eq!(get(NAME, &written), 200);
    assert_eq!(tokens(), [1.0, 0.0, 0.0]);
    let token = |name: &str, version: u64| {
        let region = Region::parse("eu").expect("a region");
        let username = Username::parse(name).expect("letters");
        SyncToken { version: Version::from_micros(version), region }.encode(&username)
    };
    let now = jubilee::app::SystemClock.now().micros();
    assert_eq!(get(NAME, &token(NAME, now + 1_000_000)), 503, "nobody has written it");
    assert_eq!(tokens(), [1.0, 0.0, 1.0]);
    // So old that its deletion's mark may have expired: nothing more can be found out.
    let long_ago = now - Duration::from_secs(25 * 60 * 60).as_micros() as u64;
    assert_eq!(get("Nobodyatall", &token("Nobodyatall", long_ago)), 404);
    assert_eq!(tokens(), [1.0, 1.0, 1.0]);
    instance.end();
}
