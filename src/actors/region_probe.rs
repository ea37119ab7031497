//! The actor that measures, for each other region, how far its replication lags and its clocks are off.

mod lag;
mod skew;

use crate::domain::WallClock;
use crate::store::cluster::{Cluster, Live};
use crate::telemetry::Metrics;
use actix::{Actor, AsyncContext, Context, WrapFuture};
use futures_util::future::{join, join_all, select};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How often each figure is taken, and this region's canary sings.
const EVERY: Duration = Duration::from_secs(1);
/// What has not answered by then is asked again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);
/// How soon another session is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Measures.
#[derive(Clone)]
pub(super) struct RegionProbe {
    pub(super) cluster: Arc<Cluster>,
    pub(super) wall_clock: Arc<dyn WallClock>,
    pub(super) max_clock_skew: Duration,
    pub(super) metrics: Metrics,
}

impl Actor for RegionProbe {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        let probe = self.clone();
        context.spawn(async move { probe.run().await }.into_actor(self));
    }
}

impl RegionProbe {
    async fn run(&self) {
        loop {
            if let Ok(live) = self.cluster.live() {
                select(pin!(self.measure(&live)), pin!(self.replaced(&live))).await;
            } else {
                sleep(LOOK_EVERY).await;
            }
        }
    }

    /// Ends once another session has been handed out, or none is.
    async fn replaced(&self, live: &Arc<Live>) {
        while self.cluster.live().is_ok_and(|current| Arc::ptr_eq(&current, live)) {
            sleep(LOOK_EVERY).await;
        }
    }

    async fn measure(&self, live: &Live) {
        let lags = join_all(live.others().iter().map(|from| self.measure_lag(live, from)));
        join(lags, join(self.sing(live), self.measure_skew(live))).await;
    }

    /// Lets this region's canary sing, for the others to hear.
    async fn sing(&self, live: &Live) {
        loop {
            let beat_millis = (self.wall_clock.now().micros() / 1000) as i64;
            // If it is not heard, the others' lag rises: that says it.
            let _ = timeout(ANSWER_TIMEOUT, live.home().write_canary(&live.home().region, beat_millis)).await;
            sleep(EVERY).await;
        }
    }
}
