//! The program as a process.

use jubilee_test_support::Process;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

#[test]
fn what_was_acknowledged_is_there_after_kill_9() {
    let data_dir = TempDir::new().expect("a folder");
    let mut process = Process::start(PROGRAM, data_dir.path(), &[]);
    let body = br#"{"dateOfBirth":"1815-12-10"}"#;
    assert_eq!(process.client().request("PUT", "/hello/ada", &[], body).expect("an answer").status, 204);
    process.kill();
    let process = Process::start(PROGRAM, data_dir.path(), &[]);
    assert_eq!(process.client().request("GET", "/hello/ada", &[], b"").expect("an answer").status, 200);
    process.signal("TERM");
    let (status, log) = process.wait();
    assert!(status.success(), "{log}");
}
