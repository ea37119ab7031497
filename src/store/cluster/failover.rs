//! Availability: a request of a region whose data centre is lost is served by another region's replicas.

use super::Cluster;
use super::live::Live;
use super::region_link::RegionLink;
use crate::store::{Answer, StoreError};
use crate::telemetry::traces::{Child, in_child};
use std::pin::pin;
use std::time::Instant;
use tokio::time::timeout_at;

impl Cluster {
    /// Tries this region, then the others in their order, each for its share of the time that is left.
    pub(super) async fn in_any_region<'live, T, F>(
        &self,
        live: &'live Live,
        operation: &'static str,
        deadline: Instant,
        attempt: impl Fn(&'live RegionLink) -> F,
    ) -> Result<Answer<T>, StoreError>
    where
        F: Future<Output = Result<Answer<T>, StoreError>>,
    {
        let at_home_until = if live.fails_over() { share_of(deadline, 3) } else { deadline };
        let mut result = self.at_home(at_home_until, pin!(attempt(live.home()))).await;
        if result.is_ok() {
            return result;
        }
        let order = live.failover_order();
        for (index, link) in order.iter().enumerate() {
            match &result {
                Err(error) if error.may_be_the_regions() => {}
                _ => break,
            }
            let is_last = index + 1 == order.len();
            let until = if is_last { deadline } else { share_of(deadline, 2) };
            let span = Child::begin("failover");
            if let Some(span) = &span {
                span.set("jubilee.failover.region", link.region.to_string());
            }
            // On the heap: otherwise each request would make room for it beside the attempt at home.
            result = within(until, in_child(span.as_ref(), Box::pin(attempt(link)))).await;
            if let Some(span) = span {
                span.end(result.as_ref().err().map(StoreError::outcome));
            }
            if result.is_ok() {
                self.metrics().failovers.with_label_values(&[operation, link.region.as_str()]).inc();
            }
        }
        result
    }

    /// An attempt at this region, unless its data centre is known to be lost; the breaker learns from it.
    pub(super) async fn at_home<T>(
        &self,
        until: Instant,
        attempt: impl Future<Output = Result<T, StoreError>> + Unpin,
    ) -> Result<T, StoreError> {
        if self.breaker().is_open() {
            return Err(StoreError::Unavailable("this region's data centre is lost".into()));
        }
        let result = within(until, attempt).await;
        self.note_home(&result);
        result
    }

    /// Lets the breaker learn from how this region answered.
    pub(super) fn note_home<T>(&self, result: &Result<T, StoreError>) {
        match result {
            Ok(_) if self.breaker().succeeded() => {
                self.metrics().breaker_open.set(0);
                tracing::info!("this region's data centre answers again");
            }
            Err(error) if error.may_be_the_regions() && self.breaker().failed() => {
                self.metrics().breaker_open.set(1);
                tracing::error!(%error, "this region's data centre is taken for lost; other regions answer");
            }
            _ => {}
        }
    }
}

impl StoreError {
    /// Whether another region may do better.
    const fn may_be_the_regions(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::TimedOut)
    }
}

/// One part in so many of the time that is left.
pub(super) fn share_of(deadline: Instant, parts: u32) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / parts
}

/// Sees an attempt through until its time is up. It is pinned where it stands: attempts are large, and
/// moving them costs each request more than the rest of this file.
pub(super) async fn within<T>(
    until: Instant,
    attempt: impl Future<Output = Result<T, StoreError>> + Unpin,
) -> Result<T, StoreError> {
    timeout_at(until.into(), attempt).await.unwrap_or(Err(StoreError::TimedOut))
}
