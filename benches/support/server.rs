//! A server as a process on a core of its own, with its log in a file.

use crate::support::measured::Measured;
use crate::support::processor;
use crate::support::wrk::{self, Questions, SERVER_CORE};
use jubilee_test_support::Process;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A running server and its log.
pub(crate) struct Server {
    pub(crate) process: Process,
    log: PathBuf,
}

impl Server {
    /// Starts `program argument` on the servers' core, with one worker and these settings beside the usual.
    /// `folder` holds its data, and its log as a real file; `variables` are those that are no settings of ours.
    pub(crate) fn start(
        program: &str,
        argument: &str,
        folder: &Path,
        more: &[(&str, &str)],
        variables: &[(&str, &str)],
    ) -> Self {
        let log = folder.join(format!("{argument}.log"));
        let mut command = Command::new("sh");
        // Appending, so that the file can be emptied between the rounds.
        command.args(["-c", r#"exec taskset -c "$3" "$0" "$1" 2>>"$2""#, program, argument]);
        command.arg(&log).arg(SERVER_CORE).envs(variables.iter().copied());
        let usual = [("WORKERS", "1"), ("LOG_FORMAT", "json"), ("LOG", "warn,jubilee=info")];
        let settings = [&usual, more].concat();
        Self { process: Process::start_command(command, &folder.join("data"), &settings), log }
    }

    /// Asks it and measures how it does.
    ///
    /// # Errors
    /// As [`wrk::run`].
    pub(crate) fn measure(&self, questions: Questions<'_>, seconds: u64) -> io::Result<Measured> {
        let cpu_before = self.cpu_seconds()?;
        let load = wrk::run(self.process.public, questions, seconds)?;
        let cpu = self.cpu_seconds()? - cpu_before;
        self.empty_log()?;
        Ok(Measured::new(&load, cpu))
    }

    /// Seconds of processor time that it has used so far.
    pub(crate) fn cpu_seconds(&self) -> io::Result<f64> {
        processor::seconds_of(self.process.id())
    }

    /// Empties the log, so that a long run does not fill the disk.
    fn empty_log(&self) -> io::Result<()> {
        fs::OpenOptions::new().write(true).open(&self.log)?.set_len(0)
    }
}
