//! One process that ends with its owner.

use super::{SpawnAndForget, detached};
use crate::command::{copy_environment, run};
use crate::{LabError, wait_for};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const RUN: &str = include_str!("run.sh");

/// How long the system may take to carry out a signal.
const SIGNALLED: Duration = Duration::from_secs(10);

/// Whether a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It runs.
    Up,
    /// It is stopped (SIGSTOP): it holds its connections and answers nothing.
    Hung,
    /// It is not there.
    Dead,
}

/// The place of a process in the estate's folder; the process itself may run or not, started by whoever knows the folder.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    estate: PathBuf,
    place: PathBuf,
}

impl Process {
    pub(crate) fn new(estate: &Path, name: &str) -> Self {
        Self { estate: estate.to_owned(), place: estate.join("processes").join(name) }
    }

    /// Starts it; it must not run yet. What it says is added to its log.
    pub(crate) fn start(&self, command: &Command) -> Result<(), LabError> {
        fs::create_dir_all(&self.place).map_err(LabError::file(&self.place))?;
        let exit = self.place.join("exit");
        // The one of an earlier start.
        if exit.exists() {
            fs::remove_file(&exit).map_err(LabError::file(&exit))?;
        }
        let mut runner = detached(RUN, "lab-process");
        runner.arg(self.estate.join("lifeline")).arg(&self.place);
        runner.arg(command.get_program()).args(command.get_args());
        copy_environment(command, &mut runner);
        runner.spawn_and_forget()?;
        if wait_for(SIGNALLED, || self.pid().is_some() || exit.exists()) {
            return Ok(());
        }
        Err(LabError::failed(format!("{} did not start", self.place.display())))
    }

    /// The process id, while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        fs::read_to_string(self.place.join("pid")).ok()?.trim().parse().ok()
    }

    pub(crate) fn life(&self) -> Life {
        let stat = self.pid().and_then(|pid| fs::read_to_string(format!("/proc/{pid}/stat")).ok());
        // The state follows the name, which stands in parentheses and may hold anything.
        let state = stat.as_deref().and_then(|stat| stat.rsplit_once(") ")?.1.chars().next());
        match state {
            None | Some('Z' | 'X') => Life::Dead,
            Some('T' | 't') => Life::Hung,
            Some(_) => Life::Up,
        }
    }

    /// Kills it with SIGKILL, as a crash would, and waits until it is gone.
    pub(crate) fn kill(&self) -> Result<(), LabError> {
        self.signal("KILL")?;
        self.gone(SIGNALLED)
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    pub(crate) fn stop(&self, at_most: Duration) -> Result<(), LabError> {
        self.resume()?;
        self.signal("TERM")?;
        self.gone(at_most)
    }

    /// Stops it in its tracks (SIGSTOP).
    pub(crate) fn hang(&self) -> Result<(), LabError> {
        self.signal("STOP")?;
        self.becomes(|life| life != Life::Up, "hang")
    }

    /// Lets it go on after [`Process::hang`].
    pub(crate) fn resume(&self) -> Result<(), LabError> {
        self.signal("CONT")?;
        self.becomes(|life| life != Life::Hung, "go on")
    }

    /// Waits until it does what is asked of it, or has ended; gives whether it did.
    pub(crate) fn comes_to(&self, at_most: Duration, what: impl Fn() -> bool) -> bool {
        // Not asked once more afterwards: on a busy machine the second answer may come too late.
        let mut done = false;
        wait_for(at_most, || {
            done = what();
            done || self.life() == Life::Dead
        });
        done
    }

    fn signal(&self, name: &str) -> Result<(), LabError> {
        let Some(pid) = self.pid() else { return Ok(()) };
        match run(Command::new("kill").args(["-s", name, &pid.to_string()]), "procps") {
            // It ended meanwhile.
            Err(_) if self.life() == Life::Dead => Ok(()),
            done => done.map(|_| ()),
        }
    }

    fn becomes(&self, reached: impl Fn(Life) -> bool, what: &str) -> Result<(), LabError> {
        if wait_for(SIGNALLED, || reached(self.life())) {
            return Ok(());
        }
        Err(LabError::failed(format!("{} does not {what}", self.place.display())))
    }

    fn gone(&self, at_most: Duration) -> Result<(), LabError> {
        if wait_for(at_most, || self.pid().is_none()) {
            return Ok(());
        }
        Err(LabError::failed(format!("{} does not end", self.place.display())))
    }

    /// What was written down about it, for its next start.
    pub(crate) fn note(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.place.join(name)).ok()
    }

    pub(crate) fn write_note(&self, name: &str, text: &str) -> Result<(), LabError> {
        fs::create_dir_all(&self.place).map_err(LabError::file(&self.place))?;
        let path = self.place.join(name);
        fs::write(&path, text).map_err(LabError::file(&path))
    }

    /// All that it has said, through all of its starts.
    pub(crate) fn log(&self) -> String {
        let bytes = fs::read(self.log_path()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.place.join("log")
    }

    /// The failure of this process, with the end of its log.
    pub(crate) fn failure(&self, what: impl Into<String>) -> LabError {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        let details = lines[lines.len().saturating_sub(30)..].join("\n");
        LabError::Failed { what: what.into(), details }
    }
}
