//! Cassandra or ScyllaDB, replicated across regions.
//!
//! [`Cluster`] is what the whole process knows of it: the session keeper and the region probe write that
//! down, every request uses it. Failover and reading by sync token are the heart of it.

mod asks;
mod attempts;
mod breaker;
mod catalogue;
mod connector;
mod error;
mod failover;
mod live;
pub mod lock;
pub mod migrate;
mod migrations;
mod patiently;
mod read;
mod region_link;
mod replication;
mod row;
mod scan;
pub mod schema;
mod statements;

pub use connector::{ConnectError, Connector};
pub use live::{DriverCounts, Live};
pub use region_link::RegionLink;
pub use scan::Scan;

use crate::domain::{Cell, SyncToken, Username, WallClock};
use crate::store::{StoreError, StoreFuture, Unready, Written};
use crate::telemetry::Metrics;
use breaker::Breaker;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// What the process knows of the cluster.
pub struct Cluster {
    live: RwLock<Result<Arc<Live>, Unready>>,
    /// What the region probe holds against this instance's clock.
    clock_fault: Mutex<Option<Unready>>,
    breaker: Breaker,
    failover_grace: Duration,
    wall_clock: Arc<dyn WallClock>,
    metrics: Metrics,
}

impl Cluster {
    /// A cluster that is not yet connected to.
    pub fn new(failover_grace: Duration, wall_clock: Arc<dyn WallClock>, metrics: Metrics) -> Self {
        let not_yet = Unready { reason: "connecting", cause: "there is no session yet".into() };
        Self {
            live: RwLock::new(Err(not_yet)),
            clock_fault: Mutex::new(None),
            breaker: Breaker::default(),
            failover_grace,
            wall_clock,
            metrics,
        }
    }

    /// The session to use, or why there is none.
    pub fn live(&self) -> Result<Arc<Live>, Unready> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands out another session, or says why there is none.
    pub fn set_live(&self, live: Result<Arc<Live>, Unready>) {
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = live;
    }

    /// Says what is wrong with this instance's clock.
    pub fn set_clock_fault(&self, fault: Option<Unready>) {
        *self.clock_fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// As [`Store::read`](crate::store::Store::read).
    pub fn read(
        self: &Arc<Self>,
        username: &Username,
        at_least: Option<&SyncToken>,
        deadline: Instant,
    ) -> StoreFuture<Option<Cell>> {
        let (cluster, username, at_least) = (Arc::clone(self), username.clone(), at_least.cloned());
        Box::pin(async move {
            let live = cluster.usable()?;
            match at_least {
                None => cluster.read_nearest(&live, &username, deadline).await,
                Some(token) => cluster.read_since(&live, &username, &token, deadline).await,
            }
        })
    }

    /// As [`Store::write`](crate::store::Store::write). Another region is given the same version.
    pub fn write(
        self: &Arc<Self>,
        username: &Username,
        cell: Cell,
        deadline: Instant,
    ) -> StoreFuture<Written> {
        let (cluster, username) = (Arc::clone(self), username.clone());
        Box::pin(async move {
            let live = cluster.usable()?;
            cluster.in_any_region(&live, "write", deadline, |link| link.write(&username, cell)).await
        })
    }

    /// As [`Store::check`](crate::store::Store::check).
    pub fn check(&self) -> Result<(), Unready> {
        self.live()?;
        if let Some(fault) = self.clock_fault.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(fault);
        }
        match self.breaker.open_for() {
            Some(lost) if lost >= self.failover_grace => Err(Unready {
                reason: "region_lost",
                cause: format!("this region's data centre has been lost for {} s", lost.as_secs()),
            }),
            _ => Ok(()),
        }
    }

    /// Lets the breaker learn from a ping of this region.
    pub fn note_ping(&self, result: &Result<(), StoreError>) {
        self.note_home(result);
    }

    fn usable(&self) -> Result<Arc<Live>, StoreError> {
        self.live().map_err(|unready| StoreError::Unavailable(unready.to_string()))
    }

    const fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn wall_clock(&self) -> &dyn WallClock {
        &*self.wall_clock
    }
}
