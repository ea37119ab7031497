//! Who may come in: a bound on how many are inside, and one on how long they would wait.
//!
//! A bound on the number alone lets a slow store time everybody out: all are let in, each waits behind
//! all others, and none is answered within its deadline. So the wait to expect is worked out too, by
//! Little's law (Little 1961): those inside, divided by how many lately left in a second.

mod pace;

use pace::Pace;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// So few may always be inside, whatever wait is expected.
const ALWAYS_ADMITTED: usize = 32;

/// Counts one worker's requests. Only because an actor's messages must be `Send` is it made of atomics;
/// no other thread touches it, so they cost little.
#[derive(Debug)]
pub(super) struct Admission {
    max_in_flight: usize,
    /// A newcomer that would have to wait longer is refused.
    longest_wait: Duration,
    /// Only when requests take this long is there a queue to speak of; the pace of a quiet hour says
    /// how little was asked for, not how much can be done.
    queueing: Duration,
    in_flight: AtomicUsize,
    /// Of those inside, the ones whose message nobody has taken from the mailbox yet.
    waiting: AtomicUsize,
    pace: Mutex<Pace>,
}

/// A place inside. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    admission: Arc<Admission>,
    admitted: Instant,
    waits: bool,
}

impl Admission {
    pub(super) fn new(max_in_flight: usize, request_timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            max_in_flight,
            longest_wait: request_timeout / 2,
            queueing: request_timeout / 10,
            in_flight: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            pace: Mutex::new(Pace::new(Instant::now())),
        })
    }

    /// Lets a request in, or `None` if it should come back later.
    pub(super) fn admit(self: &Arc<Self>, now: Instant) -> Option<Permit> {
        let inside = self.in_flight.load(Ordering::Relaxed);
        if inside >= self.max_in_flight || self.would_wait_too_long(inside) {
            return None;
        }
        if inside == 0 {
            self.pace().begin(now);
        }
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Some(Permit { admission: Arc::clone(self), admitted: now, waits: true })
    }

    /// How many may be inside.
    pub(super) const fn limit(&self) -> usize {
        self.max_in_flight
    }

    /// How many are inside.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// How many of those are still in the mailbox.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    fn would_wait_too_long(&self, inside: usize) -> bool {
        if inside < ALWAYS_ADMITTED {
            return false;
        }
        let pace = self.pace();
        pace.mean_stay() > self.queueing
            && pace.wait_behind(inside).is_some_and(|wait| wait > self.longest_wait)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Says that the request has left the mailbox.
    pub(super) fn taken_up(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.admission.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Gives the place back after an answer of the store. What was dropped without one, because it
    /// took too long, says nothing about how fast the store answers.
    pub(super) fn answered(self, now: Instant) {
        self.admission.pace().answered(now, now - self.admitted);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.taken_up();
        self.admission.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
