//! The commands beside `serve`.

use jubilee_test_support::{Client, Process};
use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check(url: &str) -> Output {
    Command::new(PROGRAM).args(["check", url]).output().expect("the program runs")
}

#[test]
fn check_ends_with_0_while_the_instance_is_ready_and_with_1_while_it_drains() {
    let data_dir = TempDir::new().expect("a folder");
    let process = Process::start(PROGRAM, data_dir.path(), &[]);
    let admin =
        |path| Client::connect(process.admin).and_then(|mut admin| admin.request("POST", path, &[], b""));
    let url = format!("http://{}/readyz", process.public);
    let ready = check(&url);
    assert_eq!((ready.status.code(), text(&ready.stdout).contains(r#""status":"ready""#)), (Some(0), true));

    assert_eq!(admin("/drain").expect("an answer").status, 200);
    let draining = check(&url);
    assert_eq!(draining.status.code(), Some(1));
    assert!(text(&draining.stderr).contains(r#""traffic":"draining""#), "{}", text(&draining.stderr));

    assert_eq!(admin("/undrain").expect("an answer").status, 200);
    assert_eq!(check(&url).status.code(), Some(0));
}

#[test]
fn check_asks_the_configured_address_and_ends_with_1_where_nobody_listens() {
    let data_dir = TempDir::new().expect("a folder");
    let mut process = Process::start(PROGRAM, data_dir.path(), &[]);
    let check = || {
        let mut command = Command::new(PROGRAM);
        command
            .arg("check")
            .env("JUBILEE_LISTEN", process.public.to_string())
            .output()
            .expect("the program runs")
    };
    assert_eq!(check().status.code(), Some(0));
    let address = process.public.to_string();
    process.kill();
    let gone =
        Command::new(PROGRAM).args(["check", "--listen", &address]).output().expect("the program runs");
    assert_eq!(gone.status.code(), Some(1));
    assert!(text(&gone.stderr).contains(&address), "{}", text(&gone.stderr));
}

#[test]
fn config_tells_each_value_and_where_it_came_from() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("jubilee.toml"), "leap_day = \"mar1\"\nregion = \"file\"\n")
        .expect("writable");
    let output = Command::new(PROGRAM)
        .args(["config", "--workers", "3"])
        .env("JUBILEE_REGION", "eu")
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    for expected in [
        ["JUBILEE_WORKERS", "3", "flag"],
        ["JUBILEE_REGION", "eu", "environment"],
        ["JUBILEE_LEAP_DAY", "mar1", "jubilee.toml"],
        ["JUBILEE_KEEP_ALIVE", "75s", "default"],
        ["JUBILEE_MAX_IN_FLIGHT", "10000", "default"],
        ["JUBILEE_DRAIN_DELAY", "5s", "default"],
    ] {
        let found = shown.lines().any(|line| line.split_whitespace().eq(expected));
        assert!(found, "{expected:?} is not in\n{shown}");
    }
}

#[test]
fn openapi_prints_the_document_that_is_served() {
    let output = Command::new(PROGRAM).arg("openapi").output().expect("the program runs");
    assert!(output.status.success());
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(printed["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let data_dir = TempDir::new().expect("a folder");
    let process = Process::start(PROGRAM, data_dir.path(), &[]);
    let served = process.client().request("GET", "/openapi.json", &[], b"").expect("an answer");
    assert_eq!(printed, served.json());
}
