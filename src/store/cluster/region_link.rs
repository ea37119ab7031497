//! One region as it is reached through the session: asked at its own quorum, by its own profile.

use super::asks::{Asks, Operation};
use super::row::{self, Row};
use super::statements::Statements;
use super::{attempts, error};
use crate::domain::{Cell, Region, Timestamp, Username, Value};
use crate::store::{Answer, StoreError, Written};
use crate::telemetry::Metrics;
use scylla::client::session::Session;
use scylla::deserialize::row::DeserializeRow;
use scylla::response::query_result::{QueryResult, QueryRowsResult};
use scylla::serialize::row::SerializeRow;
use scylla::statement::prepared::PreparedStatement;
use scylla::value::CqlTimestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A region, and the way to it.
pub struct RegionLink {
    /// Its name.
    pub region: Region,
    pub(super) replicas: usize,
    session: Arc<Session>,
    statements: Statements,
    asks: Asks,
    /// As last measured; the greatest number until then.
    round_trip_micros: AtomicU64,
}

impl RegionLink {
    pub(super) fn new(
        region: Region,
        replicas: usize,
        session: Arc<Session>,
        statements: &Statements,
        metrics: &Metrics,
    ) -> Self {
        let statements = statements.in_datacenter(region.as_str(), replicas);
        let asks = Asks::of(&region, metrics);
        Self { region, replicas, session, statements, asks, round_trip_micros: AtomicU64::new(u64::MAX) }
    }

    pub(super) async fn read(&self, username: &str) -> Result<Answer<Option<Cell>>, StoreError> {
        self.read_for(Operation::Read, username).await
    }

    /// The same, of a user whom nobody can be: only to see whether the replicas answer.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        // Another one each time, so that in time all replicas are asked.
        let nobody = fastrand::u16(..).to_string();
        self.read_for(Operation::Ping, &nobody).await.map(|_| ())
    }

    async fn read_for(
        &self,
        operation: Operation,
        username: &str,
    ) -> Result<Answer<Option<Cell>>, StoreError> {
        let (row, region) = self.ask::<Row>(operation, &self.statements.read, (username,)).await?;
        Ok(Answer { value: row.map_or(Ok(None), row::cell_of)?, region, escalated: false })
    }

    pub(super) async fn write(&self, username: &Username, cell: Cell) -> Result<Answer<Written>, StoreError> {
        let statement = match cell.value {
            Value::Born(_) => &self.statements.write,
            Value::Forgotten => &self.statements.write_mark,
        };
        let values = (row::write_timestamp(cell.version), row::date_of(cell.value), username.as_str());
        let result = self.execute(Operation::Write, statement, values).await?;
        // Whether something greater stands the cluster cannot tell.
        Ok(Answer { value: Written::Stands, region: self.coordinator(&result), escalated: false })
    }

    /// When the canary of a region last sang, in milliseconds, as this region's quorum knows it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read_canary(&self, of: &Region) -> Result<Option<i64>, StoreError> {
        let (statement, values) = (&self.statements.read_canary, (of.as_str(),));
        let (row, _) = self.ask::<(Option<CqlTimestamp>,)>(Operation::Canary, statement, values).await?;
        Ok(row.and_then(|(beat,)| beat).map(|beat| beat.0))
    }

    /// Lets the canary of a region sing, at this region's quorum.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write_canary(&self, of: &Region, beat_millis: i64) -> Result<(), StoreError> {
        let values = (CqlTimestamp(beat_millis), of.as_str());
        self.execute(Operation::Canary, &self.statements.write_canary, values).await?;
        Ok(())
    }

    /// The clock of one of this region's nodes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read_clock(&self) -> Result<Timestamp, StoreError> {
        let (row, _) = self.ask::<(CqlTimestamp,)>(Operation::Clock, &self.statements.read_clock, ()).await?;
        let (CqlTimestamp(millis),) = row.ok_or_else(|| StoreError::Corrupt("a node has no clock".into()))?;
        Ok(Timestamp::from_micros(u64::try_from(millis).unwrap_or_default().saturating_mul(1000)))
    }

    /// Remembers how far away it is.
    pub fn set_round_trip(&self, round_trip: Duration) {
        self.round_trip_micros.store(round_trip.as_micros() as u64, Ordering::Relaxed);
    }

    /// How far away it is; what was never measured is furthest.
    pub(super) fn round_trip_micros(&self) -> u64 {
        self.round_trip_micros.load(Ordering::Relaxed)
    }

    async fn ask<R>(
        &self,
        operation: Operation,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<(Option<R>, Option<Region>), StoreError>
    where
        R: for<'frame, 'metadata> DeserializeRow<'frame, 'metadata>,
    {
        let result = self.execute(operation, statement, values).await?;
        let region = self.coordinator(&result);
        let rows: QueryRowsResult = result.into_rows_result().map_err(error::not_understood)?;
        Ok((rows.maybe_first_row::<R>().map_err(error::not_understood)?, region))
    }

    async fn execute(
        &self,
        operation: Operation,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<QueryResult, StoreError> {
        let followed = attempts::followed(statement, &self.session);
        let statement = followed.as_deref().unwrap_or(statement);
        let ask = self.asks.begin(operation);
        let result = self.session.execute_unpaged(statement, values).await.map_err(error::of_execution);
        ask.end(&result);
        result
    }

    /// The region whose quorum answered: the coordinator's datacenter.
    fn coordinator(&self, result: &QueryResult) -> Option<Region> {
        let datacenter = result.request_coordinator().node().datacenter.as_deref()?;
        if datacenter == self.region.as_str() {
            return Some(self.region.clone());
        }
        Region::parse(datacenter).ok()
    }
}
