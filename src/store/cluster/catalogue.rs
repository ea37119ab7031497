//! What the cluster says of itself: how the keyspace is replicated, which columns its tables have, which
//! migrations are on record.

use super::error::{not_understood, of_execution};
use super::replication::Replication;
use crate::store::StoreError;
use scylla::client::session::Session;
use scylla::errors::{DbError, ExecutionError, RequestAttemptError};
use scylla::response::query_result::{QueryResult, QueryRowsResult};
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

/// The migrations on record and their checksums; `None` if there are no records.
pub(super) async fn records(
    session: &Session,
    keyspace: &str,
    consistency: Consistency,
) -> Result<Option<BTreeMap<i32, String>>, StoreError> {
    let columns = columns(session, keyspace).await?;
    if !columns.iter().any(|column| column.table == "migrations") {
        return Ok(None);
    }
    let text = format!("SELECT number, checksum FROM {keyspace}.migrations");
    let result = match ask(session, &text, consistency, ()).await {
        // Somebody makes the table now: the catalogue tells of it a moment before it can be used.
        Err(ExecutionError::LastAttemptError(RequestAttemptError::DbError(DbError::Invalid, _))) => {
            return Ok(None);
        }
        result => result.map_err(of_execution)?,
    };
    let rows = result.into_rows_result().map_err(not_understood)?;
    let rows = rows.rows::<(i32, Option<String>)>().map_err(not_understood)?;
    rows.map(|row| row.map(|(number, checksum)| (number, checksum.unwrap_or_default())))
        .collect::<Result<_, _>>()
        .map(Some)
        .map_err(not_understood)
}

async fn select(
    session: &Session,
    text: &str,
    consistency: Consistency,
    values: impl SerializeRow,
) -> Result<QueryRowsResult, StoreError> {
    let result = ask(session, text, consistency, values).await.map_err(of_execution)?;
    result.into_rows_result().map_err(not_understood)
}

async fn ask(
    session: &Session,
    text: &str,
    consistency: Consistency,
    values: impl SerializeRow,
) -> Result<QueryResult, ExecutionError> {
    let mut statement = Statement::new(text);
    statement.set_consistency(consistency);
    statement.set_is_idempotent(true);
    session.query_unpaged(statement, values).await
}
