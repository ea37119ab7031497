//! Counts what one region's quorum is asked, and how that ends.

use crate::domain::Region;
use crate::store::StoreError;
use crate::telemetry::Metrics;
use prometheus::{Histogram, IntCounter};
use std::time::Instant;

/// What a region is asked for. A user's read and a ping are the same statement, and not the same to operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Read,
    Write,
    Ping,
    Canary,
    Clock,
}

/// The series of one region, each looked up once.
pub(super) struct Asks([Series; 5]);

struct Series {
    ok: IntCounter,
    unavailable: IntCounter,
    timed_out: IntCounter,
    overloaded: IntCounter,
    corrupt: IntCounter,
    abandoned: IntCounter,
    seconds: Histogram,
}

/// One that has begun. Dropped before its end it counts as abandoned: its time was up, or another region was faster.
pub(super) struct Ask<'asks> {
    series: &'asks Series,
    began: Instant,
    ended: Option<&'asks IntCounter>,
}

impl Operation {
    const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Ping, Self::Canary, Self::Clock];

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Ping => "ping",
            Self::Canary => "canary",
            Self::Clock => "clock",
        }
    }
}

impl Asks {
    pub(super) fn of(peer: &Region, metrics: &Metrics) -> Self {
        Self(Operation::ALL.map(|operation| {
            let labels = [operation.name(), peer.as_str()];
            let counter =
                |outcome| metrics.cluster_operations.with_label_values(&[labels[0], labels[1], outcome]);
            Series {
                ok: counter("ok"),
                unavailable: counter("unavailable"),
                timed_out: counter("timed_out"),
                overloaded: counter("overloaded"),
                corrupt: counter("corrupt"),
                abandoned: counter("abandoned"),
                seconds: metrics.cluster_seconds.with_label_values(&labels),
            }
        }))
    }

    pub(super) fn begin(&self, operation: Operation) -> Ask<'_> {
        Ask { series: &self.0[operation as usize], began: Instant::now(), ended: None }
    }
}

impl<'asks> Ask<'asks> {
    pub(super) fn end<T>(mut self, result: &Result<T, StoreError>) {
        let Series { ok, unavailable, timed_out, overloaded, corrupt, .. } = self.series;
        self.ended = Some(match result {
            Ok(_) => ok,
            Err(StoreError::Unavailable(_)) => unavailable,
            Err(StoreError::TimedOut) => timed_out,
            Err(StoreError::Overloaded) => overloaded,
            // A region says what it has; whether that is new enough is judged by who asked.
            Err(StoreError::Corrupt(_) | StoreError::Behind) => corrupt,
        });
    }
}

impl Drop for Ask<'_> {
    fn drop(&mut self) {
        self.ended.unwrap_or(&self.series.abandoned).inc();
        self.series.seconds.observe(self.began.elapsed().as_secs_f64());
    }
}
