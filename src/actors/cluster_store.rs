//! The cluster as a [`Store`]: what its requests use is kept by two actors on a thread of their own.

use super::region_probe::RegionProbe;
use super::session_keeper::SessionKeeper;
use super::supervised::Supervised;
use super::workers::write_down_runtime;
use crate::domain::{Cell, SyncToken, Username, WallClock};
use crate::store::cluster::{Cluster, Connector};
use crate::store::{Store, StoreFuture, Unready, Written};
use crate::telemetry::Metrics;
use crate::telemetry::metrics::Part;
use actix::{Actor, Arbiter};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// The cluster's store, ready to be shared by all workers.
pub struct ClusterStore {
    cluster: Arc<Cluster>,
    keeper: Supervised<SessionKeeper>,
    probe: Supervised<RegionProbe>,
    arbiter: Mutex<Option<Arbiter>>,
}

impl ClusterStore {
    /// Starts to connect, and to measure. The driver's connections live on the actors' thread.
    ///
    /// # Panics
    /// Outside of an actix system.
    pub fn start(
        connector: Connector,
        wall_clock: Arc<dyn WallClock>,
        max_clock_skew: Duration,
        metrics: &Metrics,
    ) -> Self {
        let grace = connector.settings().failover_grace;
        let cluster = Arc::new(Cluster::new(grace, Arc::clone(&wall_clock), metrics.clone()));
        metrics.begin_store(Part::Cluster);
        let arbiter = Arbiter::new();
        arbiter.spawn_fn({
            let metrics = metrics.clone();
            move || {
                let runtime = Handle::current().metrics();
                metrics.at_scrape(move |families| write_down_runtime(families, "cluster", &runtime));
            }
        });
        let restarts = |actor| metrics.actor_restarts.with_label_values(&[actor]);
        let keeper = SessionKeeper { cluster: Arc::clone(&cluster), connector, metrics: metrics.clone() };
        let probe = RegionProbe {
            cluster: Arc::clone(&cluster),
            wall_clock,
            max_clock_skew,
            metrics: metrics.clone(),
        };
        let (thread, other_thread) = (arbiter.handle(), arbiter.handle());
        Self {
            cluster,
            keeper: Supervised::start("session_keeper", restarts("session_keeper"), move || {
                let keeper = keeper.clone();
                SessionKeeper::start_in_arbiter(&thread, |_| keeper)
            }),
            probe: Supervised::start("region_probe", restarts("region_probe"), move || {
                let probe = probe.clone();
                RegionProbe::start_in_arbiter(&other_thread, |_| probe)
            }),
            arbiter: Mutex::new(Some(arbiter)),
        }
    }
}

impl Store for ClusterStore {
    fn read(
        &self,
        username: &Username,
        at_least: Option<&SyncToken>,
        deadline: Instant,
    ) -> StoreFuture<Option<Cell>> {
        self.cluster.read(username, at_least, deadline)
    }

    fn write(&self, username: &Username, cell: Cell, deadline: Instant) -> StoreFuture<Written> {
        self.cluster.write(username, cell, deadline)
    }

    fn check(&self) -> Result<(), Unready> {
        // Asking for the address restarts an actor that has died. What it keeps can be used meanwhile.
        self.keeper.with_address(|_| ());
        self.probe.with_address(|_| ());
        self.cluster.check()
    }

    /// Ends the actors' thread and with it the driver's connections.
    fn close(&self) {
        if let Some(arbiter) = self.arbiter.lock().unwrap_or_else(PoisonError::into_inner).take() {
            arbiter.stop();
            // It can only fail by a panic, which has been logged.
            let _ = arbiter.join();
        }
    }
}
