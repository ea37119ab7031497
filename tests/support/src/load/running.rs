//! A load under way.

use super::report::Report;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use tokio::sync::watch;

/// A load under way; stopped when it is dropped.
#[derive(Debug)]
pub struct RunningLoad {
    pub(super) stop: watch::Sender<bool>,
    pub(super) answered: Arc<AtomicU64>,
    pub(super) thread: Option<JoinHandle<Report>>,
}

impl RunningLoad {
    /// How many requests have come to their end, good or bad.
    pub fn done(&self) -> u64 {
        self.answered.load(Ordering::SeqCst)
    }

    /// Lets each client finish the request it is at, and reports.
    ///
    /// # Panics
    /// If a client panicked.
    pub fn stop(self) -> Report {
        self.stop.send_replace(true);
        self.join()
    }

    /// Waits until it has come to its end by itself, and reports.
    ///
    /// # Panics
    /// If a client panicked.
    pub fn join(mut self) -> Report {
        let thread = self.thread.take().expect("joined once");
        thread.join().expect("no client panics")
    }
}

impl Drop for RunningLoad {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // Whoever drops it does not want to know.
            let _ = thread.join();
        }
    }
}
