//! Whether the schema is the one that this program needs.
//!
//! A schema with migrations that the program does not know yet fits: migrations expand first and contract
//! only when no program needs the old shape any more, so an older program beside a newer schema goes on.

use super::catalogue::{self, ActualColumn};
use super::migrations::{COLUMNS, Column, MIGRATIONS, Migration};
use super::replication::Replication;
use crate::domain::Region;
use crate::store::{StoreError, Unready};
use crate::telemetry::Metrics;
use scylla::client::session::Session;
use scylla::statement::Consistency;
use std::collections::BTreeMap;

/// What is to be said of the schema. The texts are for operators and name what to run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaState {
    /// It is the one that is needed, or a newer one.
    #[error("the schema fits")]
    Fits,
    /// There is none.
    #[error(
        "there is no schema in the keyspace {keyspace}: run `jubilee migrate`; if it has nothing to do, this region's \
         replicas are new and hold nothing yet: run `nodetool rebuild` on them"
    )]
    Missing {
        /// Where it was looked for.
        keyspace: String,
    },
    /// Migrations are missing.
    #[error("the schema is at migration {has}, but {needs} is needed: run `jubilee migrate` of this version")]
    Older {
        /// The last migration that this program knows.
        needs: i32,
        /// The last one up to which all are applied.
        has: i32,
    },
    /// It is not what the migrations say.
    #[error(
        "the schema is not what migration {number} makes: {how}; if this program is the right version, fix the \
         schema by hand, or restore it; `jubilee migrate --dry-run` tells when it fits"
    )]
    Changed {
        /// The migration concerned.
        number: i32,
        /// What differs.
        how: String,
    },
    /// The region has no replicas.
    #[error(
        "the keyspace is replicated {replication}, with nothing in {datacenter}: check CLUSTER_DATACENTER, or add \
         the region to CLUSTER_REPLICATION and run `jubilee migrate --alter-replication`"
    )]
    RegionUnknown {
        /// The region that was asked for.
        datacenter: Region,
        /// The replication as it is.
        replication: String,
    },
}

impl SchemaState {
    /// Why the instance should get no traffic; nothing if the schema fits.
    ///
    /// # Errors
    /// [`Unready`] with a stable reason and the operator's sentence.
    pub fn into_ready(self) -> Result<(), Unready> {
        let reason = match self {
            Self::Fits => return Ok(()),
            Self::Missing { .. } => "schema_missing",
            Self::Older { .. } => "schema_older",
            Self::Changed { .. } => "schema_changed",
            Self::RegionUnknown { .. } => "region_unknown",
        };
        Err(Unready { reason, cause: self.to_string() })
    }
}

impl SchemaState {
    /// Tells the metrics how many migrations are on record, where that was read.
    pub(super) fn write_down(&self, metrics: &Metrics) {
        let set = |state, migrations: i32| {
            metrics.schema_migrations.with_label_values(&[state]).set(f64::from(migrations));
        };
        set("needed", last_number(MIGRATIONS.len()));
        match self {
            Self::Fits => set("applied", last_number(MIGRATIONS.len())),
            Self::Missing { .. } => set("applied", 0),
            Self::Older { has, .. } => set("applied", *has),
            // It may hold any number of them; that it is not what they make is said by readiness.
            Self::Changed { .. } | Self::RegionUnknown { .. } => {}
        }
    }
}

/// Looks at the schema, and whether the region has replicas, through any session with the cluster. What is
/// on record is read at the session's own consistency; nothing is changed.
///
/// # Errors
/// [`StoreError`] if the cluster does not answer.
pub async fn check(
    session: &Session,
    keyspace: &str,
    datacenter: &Region,
) -> Result<SchemaState, StoreError> {
    let missing = || SchemaState::Missing { keyspace: keyspace.to_owned() };
    let Some(found) = catalogue::keyspace(session, keyspace).await? else { return Ok(missing()) };
    if !found.replication.knows(datacenter) {
        return Ok(region_unknown(datacenter, &found.replication));
    }
    let records = catalogue::records(session, keyspace, Consistency::LocalQuorum).await?;
    let Some(records) = records else { return Ok(missing()) };
    let columns = catalogue::columns(session, keyspace).await?;
    Ok(judge(&records, &columns).unwrap_or_else(missing))
}

fn region_unknown(datacenter: &Region, replication: &Replication) -> SchemaState {
    SchemaState::RegionUnknown { datacenter: datacenter.clone(), replication: replication.to_string() }
}

/// The state, or `None` if nothing is on record.
pub(super) fn judge(records: &BTreeMap<i32, String>, columns: &[ActualColumn]) -> Option<SchemaState> {
    if records.is_empty() {
        return None;
    }
    let changed = |(number, how)| SchemaState::Changed { number, how };
    if let Some(fault) = changed_record(records) {
        return Some(changed(fault));
    }
    let needs = MIGRATIONS.len();
    let has = MIGRATIONS.iter().take_while(|migration| records.contains_key(&migration.number)).count();
    if let Some(fault) = changed_column(columns, last_number(has)) {
        return Some(changed(fault));
    }
    Some(match has {
        has if has == needs => SchemaState::Fits,
        has => SchemaState::Older { needs: last_number(needs), has: last_number(has) },
    })
}

fn last_number(count: usize) -> i32 {
    MIGRATIONS[..count].last().map_or(0, |migration| migration.number)
}

/// The first migration whose record does not say what this program would run.
pub(super) fn changed_record(records: &BTreeMap<i32, String>) -> Option<(i32, String)> {
    let differs = |migration: &&Migration| {
        records.get(&migration.number).is_some_and(|checksum| *checksum != migration.checksum())
    };
    MIGRATIONS.iter().find(differs).map(|migration| {
        let how = format!(
            "{} was applied with checksum {:?}, but has {:?} in this program",
            migration.title(),
            records[&migration.number],
            migration.checksum()
        );
        (migration.number, how)
    })
}

/// The first difference between the columns that the migrations up to a number make and the real ones.
pub(super) fn changed_column(columns: &[ActualColumn], up_to: i32) -> Option<(i32, String)> {
    let needed = || COLUMNS.iter().filter(|column| column.migration <= up_to);
    let is_key = |column: &&ActualColumn| column.kind == "partition_key" || column.kind == "clustering";
    let missing = needed().find_map(|needed| {
        let found = columns.iter().find(|found| found.table == needed.table && found.name == needed.name);
        let found = match found {
            Some(found) if found.kind == needed.kind && found.cql_type == needed.cql_type => return None,
            Some(found) => format!("is {} {}", found.kind, found.cql_type),
            None => "is not there".to_owned(),
        };
        let Column { migration, table, name, kind, cql_type } = needed;
        Some((*migration, format!("{table}.{name} {found}, but {kind} {cql_type} is needed")))
    });
    // More regular columns are what a newer migration adds; another key is another table.
    let more_keys = || {
        columns.iter().filter(is_key).find_map(|key| {
            let migration = needed().find(|needed| needed.table == key.table)?.migration;
            let wanted = needed().any(|needed| needed.table == key.table && needed.name == key.name);
            (!wanted).then(|| (migration, format!("{}.{} is part of the key", key.table, key.name)))
        })
    };
    missing.or_else(more_keys)
}
