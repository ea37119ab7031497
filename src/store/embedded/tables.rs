//! The tables of the file, and whether a file is one of ours.

use super::medium::storage_error;
use super::row::Row;
use crate::store::StoreError;
use redb::{Database, ReadOnlyTable, ReadTransaction, ReadableDatabase, TableDefinition, TableError};

/// Usernames are kept as bytes: redb would check at each comparison on the way to a row that a text
/// is UTF-8. The order is the same.
pub(super) const ROWS: TableDefinition<&[u8], Row> = TableDefinition::new("birthdays");
/// The marks of deletions by the version they were written with, so that old ones are found first.
pub(super) const MARKS: TableDefinition<(u64, &[u8]), ()> = TableDefinition::new("marks");
pub(super) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
pub(super) const LAST_VERSION_KEY: &str = "last_version";
const FORMAT_KEY: &str = "format";
const FORMAT: u64 = 1;

/// Makes the tables of a new file, checks the format of an old one; gives its last version.
pub(super) fn prepare(database: &Database) -> Result<u64, StoreError> {
    let reading = database.begin_read().map_err(storage_error)?;
    match reading.open_table(META) {
        Ok(meta) => {
            let number = |key| Ok(meta.get(key).map_err(storage_error)?.map(|value| value.value()));
            match number(FORMAT_KEY)? {
                Some(FORMAT) => number(LAST_VERSION_KEY).map(Option::unwrap_or_default),
                Some(other) => Err(StoreError::Corrupt(format!(
                    "its format is {other} and this program reads format {FORMAT}; was it written by a newer one?"
                ))),
                None => Err(foreign()),
            }
        }
        Err(TableError::TableDoesNotExist(_)) => {
            if !is_empty(&reading)? {
                return Err(foreign());
            }
            let transaction = database.begin_write().map_err(storage_error)?;
            transaction.open_table(ROWS).map_err(storage_error)?;
            transaction.open_table(MARKS).map_err(storage_error)?;
            transaction
                .open_table(META)
                .map_err(storage_error)?
                .insert(FORMAT_KEY, FORMAT)
                .map_err(storage_error)?;
            transaction.commit().map_err(storage_error)?;
            Ok(0)
        }
        Err(TableError::Storage(error)) => Err(storage_error(error)),
        Err(_) => Err(foreign()),
    }
}

/// Whether nobody has made a table in it yet, as after a crash between making the file and its tables.
fn is_empty(reading: &ReadTransaction) -> Result<bool, StoreError> {
    let tables = reading.list_tables().map_err(storage_error)?.count();
    let multimap_tables = reading.list_multimap_tables().map_err(storage_error)?.count();
    Ok(tables + multimap_tables == 0)
}

fn foreign() -> StoreError {
    StoreError::Corrupt(
        "it is a redb database of another program; nothing was changed: move it away, or set JUBILEE_DATA_DIR".into(),
    )
}

/// What the last commit left to read.
pub(super) fn snapshot(database: &Database) -> Result<ReadOnlyTable<&'static [u8], Row>, StoreError> {
    let reading = database.begin_read().map_err(storage_error)?;
    reading.open_table(ROWS).map_err(storage_error)
}
