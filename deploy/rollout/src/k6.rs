//! k6 as a child: what it is told, how long it may take, and what of its words is believed.

mod summary;

pub use summary::{K6Gate, Summary};

use crate::Settings;
use crate::journal::Failure;
use crate::stop::Stop;
use crate::tools::{LoadGenerator, RunFailure};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What the scripts read; what of it is not set must not come from whoever started this.
const VARIABLES: [&str; 13] = [
    "BASE_URL",
    "ENVIRONMENT",
    "REGION",
    "PEER_URL",
    "BASELINE",
    "RATE",
    "DURATION",
    "WARMUP",
    "USERS",
    "ADMIN_URL",
    "REPORT",
    "K6_OUT",
    "K6_PROMETHEUS_RW_SERVER_URL",
];
/// How often a child is looked after.
const LOOK: Duration = Duration::from_millis(50);
/// The first time `scripts/k6` builds it.
const BUILD: Duration = Duration::from_secs(900);

/// One run of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Which: `smoke` or `load`.
    pub script: &'static str,
    /// Where its report goes; made anew.
    pub folder: PathBuf,
    /// What it is told, beside the folder and the environment.
    pub variables: Vec<(&'static str, String)>,
    /// An earlier summary of the same script to compare with.
    pub baseline: Option<serde_json::Value>,
    /// How long it may take; longer, and it is killed.
    pub at_most: Duration,
    /// Between two looks at what else goes on.
    pub poll: Duration,
}

/// Real k6.
#[derive(Debug)]
pub struct K6<'stop> {
    settings: Settings,
    stop: &'stop Stop,
}

impl<'stop> K6<'stop> {
    /// As the settings say.
    pub fn new(settings: &Settings, stop: &'stop Stop) -> Self {
        Self { settings: settings.clone(), stop }
    }

    fn command(&self, run: &Run) -> Result<Command, String> {
        let mut command = Command::new(&self.settings.k6);
        // Nothing that gives access to anything is k6's business.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        for name in VARIABLES {
            command.env_remove(name);
        }
        command.arg("run");
        if let Some(url) = &self.settings.remote_write {
            command.args(["-o", "experimental-prometheus-rw"]);
            command.env("K6_PROMETHEUS_RW_SERVER_URL", url);
            command.env("K6_PROMETHEUS_RW_TREND_STATS", "p(50),p(90),p(95),p(99),max");
        }
        command.arg(self.settings.scripts.join(run.script).with_extension("js"));
        command.env("ENVIRONMENT", &self.settings.environment).env("REPORT", &run.folder);
        command.envs(run.variables.iter().map(|(name, value)| (name, value)));
        if let Some(baseline) = &run.baseline {
            let path = run.folder.join("baseline.json");
            fs::write(&path, baseline.to_string()).map_err(|error| format!("{}: {error}", path.display()))?;
            command.env("BASELINE", path);
        }
        Ok(command)
    }

    /// Runs a child to its end; its words go to a file, so that none can hold us up by not reading or closing them.
    fn wait(
        &self,
        mut command: Command,
        log: File,
        at_most: Duration,
        poll: Duration,
        tick: &mut dyn FnMut() -> Result<(), Failure>,
    ) -> Result<ExitStatus, RunFailure> {
        let judged = |why: String| RunFailure::Judged(why, None);
        let error_log = log.try_clone().map_err(|error| judged(error.to_string()))?;
        // Of a group of its own: Ctrl-C at a terminal is for us.
        let child = command.stdin(Stdio::null()).stdout(log).stderr(error_log).process_group(0).spawn();
        let program = command.get_program().display();
        self.stop.keep(child.map_err(|error| judged(format!("{program} cannot be started: {error}")))?);
        let began = Instant::now();
        let mut looked = began;
        let ended = loop {
            match self.stop.child_status() {
                Ok(Some(status)) => break Ok(status),
                Ok(None) => {}
                Err(why) => break Err(judged(why)),
            }
            if began.elapsed() > at_most {
                break Err(judged(format!("k6 did not end within {}", humantime::format_duration(at_most))));
            }
            if looked.elapsed() >= poll {
                looked = Instant::now();
                if let Err(failure) = tick() {
                    break Err(RunFailure::CutShort(failure));
                }
            }
            thread::sleep(LOOK);
        };
        self.stop.end_child();
        ended
    }
}

impl LoadGenerator for K6<'_> {
    fn check(&self) -> Result<(), String> {
        for script in ["smoke", "load"] {
            let path = self.settings.scripts.join(script).with_extension("js");
            if !path.is_file() {
                return Err(format!("{} is not there", path.display()));
            }
        }
        let mut command = Command::new(&self.settings.k6);
        command.arg("version");
        let log = tempfile::tempfile().map_err(|error| error.to_string())?;
        match self.wait(command, log, BUILD, BUILD, &mut || Ok(())) {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{} version: {status}", self.settings.k6.display())),
            Err(RunFailure::Judged(why, _) | RunFailure::CutShort(Failure { why, .. })) => Err(why),
        }
    }

    fn run(&self, run: &Run, tick: &mut dyn FnMut() -> Result<(), Failure>) -> Result<Summary, RunFailure> {
        let judged = |why: String| RunFailure::Judged(why, None);
        // What an earlier run left there must not be taken for this one's.
        if run.folder.exists() {
            fs::remove_dir_all(&run.folder).map_err(|error| judged(error.to_string()))?;
        }
        fs::create_dir_all(&run.folder).map_err(|error| judged(error.to_string()))?;
        let log = File::create(run.folder.join("k6.log")).map_err(|error| judged(error.to_string()))?;
        let command = self.command(run).map_err(judged)?;
        let status = self.wait(command, log, run.at_most, run.poll, tick)?;
        let summary = Summary::read(&run.folder.join(run.script).with_extension("json"));
        summary::judge(summary, status, run, &self.settings.environment)
    }
}

#[cfg(test)]
#[path = "k6_tests.rs"]
mod tests;
