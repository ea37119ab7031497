//! What operators learn of sync tokens: how often they are kept without a wait.

use crate::actors::GreeterError;
use crate::store::{Answer, StoreError};
use crate::telemetry::Metrics;
use prometheus::IntCounter;

/// Sync tokens counted, each series looked up once.
pub struct TokenCounts {
    satisfied: IntCounter,
    escalated: IntCounter,
    unavailable: IntCounter,
    /// Tokens of writes.
    pub(super) write: IntCounter,
    /// Tokens that are none.
    pub(super) invalid: IntCounter,
    /// Tokens further ahead than any two clocks may differ.
    pub(super) from_the_future: IntCounter,
}

impl TokenCounts {
    /// The counters of one process; every worker has its handles.
    pub fn new(metrics: &Metrics) -> Self {
        let counter = |outcome| metrics.sync_tokens.with_label_values(&[outcome]);
        Self {
            satisfied: counter("satisfied"),
            escalated: counter("escalated"),
            unavailable: counter("unavailable"),
            write: counter("write"),
            invalid: counter("invalid"),
            from_the_future: counter("from_the_future"),
        }
    }

    /// Counts what became of a read's token. A read that failed for another reason says nothing about freshness.
    pub(super) fn count_read<T>(&self, answer: &Result<Answer<T>, GreeterError>) {
        match answer {
            Ok(Answer { escalated: false, .. }) => self.satisfied.inc(),
            Ok(Answer { escalated: true, .. }) => self.escalated.inc(),
            Err(GreeterError::Store(StoreError::Behind)) => self.unavailable.inc(),
            Err(_) => {}
        }
    }
}
