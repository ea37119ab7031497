//! Losing all nodes under load, and getting them back: under the same address or another, or awake again.

use crate::asking::Answer;
use crate::instance::Instance;
use crate::node::{PROGRAM, alone, with};
use crate::under_load::Load;
use jubilee_lab::free_address;
use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::time::Duration;
use tempfile::NamedTempFile;

/// The default deadline of a request, and a little.
const IN_TIME: Duration = Duration::from_millis(2_500);
const GRACE: (&str, &str) = ("CLUSTER_FAILOVER_GRACE", "1s");

/// Holds that each answer was well or told that the store is away, and in time.
fn hold(answers: &[Answer]) {
    for answer in answers {
        assert!(answer.is_well() || answer.says_that_the_store_is_away(), "{answer:?}");
        assert!(answer.took < IN_TIME, "{answer:?}");
    }
    assert!(answers.iter().any(|answer| !answer.is_well()), "the fault was not felt");
}

#[test]
fn an_instance_whose_nodes_all_crash_recovers_without_a_restart() {
    let mut node = alone();
    let instance = Instance::start(&with(node.node_settings(), &[GRACE]));
    instance.wait_until_ready();
    let load = Load::start(instance.public());
    node.kill().expect("it dies");
    load.wait_until_refused();
    instance.wait_until_unready("region_lost");
    assert_eq!(instance.ask("GET", "/livez").status, 200);
    assert_eq!(instance.metric("jubilee_breaker_open"), 1.0);
    node.restart().expect("it comes up");
    instance.wait_until_ready();
    assert_eq!(instance.metric("jubilee_breaker_open"), 0.0);
    load.wait_until_well();
    hold(&load.end());
    instance.end();
}

#[test]
fn an_instance_follows_a_name_to_another_address() {
    let mut node = alone();
    // A file of names that only the program sees.
    let hosts = NamedTempFile::new().expect("a file");
    let name = |address: IpAddr| fs::write(hosts.path(), format!("{address} db.test\n")).expect("writable");
    name(node.address().ip());
    let mut command = Command::new("unshare");
    command.arg("--mount");
    if fs::metadata("/proc/self").expect("procfs").uid() != 0 {
        command.arg("--map-root-user");
    }
    let script = r#"mount --bind "$1" /etc/hosts && exec "$2" serve"#;
    command.args(["sh", "-c", script, "sh"]).arg(hosts.path()).arg(PROGRAM);
    let nodes = format!("db.test:{}", node.address().port());
    let settings = with(node.node_settings(), &[("CLUSTER_NODES", &nodes), GRACE]);
    let instance = Instance::start_command(command, &settings);
    instance.wait_until_ready();
    let load = Load::start(instance.public());
    let moved_to = free_address().expect("an address");
    assert_ne!(node.address().ip(), IpAddr::from(moved_to));
    node.kill().expect("it dies");
    node.restart_at(moved_to).expect("it comes up");
    name(moved_to.into());
    instance.wait_until_unready("region_lost");
    instance.wait_until_ready();
    load.wait_until_well();
    hold(&load.end());
    assert!(instance.metric("jubilee_sessions_total") >= 2.0);
    let log = instance.end();
    assert!(log.contains("making a new session, names resolved anew"), "{log}");
}

#[test]
fn while_all_nodes_hang_every_request_is_answered_in_time() {
    let mut node = alone();
    let instance = Instance::start(&with(node.node_settings(), &[GRACE]));
    instance.wait_until_ready();
    let load = Load::start(instance.public());
    node.hang().expect("it is stopped");
    load.wait_until_refused();
    instance.wait_until_unready("region_lost");
    // By now nobody waits for the node any more.
    let answer = instance.ask("GET", "/hello/Quentina");
    assert!(answer.took < Duration::from_millis(100), "{answer:?}");
    node.resume().expect("it goes on");
    instance.wait_until_ready();
    load.wait_until_well();
    hold(&load.end());
    instance.end();
}

#[test]
fn an_instance_that_nobody_asks_notices_a_hung_cluster_as_well() {
    let mut node = alone();
    let instance = Instance::start(&with(node.node_settings(), &[GRACE]));
    instance.wait_until_ready();
    node.hang().expect("it is stopped");
    instance.wait_until_unready("region_lost");
    node.resume().expect("it goes on");
    instance.wait_until_ready();
    instance.end();
}
