//! The wish to stop, by a signal: the first goes back in good order, the second ends at once.

use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Whether somebody has asked to stop, and the child that must not outlive this program.
#[derive(Debug, Default)]
pub struct Stop {
    asked: AtomicBool,
    child: Mutex<Option<Child>>,
}

impl Stop {
    /// Asks; whether it had been asked before.
    pub fn ask(&self) -> bool {
        self.asked.swap(true, Ordering::SeqCst)
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Ends the child that runs, if one does.
    pub fn end_child(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut child) = child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Keeps a child for as long as it runs.
    pub(crate) fn keep(&self, child: Child) {
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
    }

    /// What the child ended with: `None` while it runs; one that was ended from elsewhere is an error.
    pub(crate) fn child_status(&self) -> Result<Option<std::process::ExitStatus>, String> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let status = child.as_mut().ok_or("it was ended")?.try_wait().map_err(|error| error.to_string())?;
        if status.is_some() {
            *child = None;
        }
        Ok(status)
    }
}
