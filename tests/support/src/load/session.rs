//! One client: paces itself, retries as the contract allows, and writes down what it sees.

use super::attempt::{Attempt, Caller};
use super::report::{Answer, Report};
use super::tokens::Tokens;
use super::workload::Workload;
use crate::history::{Action, Operation, Recorder};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// What the contract allows.
const RETRIES: u32 = 3;

pub(super) struct Session {
    pub(super) client: usize,
    pub(super) asked: Arc<str>,
    pub(super) caller: Caller,
    pub(super) tokens: Option<Tokens>,
    /// Before the first retry where the service names none; each next one is twice as long.
    pub(super) first_pause: Duration,
    pub(super) recorder: Recorder,
    pub(super) report: Report,
}

/// When a client asks, and for how long.
pub(super) struct Pace {
    pub(super) period: Duration,
    /// Requests left for all clients of the load together; `None` if there is no such bound.
    pub(super) left: Option<Arc<AtomicU64>>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) answered: Arc<AtomicU64>,
}

impl Pace {
    /// Waits for the moment of the next request, or says that there is none.
    async fn next(&mut self, due: Instant) -> bool {
        tokio::select! {
            biased;
            // An error means that whoever would stop it is gone.
            ended = self.stopped.wait_for(|stopped| *stopped) => {
                drop(ended);
                return false;
            }
            // The rate that the test asked for is this generator's job.
            () = sleep_until(due) => {}
        }
        self.left.as_ref().is_none_or(|left| {
            left.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
        })
    }
}

impl Session {
    /// Asks until the pace says stop. A request that is due while another is under way is sent right
    /// after it: the load does not grow less because the service is slow.
    pub(super) async fn run(mut self, mut workload: Workload, mut pace: Pace) -> Report {
        // Spread over the first period, so that clients do not ask in step.
        let mut due = Instant::now() + pace.period.mul_f64(workload.random.f64());
        while pace.next(due).await {
            let (username, action) = workload.next();
            self.ask(&username, action).await;
            pace.answered.fetch_add(1, Ordering::SeqCst);
            due += pace.period;
        }
        self.report
    }

    /// One request with its retries.
    pub(super) async fn ask(&mut self, username: &Arc<str>, action: Action) -> Option<Operation> {
        let first_sent = self.recorder.now();
        let mut pause = self.first_pause;
        for attempts in 1.. {
            let (operation, attempt) = self.attempt(username, action).await;
            let Some(failure) = attempt.failure else {
                let latency = operation.completed - first_sent;
                let region = operation.served_by.clone();
                self.report.answers.push(Answer { sent: first_sent, latency, attempts, region });
                return Some(operation);
            };
            *self.report.failed_attempts.entry(failure.kind.clone()).or_default() += 1;
            match failure.retry {
                Some(named) if attempts <= RETRIES => {
                    // As a client of the contract does: after the pause that the service names.
                    sleep(named.unwrap_or(pause)).await;
                    pause *= 2;
                }
                _ => {
                    *self.report.failures.entry(failure.kind).or_default() += 1;
                    break;
                }
            }
        }
        None
    }

    /// One attempt, written down: each may have been made.
    async fn attempt(&mut self, username: &Arc<str>, action: Action) -> (Operation, Attempt) {
        let newest = self.tokens.as_ref().and_then(|tokens| tokens.newest(username));
        let (sent, text) = newest.map_or((None, None), |(token, text)| (Some(token), Some(text)));
        let invoked = self.recorder.now();
        let attempt = self.caller.attempt(username, action, text.as_deref()).await;
        let operation = Operation {
            client: self.client,
            asked: Arc::clone(&self.asked),
            served_by: attempt.region.as_deref().map(Arc::from),
            username: Arc::clone(username),
            action,
            invoked,
            completed: self.recorder.now(),
            sent,
            outcome: attempt.outcome.clone(),
        };
        self.recorder.record(operation.clone());
        if let (Some(tokens), Some(text), Some(token)) =
            (&self.tokens, &attempt.token_text, operation.token())
        {
            tokens.learn(username, token, text);
        }
        (operation, attempt)
    }
}
