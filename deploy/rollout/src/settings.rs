//! How a rollout judges and how long it takes; kept in the journal, so that who resumes it judges alike.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// How a rollout judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Whose objectives of `observability/slo.json` hold: `lab`, `staging` or `production`.
    pub environment: String,
    /// Where Prometheus is asked, such as `http://127.0.0.1:9090`.
    pub prometheus: String,
    /// Where k6 writes what it measured; nowhere by default.
    pub remote_write: Option<String>,
    /// Where the report goes.
    pub report: PathBuf,
    /// The program k6, or one that stands for it.
    pub k6: PathBuf,
    /// Where k6's scripts are.
    pub scripts: PathBuf,
    /// Requests a second of the load; by default the script's own.
    pub rate: Option<u32>,
    /// Users of the load; by default the script's own.
    pub users: Option<u32>,
    /// By how much the open descriptors of an instance may grow over a bake.
    pub descriptors: u32,
    /// Whether regions that have passed go back too when a later one fails.
    pub back_all: bool,
    /// How long each thing takes.
    pub times: Times,
}

/// How long each thing takes, or may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Load on the running version, to compare with.
    pub baseline: Duration,
    /// Load at ten percent.
    pub bake: Duration,
    /// Load before each that is not measured.
    pub warmup: Duration,
    /// How long a region is watched at a hundred percent before the next one's turn.
    pub watch: Duration,
    /// How long instances may take to become ready, and other regions to be able to take this one's users.
    pub ready: Duration,
    /// How long alerts that the replacing itself has caused may take to end.
    pub settle: Duration,
    /// Between two looks at alerts, readiness and descriptors.
    pub poll: Duration,
    /// How long Prometheus may be silent during a bake. Not to know is not to be well.
    pub blind: Duration,
}

impl Times {
    /// Those of an environment; the laboratory's hours are minutes.
    pub fn of(environment: &str) -> Self {
        let seconds = Duration::from_secs;
        match environment {
            "lab" => Self {
                baseline: seconds(10),
                bake: seconds(20),
                warmup: seconds(3),
                watch: seconds(8),
                ready: seconds(60),
                settle: seconds(90),
                poll: seconds(1),
                blind: seconds(10),
            },
            _ => Self {
                baseline: seconds(120),
                bake: seconds(600),
                warmup: seconds(30),
                watch: seconds(300),
                ready: seconds(600),
                settle: seconds(600),
                poll: seconds(10),
                blind: seconds(60),
            },
        }
    }
}
