//! The actor that owns the driver's session: connects, hands it out, and makes a new one when it is dead.

use crate::store::Unready;
use crate::store::cluster::{Cluster, Connector, DriverCounts, Live};
use crate::telemetry::Metrics;
use actix::{Actor, AsyncContext, Context, WrapFuture};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(2);
/// A session that is not made by then never will be.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
const PING_EVERY: Duration = Duration::from_millis(500);
/// The driver mends most losses by itself. Not that of all nodes under the addresses that it knows.
const DEAD_AFTER: Duration = Duration::from_secs(3);
const CHECK_SCHEMA_EVERY: Duration = Duration::from_secs(5);

/// Owns the session.
#[derive(Clone)]
pub(super) struct SessionKeeper {
    pub(super) cluster: Arc<Cluster>,
    pub(super) connector: Connector,
    pub(super) metrics: Metrics,
}

impl Actor for SessionKeeper {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        let keeper = self.clone();
        context.spawn(async move { keeper.keep().await }.into_actor(self));
    }
}

impl SessionKeeper {
    async fn keep(&self) {
        loop {
            let live = self.connect().await;
            let unready = self.watch(&live).await;
            self.metrics.session_up.set(0);
            if let Some(unready) = unready {
                tracing::error!(%unready, "the cluster cannot be used");
                self.cluster.set_live(Err(unready));
            }
        }
    }

    /// Tries until there is a session, and hands it out. One that was handed out before stays: it may
    /// yet recover, or serve from another region.
    async fn connect(&self) -> Arc<Live> {
        let mut back_off = FIRST_BACK_OFF;
        loop {
            let began = Instant::now();
            let never = |_| Err(Unready { reason: "unreachable", cause: "connecting took too long".into() });
            match timeout(CONNECT_TIMEOUT, Live::connect(&self.connector, &self.metrics))
                .await
                .unwrap_or_else(never)
            {
                Ok(live) => {
                    let live = Arc::new(live);
                    self.cluster.set_live(Ok(Arc::clone(&live)));
                    self.metrics.sessions.inc();
                    self.metrics.session_up.set(1);
                    tracing::info!(took_ms = began.elapsed().as_millis() as u64, "connected to the cluster");
                    return live;
                }
                Err(unready) => {
                    tracing::warn!(%unready, "no session with the cluster yet; trying again");
                    match self.cluster.live() {
                        // It is still used: readiness follows how its region answers.
                        Ok(live) => self.cluster.note_ping(&live.ping(live.home()).await),
                        Err(_) => self.cluster.set_live(Err(unready)),
                    }
                }
            }
            // Jittered, so that instances that lost the cluster together do not come back together.
            sleep(back_off.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            back_off = (back_off * 2).min(LONGEST_BACK_OFF);
        }
    }

    /// Asks for signs of life until there are none, or the session does not fit any more; then says so,
    /// if it must not be used until there is another.
    async fn watch(&self, live: &Live) -> Option<Unready> {
        let mut silent_since: Option<Instant> = None;
        let mut schema_checked = Instant::now();
        let mut counted = DriverCounts::default();
        loop {
            sleep(PING_EVERY).await;
            let home = live.ping(live.home()).await;
            self.cluster.note_ping(&home);
            counted = self.count(counted, live.driver_counts());
            if home.is_ok() || live.answers().await {
                silent_since = None;
            } else if silent_since.get_or_insert_with(Instant::now).elapsed() >= DEAD_AFTER {
                tracing::error!("no region answers; making a new session, names resolved anew");
                return None;
            }
            if schema_checked.elapsed() >= CHECK_SCHEMA_EVERY {
                schema_checked = Instant::now();
                if let Err(unready) = live.check_schema().await {
                    return Some(unready);
                }
                if !live.has_the_same_regions() {
                    tracing::info!("the data is in other regions now; making a new session");
                    return None;
                }
            }
        }
    }

    fn count(&self, before: DriverCounts, now: DriverCounts) -> DriverCounts {
        let metrics = &self.metrics;
        metrics.driver_connections.set(now.connections as i64);
        for (event, before, now) in [
            ("request", before.requests, now.requests),
            ("error", before.errors, now.errors),
            ("retry", before.retries, now.retries),
            ("connection_timeout", before.connection_timeouts, now.connection_timeouts),
        ] {
            metrics.driver_events.with_label_values(&[event]).inc_by(now.saturating_sub(before));
        }
        now
    }
}
