//! A disk that is full, and then is not.

use crate::cells::user;
use crate::command::PROGRAM;
use jubilee_test_support::{Client, Process, wait_until};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Enough for the file to be of many pages.
const USERS: u64 = 1_500;

/// The program on a small file system of its own, which only it sees.
fn start(data_dir: &Path) -> Process {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--fork", "--kill-child"]);
    if fs::metadata("/proc/self").expect("procfs").uid() != 0 {
        command.arg("--map-root-user");
    }
    let script = r#"mount -t tmpfs -o size=4m tmpfs "$1" && exec "$2" serve"#;
    command.args(["sh", "-c", script, "sh"]).arg(data_dir).arg(PROGRAM);
    Process::start_command(command, data_dir, &[])
}

/// The data folder as the program sees it.
fn inside(process: &Process, data_dir: &Path) -> PathBuf {
    let id = process.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).expect("it runs");
    let program = children.split_whitespace().next().expect("unshare waits for its child");
    let path = data_dir.strip_prefix("/").expect("absolute");
    Path::new("/proc").join(program).join("root").join(path)
}

fn fill(path: &Path) {
    let mut filler = File::create(path).expect("a new file");
    let error = (0..).find_map(|_| filler.write_all(&[7; 4096]).err()).expect("it ends");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

fn put(client: &mut Client, number: u64) -> u16 {
    let path = format!("/hello/{}", user(number).as_str());
    client.request("PUT", path, &[], br#"{"dateOfBirth":"1815-12-10"}"#).expect("an answer").status
}

fn get(client: &mut Client, number: u64) -> u16 {
    let path = format!("/hello/{}", user(number).as_str());
    client.request("GET", path, &[], b"").expect("an answer").status
}

#[test]
fn a_full_disk_costs_no_acknowledged_write_and_heals_without_a_restart() {
    let data_dir = TempDir::new().expect("a folder");
    let process = start(data_dir.path());
    let mut client = process.client();
    for number in 0..USERS {
        assert_eq!(put(&mut client, number), 204);
    }
    let filler = inside(&process, data_dir.path()).join("filler");
    fill(&filler);
    let mut acknowledged = USERS;
    let refused = loop {
        match put(&mut client, acknowledged) {
            204 => acknowledged += 1,
            status => break status,
        }
    };
    assert_eq!(refused, 503);

    let ready = client.request("GET", "/readyz", &[], b"").expect("an answer");
    assert_eq!((ready.status, ready.json()["checks"]["store"].as_str()), (503, Some("unavailable")));
    assert_eq!(client.request("GET", "/livez", &[], b"").expect("an answer").status, 200);
    let refused =
        client.request("PUT", "/hello/more", &[], br#"{"dateOfBirth":"1815-12-10"}"#).expect("an answer");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("store_unavailable")));
    assert!(refused.header("retry-after").is_some());
    for number in 0..acknowledged {
        // While the file is opened again a read may be told to come back.
        wait_until("reads are answered on a full disk", || get(&mut client, number) == 200);
    }

    fs::remove_file(filler).expect("removable");
    wait_until("it is ready again", || {
        client.request("GET", "/readyz", &[], b"").expect("an answer").status == 200
    });
    assert_eq!(put(&mut client, acknowledged), 204);
    for number in 0..=acknowledged {
        assert_eq!(get(&mut client, number), 200, "user {number}");
    }

    let copy = TempDir::new().expect("a folder");
    let file = "birthdays.redb";
    fs::copy(inside(&process, data_dir.path()).join(file), copy.path().join(file)).expect("a copy");
    drop(process);
    let mut client = Process::start(PROGRAM, copy.path(), &[]);
    let mut client = (client.client(), &mut client);
    for number in 0..=acknowledged {
        assert_eq!(get(&mut client.0, number), 200, "user {number} after a restart");
    }
}
