//! k6 as a gate.

use super::Engine;
use crate::journal::{Before, Failure};
use crate::k6::{Run, Summary};
use crate::tools::RunFailure;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// Under half a minute by its own promise.
const SMOKE_AT_MOST: Duration = Duration::from_secs(120);
/// Beyond what a load run is told to take: k6 gives its set-up and its cleaning two minutes each.
const BEYOND: Duration = Duration::from_secs(260);

impl Engine<'_> {
    /// Asks every promise of the region once, and of another region what was written there.
    pub(super) fn smoke(&mut self, before: &Before) -> Result<(), Failure> {
        let mut variables = self.variables(&before.region)?;
        let other =
            self.journal.regions.iter().map(|other| &other.region).find(|other| **other != before.region);
        if let Some(other) = other {
            let peer = self.platform.address(other).map_err(|error| self.failure(error))?;
            variables.push(("PEER_URL", peer));
        }
        let folder = self.folder("smoke");
        let poll = self.journal.settings.times.poll;
        let run = Run { script: "smoke", folder, variables, baseline: None, at_most: SMOKE_AT_MOST, poll };
        self.k6_gate(&run, &mut |engine| if engine.is_forward() { engine.stopped() } else { Ok(()) })
            .map(drop)
    }

    /// A steady load on the region, past the global balancer.
    pub(super) fn load(
        &self,
        before: &Before,
        time: Duration,
        baseline: Option<Value>,
    ) -> Result<Run, Failure> {
        let settings = &self.journal.settings;
        let mut variables = self.variables(&before.region)?;
        variables.push(("DURATION", k6_duration(time)));
        variables.push(("WARMUP", k6_duration(settings.times.warmup)));
        variables.extend(settings.rate.map(|rate| ("RATE", rate.to_string())));
        variables.extend(settings.users.map(|users| ("USERS", users.to_string())));
        let at_most = time + settings.times.warmup + BEYOND;
        let folder = self.folder("load");
        Ok(Run { script: "load", folder, variables, baseline, at_most, poll: settings.times.poll })
    }

    /// Runs k6 and records it as the gate at hand, or as the one that cut it short.
    pub(super) fn k6_gate(
        &mut self,
        run: &Run,
        tick: &mut dyn FnMut(&Self) -> Result<(), Failure>,
    ) -> Result<Summary, Failure> {
        let mut gate = self.begin_gate(self.journal.gate());
        let result = self.tools.k6.run(run, &mut || tick(self));
        gate.files = run.folder.file_name().map(|name| name.to_string_lossy().into_owned());
        match &result {
            Ok(summary) => {
                gate.measured(summary);
                gate.detail = format!("{} gates of k6", summary.gates.len());
            }
            Err(failure) => {
                if let RunFailure::Judged(_, Some(summary)) = failure {
                    gate.measured(summary);
                }
                let failure = self.run_failure(failure);
                gate.name.clone_from(&failure.gate);
                gate.fail(&failure);
            }
        }
        self.end_gate(gate);
        result.map_err(|failure| self.run_failure(&failure))
    }

    fn variables(&self, region: &str) -> Result<Vec<(&'static str, String)>, Failure> {
        let address = self.platform.address(region).map_err(|error| self.failure(error))?;
        Ok(vec![("BASE_URL", address), ("REGION", region.to_owned())])
    }

    /// A folder that sorts by when it was made.
    fn folder(&self, script: &str) -> PathBuf {
        let region = self.journal.region().map_or("all", |before| before.region.as_str());
        let gate = self.journal.gate().replace(' ', "-");
        let name = if gate == script { gate } else { format!("{gate}-{script}") };
        let number = self.report.gates() + 1;
        self.journal.settings.report.join(format!("{number:02}-{region}-{name}"))
    }
}

fn k6_duration(time: Duration) -> String {
    if time.subsec_nanos() == 0 { format!("{}s", time.as_secs()) } else { format!("{}ms", time.as_millis()) }
}
