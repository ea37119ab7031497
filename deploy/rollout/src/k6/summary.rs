//! What k6 says in the end, and when that counts as a pass: its exit code and its summary must agree.

use super::Run;
use crate::tools::RunFailure;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::ExitStatus;

/// What a script's `handleSummary` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Which script.
    pub script: String,
    /// Whose objectives it held.
    pub environment: String,
    /// What it asked.
    pub base_url: String,
    /// Whether the generator kept up, so that what it measured says something.
    pub valid: bool,
    /// Whether every gate did.
    pub passed: bool,
    /// What was demanded.
    pub gates: Vec<K6Gate>,
    /// Requests sent.
    pub requests: u64,
    /// Those of them that failed.
    pub failed_requests: u64,
    /// Those that should have been sent and were not.
    pub dropped_iterations: u64,
    /// All of it, as the script wrote it.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

/// One thing that a script demands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct K6Gate {
    /// Its name.
    pub name: String,
    /// What was allowed.
    pub limit: Value,
    /// What was seen.
    pub measured: Value,
    /// Whether that is within.
    pub passed: bool,
}

impl Summary {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let name = path.file_name().unwrap_or_default().display();
        let text = fs::read_to_string(path).map_err(|error| format!("k6 left no {name}: {error}"))?;
        serde_json::from_str(&text).map_err(|error| format!("k6's {name} is not understood: {error}"))
    }

    /// What a later run of the same script compares with: no more, for the journal is small.
    pub fn as_baseline(&self) -> Value {
        let Self { script, environment, valid, requests, rest, .. } = self;
        let latency = rest.get("latency_ms").cloned().unwrap_or_default();
        json!({"script": script, "environment": environment, "valid": valid, "requests": requests, "latency_ms": latency})
    }
}

/// Believes a run only if everything agrees.
pub(super) fn judge(
    summary: Result<Summary, String>,
    status: ExitStatus,
    run: &Run,
    environment: &str,
) -> Result<Summary, RunFailure> {
    let summary = summary.map_err(|why| RunFailure::Judged(format!("{why} ({status})"), None))?;
    let base_url =
        run.variables.iter().find(|(name, _)| *name == "BASE_URL").map(|(_, value)| value.as_str());
    let broken: Vec<_> = summary.gates.iter().filter(|gate| !gate.passed).map(K6Gate::to_string).collect();
    let why = if summary.script != run.script
        || summary.environment != environment
        || base_url.is_some_and(|url| url.trim_end_matches('/') != summary.base_url.trim_end_matches('/'))
    {
        let Summary { script, environment, base_url, .. } = &summary;
        format!("the summary is of another run: {script}, {environment}, {base_url}")
    } else if !broken.is_empty() {
        broken.join("; ")
    } else if !summary.valid {
        format!(
            "the run is invalid: {} iterations dropped, the generator could not keep up",
            summary.dropped_iterations
        )
    } else if summary.requests == 0 || summary.gates.is_empty() {
        format!("nothing was proven: {} requests, {} gates", summary.requests, summary.gates.len())
    } else if !summary.passed || !status.success() {
        let says = if summary.passed { "passed" } else { "failed" };
        format!("k6 ended with {status}, and its summary says that it {says} with every gate passed")
    } else {
        return Ok(summary);
    };
    Err(RunFailure::Judged(why, Some(Box::new(summary))))
}

impl std::fmt::Display for K6Gate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}, allowed {}", self.name, plain(&self.measured), plain(&self.limit))
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
