//! Brings the schema to what this program needs.
//!
//! Every step may be run again, so a run that was interrupted anywhere is mended by the next one: what is
//! made is made `IF NOT EXISTS` under a fixed id, and a migration is on record only after all nodes that
//! can be reached agree on what it made.

mod error;
mod keyspace;
mod plan;

pub use error::MigrateError;
pub use plan::{PendingMigration, Plan};

use super::catalogue::{self, Keyspace};
use super::error::of_execution;
use super::lock::{Lock, LockTimes};
use super::migrations::{BOOKKEEPING, MIGRATIONS, Migration};
use super::patiently::patiently;
use super::replication::Replication;
use super::schema::{changed_column, changed_record};
use crate::config::ClusterSettings;
use keyspace::create_keyspace;
use scylla::client::session::Session;
use scylla::serialize::row::SerializeRow;
use scylla::statement::Consistency;
use scylla::statement::unprepared::Statement;
use std::time::Duration;

/// A statement that changes the schema is done only when this node has done it; tablets that move take long.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(120);

/// What is wanted beside the schema itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Only tell what would be done.
    pub dry_run: bool,
    /// Change the replication of a keyspace that is there.
    pub alter_replication: bool,
    /// How long a lock lives and how long to wait for another's.
    pub lock_times: LockTimes,
}

/// What the operator is told on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Something was done, or would be.
    Done(String),
    /// Something the operator should know or do.
    Notice(String),
}

/// Brings the schema of the keyspace to what this program needs, telling each step.
///
/// # Errors
/// [`MigrateError`]; it may be run again.
pub async fn migrate(
    session: &Session,
    settings: &ClusterSettings,
    options: Options,
    tell: &dyn Fn(Told),
) -> Result<(), MigrateError> {
    let run = Run { session, settings, options, tell };
    let (before, wanted) = run.look().await?;
    let alters = run.look_at_replication(before.as_ref(), &wanted);
    if options.dry_run {
        let plan = run.plan(before.as_ref(), alters, &wanted).await?;
        plan.lines().into_iter().for_each(|line| run.done(line));
        return Ok(());
    }
    if before.is_none() {
        let keyspace = &settings.keyspace;
        run.change(&create_keyspace(keyspace, &wanted)).await?;
        run.done(format!("created the keyspace {keyspace}, replicated {wanted}"));
    } else if run.pending().await?.is_some_and(|pending| pending.is_empty()) && !alters {
        run.check_columns().await?;
        run.done("nothing to do".to_owned());
        return Ok(());
    }
    for statement in BOOKKEEPING.statements(&settings.keyspace) {
        run.change(&statement).await?;
    }
    let lock = Lock::new(session, &settings.keyspace, options.lock_times);
    lock.acquire(|waiting| tell(Told::Notice(waiting))).await?;
    lock.hold(async {
        run.apply_pending(lock.holder()).await?;
        run.check_columns().await?;
        // Last: the lock's own row and the records are not on new replicas before they are repaired.
        match before {
            Some(before) if alters => run.alter_replication(&before, &wanted).await,
            _ => Ok(()),
        }
    })
    .await
}

/// What [`migrate`] would do, for programs; it changes nothing.
///
/// # Errors
/// As [`migrate`].
pub async fn plan(
    session: &Session,
    settings: &ClusterSettings,
    options: Options,
    tell: &dyn Fn(Told),
) -> Result<Plan, MigrateError> {
    let run = Run { session, settings, options, tell };
    let (before, wanted) = run.look().await?;
    let alters = run.look_at_replication(before.as_ref(), &wanted);
    run.plan(before.as_ref(), alters, &wanted).await
}

struct Run<'run> {
    session: &'run Session,
    settings: &'run ClusterSettings,
    options: Options,
    tell: &'run dyn Fn(Told),
}

impl Run<'_> {
    fn done(&self, text: String) {
        (self.tell)(Told::Done(text));
    }

    fn notice(&self, text: String) {
        (self.tell)(Told::Notice(text));
    }

    /// The keyspace as it is, and the replication that is wanted.
    async fn look(&self) -> Result<(Option<Keyspace>, Replication), MigrateError> {
        self.check_regions()?;
        self.agreement().await?;
        let before = patiently(|| catalogue::keyspace(self.session, &self.settings.keyspace)).await?;
        Ok((before, Replication::wanted(&self.settings.replication)))
    }

    /// The migrations that are not on record; `None` if there are no records yet.
    async fn pending(&self) -> Result<Option<Vec<&'static Migration>>, MigrateError> {
        let keyspace = &self.settings.keyspace;
        // At a quorum of all regions, as they are written: who has the lock sees what its last holder did.
        let records = patiently(|| catalogue::records(self.session, keyspace, Consistency::Quorum)).await?;
        let Some(records) = records else { return Ok(None) };
        if let Some((number, how)) = changed_record(&records) {
            return Err(MigrateError::Changed { number, how });
        }
        let pending = |migration: &&Migration| !records.contains_key(&migration.number);
        Ok(Some(MIGRATIONS.iter().filter(pending).collect()))
    }

    async fn apply_pending(&self, holder: &str) -> Result<(), MigrateError> {
        let keyspace = &self.settings.keyspace;
        for migration in self.pending().await?.unwrap_or_else(every_migration) {
            for statement in migration.statements(keyspace) {
                self.change(&statement).await?;
            }
            let text = format!(
                "INSERT INTO {keyspace}.migrations (number, name, checksum, applied_at, applied_by) \
                 VALUES (?, ?, ?, toTimestamp(now()), ?)"
            );
            let mut record = Statement::new(text);
            record.set_consistency(Consistency::Quorum);
            self.execute(&record, (migration.number, migration.name, migration.checksum(), holder)).await?;
            self.done(format!("applied {}", migration.title()));
        }
        Ok(())
    }

    async fn check_columns(&self) -> Result<(), MigrateError> {
        let keyspace = &self.settings.keyspace;
        let columns = patiently(|| catalogue::columns(self.session, keyspace)).await?;
        match changed_column(&columns, i32::MAX) {
            Some((number, how)) => Err(MigrateError::Changed { number, how }),
            None => Ok(()),
        }
    }

    /// Runs a statement that changes the schema, and waits until all nodes know.
    async fn change(&self, text: &str) -> Result<(), MigrateError> {
        let mut statement = Statement::new(text);
        statement.set_request_timeout(Some(STATEMENT_TIMEOUT));
        self.execute(&statement, ()).await?;
        self.agreement().await
    }

    async fn execute(&self, statement: &Statement, values: impl SerializeRow) -> Result<(), MigrateError> {
        let values = &values;
        let execute = || async move {
            self.session.query_unpaged(statement.clone(), values).await.map(drop).map_err(of_execution)
        };
        patiently(execute)
            .await
            .map_err(|cause| MigrateError::Refused { statement: statement.contents.clone(), cause })
    }

    /// Also asked for where a statement changed nothing: somebody else may just have made what it would.
    async fn agreement(&self) -> Result<(), MigrateError> {
        let agreed = self.session.await_schema_agreement().await;
        agreed.map(|_| ()).map_err(|error| MigrateError::Disagreement(error.to_string()))
    }
}

fn every_migration() -> Vec<&'static Migration> {
    MIGRATIONS.iter().collect()
}
