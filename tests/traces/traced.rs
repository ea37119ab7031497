//! The program, with the variables that operators set.

use jubilee_test_support::{Client, Collector, Process, ReceivedSpan, Response, wait_until};
use std::process::Command;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");
pub(crate) const BODY: &[u8] = br#"{"dateOfBirth":"1815-12-10"}"#;

/// A running program that sends its spans somewhere.
pub(crate) struct Traced {
    pub(crate) process: Process,
    _data_dir: TempDir,
}

impl Traced {
    /// One that samples every request and sends spans soon.
    pub(crate) fn start(endpoint: &str) -> Self {
        Self::start_with(endpoint, &[], &[])
    }

    /// The same with more standard variables, and more settings of ours.
    pub(crate) fn start_with(endpoint: &str, variables: &[(&str, &str)], settings: &[(&str, &str)]) -> Self {
        let data_dir = TempDir::new().expect("a folder");
        let mut command = Command::new(PROGRAM);
        command
            .arg("serve")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .env("OTEL_BSP_SCHEDULE_DELAY", "20");
        command.envs(variables.iter().copied());
        let settings = [&[("WORKERS", "1"), ("LOG_FORMAT", "json")], settings].concat();
        Self { process: Process::start_command(command, data_dir.path(), &settings), _data_dir: data_dir }
    }

    /// One request on a connection of its own.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        self.process.client().request(method, path, headers, body).expect("an answer")
    }

    /// The value of a series; zero if it is not there.
    pub(crate) fn metric(&self, series: &str) -> f64 {
        let mut client = Client::connect(self.process.admin).expect("it listens");
        let metrics = client.request("GET", "/metrics", &[], b"").expect("an answer");
        let line = metrics.text().lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().expect("a number"))
    }

    /// Stops it in good order; gives its log, a JSON object a line.
    pub(crate) fn end(self) -> Vec<serde_json::Value> {
        self.process.signal("TERM");
        let (status, log) = self.process.wait();
        assert!(status.success(), "{status}: {log}");
        log.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
    }
}

/// A trace that nobody else has, as its caller would name it.
pub(crate) fn traceparent(trace_id: &str, sampled: bool) -> String {
    format!("00-{trace_id}-00f067aa0ba902b7-{:02x}", u8::from(sampled))
}

/// The spans of a trace once so many have arrived, in the order in which they began.
#[track_caller]
pub(crate) fn trace_of(collector: &Collector, trace_id: &str, spans: usize) -> Vec<ReceivedSpan> {
    wait_until("the trace has arrived", || collector.trace(trace_id).len() >= spans);
    let trace = collector.trace(trace_id);
    assert_eq!(trace.len(), spans, "{trace:#?}");
    trace
}
