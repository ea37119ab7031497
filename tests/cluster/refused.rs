//! A node that demands a password and TLS, and those whom it or who it does not convince.

use crate::instance::{Instance, NAME, PASSWORD};
use crate::node::{Settings, migrate, with};
use jubilee_lab::{Security, SingleNode, SingleNodeOptions};
use jubilee_test_support::wait_until;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::{NamedTempFile, TempDir};

/// It ends with this process, however that ends.
static NODE: LazyLock<SingleNode> = LazyLock::new(|| {
    let security = Security { password: true, tls: true };
    let node = SingleNode::start(&SingleNodeOptions { security, ..SingleNodeOptions::default() });
    node.expect("a node")
});

/// A certificate that has nothing to do with the node's.
const STRANGERS_CERTIFICATE: &str = include_str!("stranger.pem");

/// How often an instance may try in a while: the pauses between two tries grow from 0.1 to 2 s, jittered.
fn most_tries(while_: Duration) -> usize {
    6 + while_.as_secs() as usize
}

/// Starts an instance that cannot come in, and sees that it says why and keeps calm; gives its log.
fn refused(settings: &Settings, reason: &str) -> String {
    let began = Instant::now();
    let instance = Instance::start(settings);
    instance.wait_until_unready(reason);
    assert_eq!(instance.ask("GET", "/livez").status, 200);
    assert_eq!(instance.ask("PUT", &format!("/hello/{NAME}")).code, "store_unavailable");
    wait_until("it has tried for some seconds", || began.elapsed() > Duration::from_secs(4));
    let used = instance.processor_time();
    assert!(used < began.elapsed() / 4, "it used {used:?} of the processor");
    let took = began.elapsed();
    let log = instance.end();
    let tries = log.matches("no session with the cluster yet").count();
    assert!((2..=most_tries(took)).contains(&tries), "{tries} tries in {took:?}: {log}");
    log
}

fn password_file(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().expect("a file");
    fs::write(file.path(), text).expect("writable");
    file
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn a_cluster_that_demands_a_password_and_tls_is_served_from() {
    let file = password_file("cassandra\n");
    let mut settings = with(NODE.node_settings(), &[("CLUSTER_PASSWORD_FILE", text(file.path()))]);
    settings.retain(|(name, _)| *name != "CLUSTER_PASSWORD");
    migrate(&settings);
    let instance = Instance::start(&settings);
    instance.wait_until_ready();
    let path = format!("/hello/{NAME}");
    assert_eq!(instance.ask("PUT", &path).status, 204);
    assert_eq!(instance.ask("GET", &path).status, 200);
    instance.end();
}

#[test]
fn refused_credentials_are_told_and_tried_again_at_leisure() {
    let settings = with(NODE.node_settings(), &[("CLUSTER_PASSWORD", PASSWORD)]);
    let log = refused(&settings, "credentials_refused");
    assert!(log.contains("check CLUSTER_USERNAME and CLUSTER_PASSWORD"), "{log}");
}

#[test]
fn missing_credentials_are_told() {
    let mut settings = NODE.node_settings();
    settings.retain(|(name, _)| !["CLUSTER_USERNAME", "CLUSTER_PASSWORD"].contains(name));
    let log = refused(&settings, "credentials_refused");
    assert!(log.contains("check CLUSTER_USERNAME and CLUSTER_PASSWORD"), "{log}");
}

#[test]
fn a_node_with_a_certificate_of_somebody_else_is_not_trusted() {
    let folder = TempDir::new().expect("a folder");
    let stranger = folder.path().join("ca.pem");
    fs::write(&stranger, STRANGERS_CERTIFICATE).expect("writable");
    let settings = with(NODE.node_settings(), &[("CLUSTER_CA_FILE", text(&stranger))]);
    let log = refused(&settings, "certificate_refused");
    assert!(log.contains("CLUSTER_CA_FILE"), "{log}");
}

#[test]
fn a_file_that_holds_no_certificate_is_told() {
    let folder = TempDir::new().expect("a folder");
    let empty = folder.path().join("ca.pem");
    fs::write(&empty, "no certificate\n").expect("writable");
    let settings = with(NODE.node_settings(), &[("CLUSTER_CA_FILE", text(&empty))]);
    let log = refused(&settings, "certificates_unusable");
    assert!(log.contains("it holds no certificate"), "{log}");
}
