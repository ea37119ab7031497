//! What the cluster says of itself: how the keyspace is replicated, which columns its tables have, which
//! migrations are on record.

use super::replication::Replication;
use crate::store::StoreError;
use scylla::client::session::Session;
use scylla::errors::{DbError, ExecutionError, RequestAttemptError};
use scylla::response::query_result::QueryRowsResult;
use scylla::serialize::row::SerializeRow;
use scylla::statement::Consistency;
use scylla::statement::unprepared::Statement;
use std::collections::BTreeMap;

/// The keyspace as it is.
#[derive(Clone, Debug)]
pub(super) struct Keyspace {
    pub(super) replication: Replication,
    pub(super) durable_writes: bool,
}

/// A column as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActualColumn {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) cql_type: String,
}

/// The keyspace, or `None` if there is none.
pub(super) async fn keyspace(session: &Session, name: &str) -> Result<Option<Keyspace>, StoreError> {
    let text = "SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?";
    let rows = select(session, text, Consistency::One, (name,)).await?;
    let row = rows.maybe_first_row::<(BTreeMap<String, String>, bool)>().map_err(not_understood)?;
    Ok(row.map(|(options, durable_writes)| Keyspace {
        replication: Replication::from_options(options),
        durable_writes,
    }))
}

/// All columns of all tables of a keyspace.
pub(super) async fn columns(session: &Session, keyspace: &str) -> Result<Vec<ActualColumn>, StoreError> {
    let text =
        "SELECT table_name, column_name, kind, type FROM system_schema.columns WHERE keyspace_name = ?";
    let rows = select(session, text, Consistency::One, (keyspace,)).await?;
    let rows = rows.rows::<(String, String, String, String)>().map_err(not_understood)?;
    rows.map(|row| {
        let (table, name, kind, cql_type) = row.map_err(not_understood)?;
        Ok(ActualColumn { table, name, kind, cql_type })
    })
    .collect()
}

/// The migrations on record and their checksums.
pub(super) async fn records(
    session: &Session,
    keyspace: &str,
    consistency: Consistency,
) -> Result<BTreeMap<i32, String>, StoreError> {
    let text = format!("SELECT number, checksum FROM {keyspace}.migrations");
    let rows = select(session, &text, consistency, ()).await?;
    let rows = rows.rows::<(i32, Option<String>)>().map_err(not_understood)?;
    rows.map(|row| row.map(|(number, checksum)| (number, checksum.unwrap_or_default())))
        .collect::<Result<_, _>>()
        .map_err(not_understood)
}

async fn select(
    session: &Session,
    text: &str,
    consistency: Consistency,
    values: impl SerializeRow,
) -> Result<QueryRowsResult, StoreError> {
    let mut statement = Statement::new(text);
    statement.set_consistency(consistency);
    statement.set_is_idempotent(true);
    let result = session.query_unpaged(statement, values).await.map_err(not_answered)?;
    result.into_rows_result().map_err(not_understood)
}

pub(super) fn not_answered(error: ExecutionError) -> StoreError {
    match error {
        ExecutionError::RequestTimeout(_)
        | ExecutionError::LastAttemptError(RequestAttemptError::DbError(
            DbError::WriteTimeout { .. } | DbError::ReadTimeout { .. },
            _,
        )) => StoreError::TimedOut,
        other => StoreError::Unavailable(other.to_string()),
    }
}

pub(super) fn not_understood(error: impl std::error::Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
