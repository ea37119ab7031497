//! Each release is the product but for its fault.

use jubilee_releases::{Fault, install};
use jubilee_test_support::{Process, Response};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const BORN: &[u8] = br#"{"dateOfBirth":"1815-12-10"}"#;

struct Release {
    process: Process,
    _folder: TempDir,
}

fn installed(fault: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = install(fault, folder.path()).expect("cargo has built the program");
    (folder, path)
}

fn release(fault: &str) -> Release {
    let (folder, path) = installed(fault);
    let process = Process::start(&path.display().to_string(), &folder.path().join("data"), &[("LOG", "off")]);
    Release { process, _folder: folder }
}

impl Release {
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        self.process.client().request(method, path, headers, body).expect("an answer")
    }

    fn put(&self, name: &str) -> Response {
        self.ask("PUT", &format!("/hello/{name}"), &[], BORN)
    }

    fn get(&self, name: &str) -> Response {
        self.ask("GET", &format!("/hello/{name}"), &[], b"")
    }

    fn open_files(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.process.id());
        std::fs::read_dir(Path::new(&folder)).expect("the process runs").count()
    }

    /// How many of so many requests fail, by their statuses.
    fn failures(&self, requests: usize) -> usize {
        let mut client = self.process.client();
        let mut failed = |_: &usize| {
            let answer = client.request("GET", "/hello/ada", &[], b"").expect("an answer");
            answer.status >= 500
        };
        (0..requests).filter(|number| failed(number)).count()
    }
}

/// Days until the next 10 December, in UTC, as the product counts them.
fn greeting(release: &Release) -> String {
    assert_eq!(release.put("ada").status / 100, 2);
    release.get("ada").text().to_owned()
}

#[test]
fn a_good_release_does_what_the_product_does() {
    let good = release("good");
    let written = good.put("ada");
    assert_eq!(written.status, 204);
    assert!(greeting(&good).starts_with(r#"{"message":"Hello, ada! "#));
    assert_eq!(good.failures(200), 0);
    let malformed = good.ask("GET", "/hello/ada", &[("Sync-Token", "nonsense")], b"");
    assert_eq!((malformed.status, malformed.header("content-type")), (400, Some("application/problem+json")));
}

#[test]
fn an_unknown_name_is_refused_with_the_list() {
    let folder = TempDir::new().expect("a folder");
    let refused = install("perfect", folder.path()).expect_err("no such fault").to_string();
    assert!(refused.contains("fails-two-percent"), "{refused}");
    let program = install("good", folder.path()).expect("cargo has built the program");
    let renamed = folder.path().join("perfect");
    std::fs::rename(program, &renamed).expect("writable");
    let output = Command::new(renamed).arg("serve").output().expect("it starts");
    assert_eq!(output.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs-missing-schema"));
}

#[test]
fn one_that_crashes_ends_before_it_listens_and_says_where() {
    let (folder, path) = installed("crashes-at-start");
    let mut command = Command::new(path);
    command.arg("serve").env("JUBILEE_LISTEN", "127.0.0.1:0").env("JUBILEE_ADMIN_LISTEN", "127.0.0.1:0");
    let output = command.env("JUBILEE_DATA_DIR", folder.path()).output().expect("it starts");
    assert_eq!(output.status.code(), Some(101), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("lab/releases/src/lib.rs"), "{output:?}");
}

#[test]
fn its_other_commands_are_those_of_the_product() {
    let (_folder, path) = installed("crashes-at-start");
    let output = Command::new(path).arg("openapi").output().expect("it starts");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("3.1.0"));
}

#[test]
fn those_that_are_never_ready_serve_all_the_same_and_say_why_not() {
    for (fault, reason) in [("never-ready", "unreachable"), ("needs-missing-schema", "schema_older")] {
        let release = release(fault);
        let ready = release.ask("GET", "/readyz", &[], b"");
        assert_eq!(ready.status, 503, "{fault}");
        assert!(ready.text().contains(reason), "{fault}: {}", ready.text());
        assert_eq!(release.put("ada").status, 204, "{fault}");
    }
}

#[test]
fn wrong_greetings_are_a_day_off_or_misspelt() {
    let (good, wrong) = (greeting(&release("good")), greeting(&release("wrong-greeting")));
    assert!(wrong.starts_with(r#"{"message":"Hello, ada! "#), "{wrong}");
    assert_ne!(good, wrong);
    let word = greeting(&release("wrong-word"));
    assert_eq!(word, good.replace("Hello", "Hallo"));
}

#[test]
fn a_wrong_status_is_that_of_a_put_only() {
    let release = release("wrong-status");
    let put = release.put("ada");
    assert_eq!((put.status, put.header("sync-token").is_some()), (200, true));
    assert_eq!(release.ask("DELETE", "/hello/ada", &[], b"").status, 204);
}

#[test]
fn a_part_of_requests_fails_as_the_name_says() {
    assert_eq!(release_with_ada("fails-two-percent").failures(500), 10);
    assert_eq!(release_with_ada("fails-one-percent").failures(500), 5);
}

fn release_with_ada(fault: &str) -> Release {
    let release = release(fault);
    assert_eq!(release.put("ada").status, 204);
    release
}

#[test]
fn slow_ones_are_slow_for_users_and_not_for_probes() {
    for (fault, at_least) in [("slow", 500), ("five-times-slower", 25)] {
        let release = release_with_ada(fault);
        let timed = |path: &str| {
            let began = Instant::now();
            assert_eq!(release.ask("GET", path, &[], b"").status, 200);
            began.elapsed()
        };
        assert!(timed("/hello/ada") >= Duration::from_millis(at_least), "{fault}");
        let probe = (0..5).map(|_| timed("/livez")).min().expect("five");
        assert!(probe < Duration::from_millis(25), "{fault}: {probe:?}");
    }
}

#[test]
fn descriptors_leak_one_a_request() {
    let release = release_with_ada("leaks-descriptors");
    let before = release.open_files();
    assert_eq!(release.failures(100), 0);
    let leaked = release.open_files() - before;
    // A connection more or less, of those that are just being closed.
    assert!((90..110).contains(&leaked), "{leaked}");
}

#[test]
fn a_token_is_not_looked_at() {
    let release = release_with_ada("ignores-sync-token");
    let headers = [("Sync-Token", "nonsense")];
    assert_eq!(release.ask("GET", "/hello/ada", &headers, b"").status, 200);
    assert_eq!(release.ask("PUT", "/hello/ada", &headers, BORN).status, 204);
}

#[test]
fn errors_are_plain_text_with_the_statuses_they_should_have() {
    let release = release("errors-without-problem");
    for (path, status) in [("/hello/nobody", 404), ("/hello/r2d2", 400), ("/nothing", 404)] {
        let answer = release.ask("GET", path, &[], b"");
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
        assert!(!answer.text().contains('{'), "{path}");
    }
    assert_eq!(release.put("ada").status, 204);
}

#[test]
fn the_documentation_names_every_fault() {
    let readme = include_str!("../README.md");
    for fault in Fault::ALL {
        let row = format!("| `{}` | {} |", fault.name(), fault.what());
        assert!(readme.contains(&row), "lab/releases/README.md has no row {row}");
    }
}
