//! What a load has met.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The answer to one request, after its retries.
#[derive(Clone, Debug)]
pub struct Answer {
    /// When the first attempt was sent, on the clock of the recorder.
    pub sent: Duration,
    /// From then to the answer, retries and their pauses included.
    pub latency: Duration,
    /// How often it was sent.
    pub attempts: u32,
    /// The `Region` header of the answer.
    pub region: Option<Arc<str>>,
}

/// Everything that is counted. A request is one, however often it was tried.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The seed of the workload.
    pub seed: u64,
    /// Requests that were answered well: also with a 404, which is an answer.
    pub answers: Vec<Answer>,
    /// Requests that failed after all retries, by kind: status and problem code, or what broke.
    pub failures: BTreeMap<String, u64>,
    /// Attempts that failed, by kind; those that were tried again are among them.
    pub failed_attempts: BTreeMap<String, u64>,
}

impl Report {
    /// How many requests failed in the end.
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }

    /// How many times a request was sent again and then answered.
    pub fn retries(&self) -> u64 {
        self.answers.iter().map(|answer| u64::from(answer.attempts - 1)).sum()
    }

    /// The latency that so many percent of the answers do not exceed, 0 to 100.
    ///
    /// # Panics
    /// If there was no answer.
    pub fn percentile(&self, percent: f64) -> Duration {
        let mut latencies: Vec<_> = self.answers.iter().map(|answer| answer.latency).collect();
        latencies.sort_unstable();
        let rank = (latencies.len() as f64 * percent / 100.0).ceil() as usize;
        *latencies.get(rank.saturating_sub(1)).expect("an answer")
    }

    /// The regions that answered what was sent in this span.
    pub fn regions_between(&self, from: Duration, to: Duration) -> BTreeSet<Arc<str>> {
        let sent_then = self.answers.iter().filter(|answer| (from..to).contains(&answer.sent));
        sent_then.filter_map(|answer| answer.region.clone()).collect()
    }

    /// Who answered when: each change, with the time at which the first such request was sent.
    pub fn regions_over_time(&self) -> Vec<(Duration, Arc<str>)> {
        let mut answers: Vec<_> =
            self.answers.iter().filter_map(|answer| Some((answer.sent, answer.region.clone()?))).collect();
        answers.sort();
        answers.dedup_by(|later, earlier| later.1 == earlier.1);
        answers
    }

    /// Adds what another client has met.
    pub(super) fn add(&mut self, other: Self) {
        self.answers.extend(other.answers);
        for (kind, count) in other.failures {
            *self.failures.entry(kind).or_default() += count;
        }
        for (kind, count) in other.failed_attempts {
            *self.failed_attempts.entry(kind).or_default() += count;
        }
    }
}
