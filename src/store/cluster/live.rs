//! A session that works, with a link to each region that holds the data.

use super::failover::within;
use super::region_link::RegionLink;
use super::statements::Statements;
use super::{Connector, schema};
use crate::config::FailoverRegions;
use crate::domain::Region;
use crate::store::{StoreError, Unready};
use crate::telemetry::Metrics;
use futures_util::future::join_all;
use scylla::client::session::Session;
use scylla::cluster::metadata::Strategy;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a region may take to answer a ping.
const PING_TIMEOUT: Duration = Duration::from_millis(500);

/// What the driver counts, of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DriverCounts {
    /// Connections that are open.
    pub connections: u64,
    /// Requests sent, retries not counted.
    pub requests: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Connections that were not made in time.
    pub connection_timeouts: u64,
}

/// What requests use: handed out by the session keeper, replaced when it is dead.
pub struct Live {
    session: Arc<Session>,
    /// This instance's own region.
    home: RegionLink,
    others: Vec<RegionLink>,
    failover_regions: FailoverRegions,
    keyspace: String,
    metrics: Metrics,
}

impl Live {
    /// Makes a session, checks the schema, and prepares all statements for each region that the keyspace
    /// is replicated to.
    ///
    /// # Errors
    /// [`Unready`] with the reason.
    pub async fn connect(connector: &Connector, metrics: &Metrics) -> Result<Self, Unready> {
        let settings = connector.settings();
        let session = Arc::new(connector.connect().await?);
        let schema = schema::check(&session, &settings.keyspace, &settings.datacenter).await?;
        schema.write_down(metrics);
        schema.into_ready()?;
        let statements = Statements::prepare(&session, &settings.keyspace)
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let (home, others): (Vec<_>, Vec<_>) = regions(&session, &settings.keyspace)
            .into_iter()
            .map(|(region, replicas)| {
                RegionLink::new(region, replicas, Arc::clone(&session), &statements, metrics)
            })
            .partition(|link| link.region == settings.datacenter);
        let home = home.into_iter().next().ok_or_else(|| Unready {
            reason: "region_unknown",
            cause: format!("the keyspace keeps nothing in {}", settings.datacenter),
        })?;
        for (link, operation) in others.iter().flat_map(|link| [(link, "read"), (link, "write")]) {
            metrics.failovers.with_label_values(&[operation, link.region.as_str()]);
        }
        Ok(Self {
            home,
            others,
            failover_regions: settings.failover_regions.clone(),
            keyspace: settings.keyspace.clone(),
            session,
            metrics: metrics.clone(),
        })
    }

    /// This instance's own region.
    pub const fn home(&self) -> &RegionLink {
        &self.home
    }

    /// The other regions that hold the data.
    pub fn others(&self) -> &[RegionLink] {
        &self.others
    }

    /// All regions, this instance's own first.
    pub fn all(&self) -> impl Iterator<Item = &RegionLink> {
        std::iter::once(&self.home).chain(&self.others)
    }

    /// The link to a region, if the data is there.
    pub(super) fn link(&self, region: &Region) -> Option<&RegionLink> {
        self.all().find(|link| link.region == *region)
    }

    /// Whether a region's replicas answer, and soon.
    ///
    /// # Errors
    /// [`StoreError`] if they do not.
    pub async fn ping(&self, link: &RegionLink) -> Result<(), StoreError> {
        within(Instant::now() + PING_TIMEOUT, pin!(link.ping())).await
    }

    /// Whether the session answers anywhere.
    pub async fn answers(&self) -> bool {
        join_all(self.all().map(|link| self.ping(link))).await.iter().any(Result::is_ok)
    }

    /// Whether the schema is the one that this program needs.
    ///
    /// # Errors
    /// [`Unready`] with what is wrong; not if it cannot be found out.
    pub async fn check_schema(&self) -> Result<(), Unready> {
        match schema::check(&self.session, &self.keyspace, &self.home.region).await {
            Ok(schema) => {
                schema.write_down(&self.metrics);
                schema.into_ready()
            }
            Err(error) => {
                tracing::debug!(%error, "the schema cannot be looked at");
                Ok(())
            }
        }
    }

    /// Whether the data is still in the same regions, in as many replicas, as when this session was made.
    pub fn has_the_same_regions(&self) -> bool {
        let mut known: Vec<_> = self.all().map(|link| (link.region.clone(), link.replicas)).collect();
        known.sort_unstable();
        known == regions(&self.session, &self.keyspace)
    }

    /// What the driver has counted since the session was made.
    pub fn driver_counts(&self) -> DriverCounts {
        let metrics = self.session.get_metrics();
        DriverCounts {
            connections: metrics.get_total_connections(),
            requests: metrics.get_requests_unpaged_num(),
            errors: metrics.get_errors_unpaged_num(),
            retries: metrics.get_retries_num(),
            connection_timeouts: metrics.get_connection_timeouts(),
        }
    }

    /// Whether anybody is to be asked while this region's data centre is lost.
    pub(super) fn fails_over(&self) -> bool {
        match &self.failover_regions {
            FailoverRegions::ByRoundTrip => !self.others.is_empty(),
            FailoverRegions::InOrder(regions) => {
                self.others.iter().any(|link| regions.contains(&link.region))
            }
        }
    }

    /// Who is to be asked while this region's data centre is lost, in this order.
    pub(super) fn failover_order(&self) -> Vec<&RegionLink> {
        match &self.failover_regions {
            FailoverRegions::ByRoundTrip => {
                let mut order: Vec<_> = self.others.iter().collect();
                order.sort_by_key(|link| link.round_trip_micros());
                order
            }
            FailoverRegions::InOrder(regions) => {
                let link = |region: &Region| self.others.iter().find(|link| link.region == *region);
                regions.iter().filter_map(link).collect()
            }
        }
    }
}

/// The regions that the keyspace is replicated to, each with its replicas, as the session knows them.
fn regions(session: &Session, keyspace: &str) -> Vec<(Region, usize)> {
    let state = session.get_cluster_state();
    let Some(Strategy::NetworkTopologyStrategy { datacenter_repfactors }) =
        state.get_keyspace(keyspace).map(|keyspace| &keyspace.strategy)
    else {
        return Vec::new();
    };
    let holds_data = datacenter_repfactors.iter().filter(|(_, replicas)| **replicas > 0);
    let mut regions: Vec<_> =
        holds_data.filter_map(|(name, replicas)| Some((Region::parse(name).ok()?, *replicas))).collect();
    regions.sort_unstable();
    regions
}
