//! k6 asks one region, as a rollout has it do, and writes what it measures to the laboratory's Prometheus.

use crate::laboratory::Watched;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The exit code where a gate was not passed: the faults that are played meanwhile may see to that.
const CROSSED: i32 = 99;

/// A short run of `k6/load.js`; killed when it is dropped.
pub(crate) struct LoadRun {
    process: Child,
    report: TempDir,
}

impl LoadRun {
    pub(crate) fn start(watched: &Watched, region: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let report = TempDir::new().expect("a folder");
        let instance = watched.lab.instance(region).expect("a region");
        let prometheus = watched.lab.prometheus().expect("it is watched").url();
        let mut command = Command::new(root.join("scripts/k6"));
        command
            .args(["run", "--quiet", "-o", "experimental-prometheus-rw", "k6/load.js"])
            .current_dir(root)
            .env("BASE_URL", format!("http://{}", instance.public))
            .env("REGION", region)
            .env("REPORT", report.path())
            .envs([("RATE", "60"), ("USERS", "100"), ("WARMUP", "3s"), ("DURATION", "20s")])
            .env("K6_PROMETHEUS_RW_SERVER_URL", format!("{prometheus}/api/v1/write"))
            .env("K6_PROMETHEUS_RW_TREND_STATS", "p(50),p(90),p(95),p(99),max")
            // The laboratory's windows are of seconds.
            .env("K6_PROMETHEUS_RW_PUSH_INTERVAL", "1s");
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Self { process: process.expect("scripts/k6 starts"), report }
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) {
        let status = self.process.wait().expect("it was started");
        assert!(status.success() || status.code() == Some(CROSSED), "k6 did not run: {status}");
        let report = self.report.path().join("load.json");
        assert!(report.is_file(), "there is no {}", report.display());
    }
}

impl Drop for LoadRun {
    fn drop(&mut self) {
        // One that has ended is none to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
