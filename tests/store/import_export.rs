//! `jubilee import` and `jubilee export`, as an operator runs them.

use crate::command::{PROGRAM, run, run_with_input};
use jubilee::app::SystemClock;
use jubilee::domain::WallClock;
use jubilee_test_support::Process;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn line(username: &str, date: &str, version: u64) -> String {
    format!("{{\"username\":\"{username}\",\"dateOfBirth\":\"{date}\",\"version\":{version}}}\n")
}

fn export(data_dir: &Path) -> String {
    run(data_dir, &["export"]).well()
}

fn import(data_dir: &Path, lines: &str) -> String {
    run_with_input(data_dir, &["import", "-"], lines).well()
}

/// Sends requests to a server on the folder and stops it.
fn serve(data_dir: &Path, requests: &[(&str, &str, &str)]) {
    let process = Process::start(PROGRAM, data_dir, &[]);
    let mut client = process.client();
    for (method, path, body) in requests {
        let response = client.request(method, path, &[], body.as_bytes()).expect("an answer");
        assert_eq!(response.status, 204, "{method} {path}: {}", response.text());
    }
    drop(client);
    process.signal("TERM");
    let (status, log) = process.wait();
    assert!(status.success(), "{log}");
}

#[test]
fn what_was_put_is_exported_and_imports_into_an_empty_folder_byte_for_byte() {
    let (from, to) = (folder(), folder());
    serve(
        from.path(),
        &[
            ("PUT", "/hello/grace", r#"{"dateOfBirth":"1906-12-09"}"#),
            ("PUT", "/hello/ada", r#"{"dateOfBirth":"1815-12-10"}"#),
            ("PUT", "/hello/%E6%9D%8E", r#"{"dateOfBirth":"0701-02-28"}"#),
            ("PUT", "/hello/gone", r#"{"dateOfBirth":"1990-01-01"}"#),
            ("DELETE", "/hello/gone", ""),
        ],
    );
    let exported = export(from.path());
    let values: Vec<serde_json::Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told: Vec<_> =
        values.iter().map(|value| (value["username"].as_str(), value["dateOfBirth"].as_str())).collect();
    assert_eq!(
        told,
        [
            (Some("ada"), Some("1815-12-10")),
            (Some("grace"), Some("1906-12-09")),
            (Some("李"), Some("0701-02-28")),
        ],
        "in the order of the usernames, without the deletion"
    );
    let now = SystemClock.now().micros();
    for value in &values {
        let version = value["version"].as_u64().expect("a version");
        assert!((now - 60_000_000..=now).contains(&version), "microseconds of the write: {version}");
        assert_eq!(value.as_object().map(serde_json::Map::len), Some(3));
    }
    for _ in 0..2 {
        import(to.path(), &exported);
        assert_eq!(export(to.path()), exported, "the second time changes nothing");
    }
}

#[test]
fn files_are_read_and_written_and_an_export_is_for_its_owner_only() {
    let (data_dir, elsewhere) = (folder(), folder());
    let lines = line("ada", "1815-12-10", 7);
    let input = elsewhere.path().join("in.jsonl");
    fs::write(&input, &lines).expect("writable");
    run(data_dir.path(), &["import", &input.display().to_string()]).well();

    let output = elsewhere.path().join("out.jsonl");
    // Neither an older export that anybody may read nor a leftover of one makes the new one so.
    for leftover in [output.clone(), elsewhere.path().join("out.jsonl.unfinished")] {
        fs::write(&leftover, "old").expect("writable");
        fs::set_permissions(&leftover, fs::Permissions::from_mode(0o644)).expect("its owner is us");
    }
    assert_eq!(run(data_dir.path(), &["export", &output.display().to_string()]).well(), "");
    assert_eq!(fs::read_to_string(&output).expect("readable"), lines);
    assert_eq!(fs::metadata(&output).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(elsewhere.path()).expect("readable").count(), 2, "nothing unfinished is left");
    assert_eq!(run(data_dir.path(), &["export", "-"]).well(), lines);
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let data_dir = folder();
    run(data_dir.path(), &["import", "/no/such/file"]).failed(1, &["/no/such/file", "No such file"]);
    import(data_dir.path(), &line("ada", "1815-12-10", 7));
    run(data_dir.path(), &["export", "/no/such/file"]).failed(1, &["/no/such/file", "No such file"]);
}

#[test]
fn an_export_from_a_folder_without_a_store_is_an_error_and_makes_none() {
    let data_dir = folder();
    let missing = data_dir.path().join("mistyped");
    run(&missing, &["export"]).failed(1, &["mistyped", "JUBILEE_DATA_DIR"]);
    assert!(!missing.exists());
}

#[test]
fn the_greatest_version_stands_between_imports_and_within_one() {
    let data_dir = folder();
    let newer = line("ada", "1815-12-10", 20);
    import(data_dir.path(), &newer);
    import(data_dir.path(), &line("ada", "1900-01-01", 19));
    assert_eq!(export(data_dir.path()), newer, "an older line overwrites nothing");

    let several = [
        ("bob", "1990-01-01", 5),
        ("bob", "1990-01-03", 9),
        ("bob", "1990-01-02", 9),
        ("bob", "1991-01-01", 2),
    ];
    let lines: String =
        several.iter().map(|(username, date, version)| line(username, date, *version)).collect();
    import(data_dir.path(), &lines);
    assert_eq!(export(data_dir.path()), newer + &line("bob", "1990-01-03", 9));
}

#[test]
fn a_line_without_a_version_counts_as_written_now_and_the_last_one_stands() {
    let data_dir = folder();
    import(data_dir.path(), &line("ada", "1815-12-10", 20));
    let before = SystemClock.now().micros();
    import(
        data_dir.path(),
        "{\"username\":\"ada\",\"dateOfBirth\":\"1900-01-01\"}\n\n{\"username\":\"ada\",\"dateOfBirth\":\"1900-01-02\"}",
    );
    let exported: serde_json::Value = serde_json::from_str(&export(data_dir.path())).expect("one line");
    assert_eq!(exported["dateOfBirth"], "1900-01-02");
    assert!(exported["version"].as_u64().expect("a version") >= before);
}

#[test]
fn a_deletion_newer_than_the_export_is_not_undone() {
    let data_dir = folder();
    serve(data_dir.path(), &[("PUT", "/hello/ada", r#"{"dateOfBirth":"1815-12-10"}"#)]);
    let exported = export(data_dir.path());
    serve(data_dir.path(), &[("DELETE", "/hello/ada", "")]);
    import(data_dir.path(), &exported);
    assert_eq!(export(data_dir.path()), "");
}

fn bad_lines() -> Vec<(String, &'static str)> {
    let ahead = SystemClock.now().micros() + 3_600_000_000;
    vec![
        ("Mallory secret".into(), "not JSON"),
        (line("Mallory1", "1815-12-10", 7), "letters"),
        (line("Mallory", "1815-13-10", 7), "real day"),
        (line("Mallory", "9999-12-31", 7), "before today"),
        (line("Mallory", "1815-12-10", ahead), "MAX_CLOCK_SKEW"),
        (r#"{"username":"Mallory","version":7}"#.into(), "not JSON of the expected form"),
        (
            r#"{"username":"Mallory","dateOfBirth":"1815-12-10","version":-1}"#.into(),
            "not JSON of the expected form",
        ),
        (
            format!(
                "{{\"username\":\"Mallory\",\"x\":\"{}\",\"dateOfBirth\":\"1815-12-10\"}}",
                "x".repeat(5000)
            ),
            "4096",
        ),
        (format!("{}{}", line("Mallory", "1815-12-10", 7).trim(), " ".repeat(5000)), "4096"),
    ]
}

#[test]
fn a_bad_line_is_named_by_its_number_and_quoted_nowhere_and_stops_the_import() {
    for (bad, reason) in bad_lines() {
        let data_dir = folder();
        let (before, after) = (line("ada", "1815-12-10", 7), line("bob", "1990-01-01", 7));
        let lines = format!("{before}\n{}\n{after}", bad.trim_end_matches('\n'));
        let ended = run_with_input(data_dir.path(), &["import", "-"], &lines);
        ended.failed(1, &["line 3: ", reason, "--skip-bad-lines"]);
        for hidden in ["Mallory", "secret", "1815", "9999"] {
            assert!(!ended.error.contains(hidden), "{}", ended.error);
        }
        assert_eq!(export(data_dir.path()), before, "the good lines before it are in");
    }
}

#[test]
fn bad_lines_are_skipped_and_counted_when_told_to() {
    let data_dir = folder();
    let bad: Vec<String> =
        bad_lines().into_iter().map(|(line, _)| line.trim_end_matches('\n').into()).collect();
    let good = line("ada", "1815-12-10", 7);
    let lines = format!("{}\n{good}", bad.join("\n"));
    let ended = run_with_input(data_dir.path(), &["import", "--skip-bad-lines", "-"], &lines);
    for number in 1..=bad.len() {
        assert!(ended.error.contains(&format!("line {number}: ")), "{}", ended.error);
    }
    assert!(
        ended.error.contains(&format!("1 birthdays imported, {} bad lines", bad.len())),
        "{}",
        ended.error
    );
    ended.well();
    assert_eq!(export(data_dir.path()), good);
}

#[test]
fn bad_usage_and_bad_settings_exit_with_64_and_all_faults_at_once() {
    let data_dir = folder();
    run(data_dir.path(), &["--no-such-flag"]).failed(64, &["--no-such-flag"]);
    run(data_dir.path(), &["import"]).failed(64, &["<FILE>"]);
    run(data_dir.path(), &["serve", "--workers", "0", "--leap-day", "never"])
        .failed(64, &["JUBILEE_WORKERS", "\"0\"", "JUBILEE_LEAP_DAY", "\"never\"", "feb28 or mar1"]);
}
