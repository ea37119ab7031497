//! What the program logs, and what it never does: usernames and dates of birth are personal data.

use jubilee_test_support::Process;
use std::collections::HashMap;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");
const NAME: &str = "Wilhelmina";
const BORN: &str = "1987-06-05";

struct Asked {
    method: &'static str,
    path: String,
    body: String,
    status: u16,
    route: &'static str,
}

fn asked(method: &'static str, path: &str, body: &str, status: u16, route: &'static str) -> Asked {
    let fill_in = |text: &str| text.replace("NAME", NAME).replace("BORN", BORN);
    Asked { method, path: fill_in(path), body: fill_in(body), status, route }
}

/// Good and bad requests, each with the name or the date in some place that a client controls.
fn requests() -> Vec<Asked> {
    const HELLO: &str = "/hello/{username}";
    const GOOD: &str = r#"{"dateOfBirth":"BORN"}"#;
    vec![
        asked("PUT", "/hello/NAME", GOOD, 204, HELLO),
        asked("GET", "/hello/NAME", "", 200, HELLO),
        asked("HEAD", "/hello/NAME", "", 200, HELLO),
        asked("PUT", "/hello/NAME1", GOOD, 400, HELLO),
        asked("PUT", "/hello/NAME%FF", GOOD, 400, HELLO),
        asked("PUT", "/hello/NAME", r#"{"dateOfBirth":"BORNT00:00:00Z"}"#, 400, HELLO),
        asked("PUT", "/hello/NAME", r#"{"dateOfBirth":{"NAME":"BORN"}}"#, 400, HELLO),
        asked("PUT", "/hello/NAME", r#"{"NAME":"BORN""#, 400, HELLO),
        asked("GET", "/hello/NAME?tz=NAME/BORN", "", 400, HELLO),
        asked("POST", "/hello/NAME", GOOD, 405, HELLO),
        asked("GET", "/NAME/BORN", "", 404, "unknown"),
        asked("GET", "/docs/NAME", "", 404, "/docs/{file}"),
        asked("DELETE", "/hello/NAME", "", 204, HELLO),
        asked("GET", "/hello/NAME", "", 404, HELLO),
    ]
}

/// Makes every request under an id of its own, stops the program, and gives all that it logged.
fn log_of_requests(requests: &[Asked], format: &str) -> String {
    let data_dir = TempDir::new().expect("a folder");
    let settings = [("LOG_FORMAT", format), ("LOG", "warn,jubilee=info")];
    let process = Process::start(PROGRAM, data_dir.path(), &settings);
    for (number, asked) in requests.iter().enumerate() {
        let headers = [("X-Request-Id", id_of(number))];
        let headers = headers.each_ref().map(|(name, id)| (*name, id.as_str()));
        let answer = process.client().request(asked.method, &asked.path, &headers, asked.body.as_bytes());
        assert_eq!(answer.expect("an answer").status, asked.status, "{} {}", asked.method, asked.path);
    }
    process.signal("TERM");
    let (status, log) = process.wait();
    assert!(status.success(), "{log}");
    log
}

/// What a client may choose, and what JSON must escape.
fn id_of(number: usize) -> String {
    format!("\"\\{}", mark_of(number))
}

fn mark_of(number: usize) -> String {
    format!("request-{number}.")
}

fn assert_nothing_personal(log: &str) {
    for personal in [NAME, BORN] {
        let line = log.lines().find(|line| line.contains(personal));
        assert!(line.is_none(), "{personal} is in the log: {}", line.unwrap_or_default());
    }
}

#[test]
fn every_request_has_one_json_line_without_name_or_date() {
    let requests = requests();
    let log = log_of_requests(&requests, "json");
    assert_nothing_personal(&log);
    let mut lines: HashMap<String, Vec<serde_json::Value>> = HashMap::new();
    for line in log.lines() {
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        assert_ne!(line["level"], "ERROR", "{line}");
        if let Some(id) = line["request_id"].as_str() {
            lines.entry(id.to_owned()).or_default().push(line);
        }
    }
    for (number, asked) in requests.iter().enumerate() {
        let found = lines.remove(&id_of(number)).unwrap_or_default();
        let [line] = &found[..] else { panic!("{} {}: {found:?}", asked.method, asked.path) };
        assert_eq!(
            (&line["method"], &line["route"], &line["status"]),
            (&asked.method.into(), &asked.route.into(), &asked.status.into())
        );
        assert!(line["duration_us"].is_u64(), "{line}");
    }
    assert!(lines.is_empty(), "lines of requests that nobody made: {lines:?}");
}

#[test]
fn every_request_has_one_pretty_line_without_name_or_date() {
    let requests = requests();
    let log = log_of_requests(&requests, "pretty");
    assert_nothing_personal(&log);
    for (number, asked) in requests.iter().enumerate() {
        let found: Vec<_> = log.lines().filter(|line| line.contains(&mark_of(number))).collect();
        let [line] = found[..] else { panic!("{} {}: {found:?}", asked.method, asked.path) };
        for part in [asked.method, asked.route, &asked.status.to_string(), "duration_us="] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
    }
}

#[test]
fn probes_are_not_logged_at_info() {
    let probes = [asked("GET", "/livez", "", 200, "/livez"), asked("GET", "/readyz", "", 200, "/readyz")];
    let log = log_of_requests(&probes, "json");
    assert!(!log.contains("request_id"), "{log}");
}
