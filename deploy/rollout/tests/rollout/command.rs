//! The command as a process: what it refuses before it asks any platform.

use std::process::{Command, Output};

fn rollout(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollout"));
    command.args(arguments).output().expect("it runs")
}

#[test]
fn bad_usage_ends_with_64_and_says_why() {
    for (arguments, why) in [
        (&[][..], "Usage"),
        (&["start"], "--version"),
        (&["start", "--version", "1.0.0", "--bake", "soon"], "--bake"),
        (&["start", "--version", "1.0.0", "--environment", "moon"], "--environment"),
        (&["status", "--platform", "aws"], "--regions FILE"),
        (&["status", "--regions", "regions.toml"], "--platform aws"),
    ] {
        let ended = rollout(arguments);
        let error = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(64), "{arguments:?}: {error}");
        assert!(error.contains(why), "{arguments:?}: {error}");
    }
}

#[test]
fn without_a_prometheus_nothing_is_let_through() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/regions.example.toml");
    let ended = rollout(&["start", "--platform", "aws", "--regions", example, "--version", "1.0.0"]);
    let error = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(64), "{error}");
    assert!(error.contains("--prometheus is missing"), "{error}");
}

#[test]
fn regions_that_are_not_described_end_with_1() {
    let ended = rollout(&["status", "--platform", "aws", "--regions", "/nowhere/regions.toml"]);
    let error = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{error}");
    assert!(error.contains("/nowhere/regions.toml"), "{error}");
}
