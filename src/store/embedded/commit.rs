//! One transaction for a group of writes.

use super::Write;
use super::medium::storage_error;
use super::row::Row;
use super::tables::{LAST_VERSION_KEY, MARKS, META, ROWS};
use crate::domain::{Cell, Timestamp, Value, Version};
use crate::store::{StoreError, Written};
use redb::{Database, ReadableTable, Table};

/// How many expired marks a commit takes away, so that no commit becomes long.
const PURGED_A_COMMIT: usize = 256;

type Rows<'transaction> = Table<'transaction, &'static [u8], Row>;
type Marks<'transaction> = Table<'transaction, (u64, &'static [u8]), ()>;

/// Makes the group durable and `newest` the last version; tells what became of each write.
pub(super) fn commit_group(
    database: &Database,
    group: &[Write],
    newest: Version,
    now: Timestamp,
) -> Result<Vec<Written>, StoreError> {
    let transaction = database.begin_write().map_err(storage_error)?;
    let written = {
        let mut rows = transaction.open_table(ROWS).map_err(storage_error)?;
        let mut marks = transaction.open_table(MARKS).map_err(storage_error)?;
        let mut meta = transaction.open_table(META).map_err(storage_error)?;
        let written = group
            .iter()
            .map(|write| put(&mut rows, &mut marks, write, now))
            .collect::<Result<Vec<_>, _>>()?;
        purge(&mut rows, &mut marks, now)?;
        meta.insert(LAST_VERSION_KEY, newest.micros()).map_err(storage_error)?;
        written
    };
    transaction.commit().map_err(storage_error)?;
    Ok(written)
}

fn put(
    rows: &mut Rows<'_>,
    marks: &mut Marks<'_>,
    write: &Write,
    now: Timestamp,
) -> Result<Written, StoreError> {
    let username = write.username.as_str().as_bytes();
    // Insert first and look at what was there: one way down the tree instead of two.
    let before = rows
        .insert(username, Row::encode(write.cell))
        .map_err(storage_error)?
        .map(|row| row.value().decode())
        .transpose()?;
    match before {
        Some(before) if before > write.cell && !before.is_expired_mark(now) => {
            rows.insert(username, Row::encode(before)).map_err(storage_error)?;
            Ok(Written::Outranked(before.version))
        }
        _ => {
            if write.cell.value == Value::Forgotten {
                marks.insert((write.cell.version.micros(), username), ()).map_err(storage_error)?;
            }
            Ok(Written::Stands)
        }
    }
}

/// Takes away the oldest marks that have expired, and their rows unless something newer stands there.
fn purge(rows: &mut Rows<'_>, marks: &mut Marks<'_>, now: Timestamp) -> Result<(), StoreError> {
    for _ in 0..PURGED_A_COMMIT {
        let Some(entry) = marks.first().map_err(storage_error)? else { break };
        let (version, username) = entry.0.value();
        let mark = Cell { version: Version::from_micros(version), value: Value::Forgotten };
        if !mark.is_expired_mark(now) {
            break;
        }
        let username = username.to_owned();
        drop(entry);
        let standing = rows
            .get(username.as_slice())
            .map_err(storage_error)?
            .map(|row| row.value().decode())
            .transpose()?;
        if standing == Some(mark) {
            rows.remove(username.as_slice()).map_err(storage_error)?;
        }
        marks.remove((version, username.as_slice())).map_err(storage_error)?;
    }
    Ok(())
}
