//! Who may migrate: one at a time, told by the only lightweight transactions of the whole program.
//!
//! The lock is a row that expires. Its holder renews it while it works; one that died is forgotten by
//! itself. Should a holder stall for so long that its lock expires while a statement is on its way, two may
//! work at once: the statements can be run twice and the tables' ids are fixed, so one schema comes out.
//!
//! On ScyllaDB a keyspace whose tablets know no lightweight transactions refuses the lock; `cql/README.md`
//! tells what to do then.

use super::error::{not_understood, of_execution};
use super::migrate::MigrateError;
use super::patiently::patiently;
use crate::store::StoreError;
use futures_util::future::{Either, select};
use scylla::client::session::Session;
use scylla::serialize::row::SerializeRow;
use scylla::statement::unprepared::Statement;
use scylla::statement::{Consistency, SerialConsistency};
use scylla::value::{CqlValue, Row};
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a lock lives and how long to wait for another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockTimes {
    /// After so long without its holder it is free. The cluster counts whole seconds, and up to one less.
    pub expiry: Duration,
    /// So long another's lock is waited for.
    pub patience: Duration,
}

impl Default for LockTimes {
    /// A holder that died is waited for; one that lives and works on is not waited for without end.
    fn default() -> Self {
        Self { expiry: Duration::from_secs(30), patience: Duration::from_secs(120) }
    }
}

const BETWEEN_TRIES: Duration = Duration::from_millis(500);
const BETWEEN_REPORTS: Duration = Duration::from_secs(5);

/// One who wants the lock, or has it.
pub struct Lock<'session> {
    session: &'session Session,
    keyspace: &'session str,
    holder: String,
    times: LockTimes,
}

/// What came of a transaction: it was made, or somebody else holds the lock.
enum Outcome {
    Ours,
    HeldBy(String),
    Free,
}

impl<'session> Lock<'session> {
    /// Somebody new, who does not have it yet.
    pub fn new(session: &'session Session, keyspace: &'session str, times: LockTimes) -> Self {
        Self { session, keyspace, holder: identity(), times }
    }

    /// Who this is, for others to read.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// Waits for the lock, telling for whom.
    ///
    /// # Errors
    /// [`MigrateError::Held`] when the patience has ended, [`MigrateError::NoLock`] if nobody can have it.
    pub async fn acquire(&self, tell: impl Fn(String)) -> Result<(), MigrateError> {
        let start = Instant::now();
        let mut next_report = start;
        loop {
            let holder = match patiently(|| self.take("null")).await {
                Ok(Outcome::Ours) => return Ok(()),
                Ok(Outcome::HeldBy(holder)) => holder,
                Ok(Outcome::Free) => "nobody any more".to_owned(),
                // Those who ask at the same moment can make each other fail. Whether the lock was taken is
                // unknown then; the next try tells.
                Err(StoreError::TimedOut) => "somebody who asks at the same moment".to_owned(),
                Err(other) => return Err(MigrateError::NoLock(other)),
            };
            let waited = start.elapsed();
            if waited >= self.times.patience {
                return Err(MigrateError::Held { holder, waited });
            }
            if Instant::now() >= next_report {
                tell(format!("waiting for the lock, held by {holder} ({} s so far)", waited.as_secs()));
                next_report = Instant::now() + BETWEEN_REPORTS;
            }
            sleep(BETWEEN_TRIES).await;
        }
    }

    /// Does the work while renewing the lock, then lets go of it, whatever came of the work.
    ///
    /// # Errors
    /// The work's own, or [`MigrateError::LockLost`].
    pub async fn hold<T>(
        &self,
        work: impl Future<Output = Result<T, MigrateError>>,
    ) -> Result<T, MigrateError> {
        let result = match select(pin!(work), pin!(self.renew())).await {
            Either::Left((result, _)) => result,
            Either::Right((lost, _)) => Err(lost),
        };
        // One that is not let go expires.
        let _ = self.transact("DELETE FROM", "WHERE name = 'migrate' IF holder = ?", (&self.holder,)).await;
        result
    }

    /// Ends only when the lock is lost.
    async fn renew(&self) -> MigrateError {
        let mut renewed = Instant::now();
        loop {
            sleep(self.times.expiry / 4).await;
            let asked = Instant::now();
            match self.take(&format!("'{}'", self.holder)).await {
                Ok(Outcome::Ours) => renewed = asked,
                Ok(Outcome::HeldBy(_) | Outcome::Free) => return MigrateError::LockLost,
                Err(_) if renewed.elapsed() >= self.times.expiry => return MigrateError::LockLost,
                Err(_) => {}
            }
        }
    }

    /// Writes our name if this is there: our own name, or nothing.
    async fn take(&self, expected: &str) -> Result<Outcome, StoreError> {
        let expiry = i32::try_from(self.times.expiry.as_secs()).unwrap_or(i32::MAX);
        let rest = format!("USING TTL ? SET holder = ? WHERE name = 'migrate' IF holder = {expected}");
        self.transact("UPDATE", &rest, (expiry, &self.holder)).await
    }

    async fn transact(
        &self,
        verb: &str,
        rest: &str,
        values: impl SerializeRow,
    ) -> Result<Outcome, StoreError> {
        let mut statement = Statement::new(format!("{verb} {}.migration_lock {rest}", self.keyspace));
        statement.set_consistency(Consistency::Quorum);
        // Over all regions: LOCAL_SERIAL would give each region a lock of its own.
        statement.set_serial_consistency(Some(SerialConsistency::Serial));
        let result = self.session.query_unpaged(statement, values).await.map_err(of_execution)?;
        let rows = result.into_rows_result().map_err(not_understood)?;
        // Which columns come beside `[applied]` differs between Cassandra and ScyllaDB.
        let holder_at = rows.column_specs().get_by_name("holder").map(|(index, _)| index);
        let mut row = rows.single_row::<Row>().map_err(not_understood)?.columns;
        let holder = holder_at.and_then(|index| row[index].take());
        Ok(match (&row[0], holder) {
            (Some(CqlValue::Boolean(true)), _) => Outcome::Ours,
            (_, Some(CqlValue::Text(holder))) if holder == self.holder => Outcome::Ours,
            (_, Some(CqlValue::Text(holder))) => Outcome::HeldBy(holder),
            _ => Outcome::Free,
        })
    }
}

/// The host and the process, and a number, because in containers both are the same everywhere.
fn identity() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String =
        host.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '-' || *one == '.').collect();
    let host = if host.is_empty() { "unknown host" } else { &host };
    format!("{host}, process {} ({:08x})", std::process::id(), fastrand::u32(..))
}
