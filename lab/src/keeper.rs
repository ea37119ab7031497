//! Nothing outlives its owner.
//!
//! An owner (a test process, `cargo lab up`) holds a lock on a file, its *lifeline*. The system lets go of the lock when
//! the owner ends, by a return, a signal or a crash. Two small scripts wait for that, in sessions of their own so that
//! a terminal's Ctrl-C does not reach them: `run.sh` around each process, `keep.sh` for everything else.

mod process;

pub use process::Life;
pub(crate) use process::Process;

use crate::LabError;
use crate::waiting::{wait_for, wait_for_end};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const KEEP: &str = include_str!("keeper/keep.sh");

/// A folder with all that one owner runs. Dropped, or its process dead, everything in it ends and goes.
#[derive(Debug)]
pub(crate) struct Estate {
    folder: PathBuf,
    lifeline: Option<File>,
}

impl Estate {
    /// Makes an estate of an existing folder, and becomes its owner.
    ///
    /// # Errors
    /// If the folder cannot be written, or the keeper does not start.
    pub(crate) fn found(folder: &Path) -> Result<Self, LabError> {
        let lifeline = lock(&folder.join("lifeline"))?;
        let processes = folder.join("processes");
        fs::create_dir_all(&processes).map_err(LabError::file(&processes))?;
        detached(KEEP, "lab-keeper").arg(folder).spawn_and_forget()?;
        let kept = folder.join("keeper");
        if !wait_for(Duration::from_secs(5), || is_locked(&kept)) {
            return Err(LabError::failed("the keeper of the laboratory did not start"));
        }
        Ok(Self { folder: folder.to_owned(), lifeline: Some(lifeline) })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends everything, and waits until it is gone.
    fn end(&mut self) {
        self.lifeline = None;
        wait_for_end(Duration::from_secs(30), || !self.folder.exists());
    }
}

impl Drop for Estate {
    fn drop(&mut self) {
        self.end();
    }
}

/// Removes what belongs to a folder whose owner and keeper are dead, and waits until it is gone.
pub(crate) fn clear(folder: &Path) -> Result<(), LabError> {
    let mut keeper = Command::new("bash");
    keeper.args(["-c", KEEP, "lab-keeper"]).arg(folder);
    crate::command::run(&mut keeper, "bash").map(|_| ())
}

/// Waits for the lock of a file, which is made if it is not there. The lock is given back when the file is dropped.
pub(crate) fn lock(path: &Path) -> Result<File, LabError> {
    let file = File::create(path).map_err(LabError::file(path))?;
    file.lock().map_err(LabError::file(path))?;
    Ok(file)
}

/// Whether somebody holds a lock on a file; no, if there is no such file.
pub(crate) fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock_shared().is_err())
}

/// A script in a session of its own, away from the terminal and from the tests' captured output.
fn detached(script: &str, name: &str) -> Command {
    let mut command = Command::new("setsid");
    command.args(["--fork", "bash", "-c", script, name]);
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

trait SpawnAndForget {
    fn spawn_and_forget(&mut self) -> Result<(), LabError>;
}

impl SpawnAndForget for Command {
    /// `setsid --fork` returns at once, and its child belongs to nobody.
    fn spawn_and_forget(&mut self) -> Result<(), LabError> {
        crate::command::run(self, "util-linux").map(|_| ())
    }
}
