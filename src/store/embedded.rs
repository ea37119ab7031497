//! The embedded engine: one redb file, many readers, one writer that commits groups of writes.
//!
//! Reads go to a snapshot that the last commit left behind, so that a read opens no transaction.
//! The engine is synchronous; [`crate::actors`] gives it its one writer and makes a
//! [`crate::store::Store`] of it.

mod commit;
mod medium;
mod row;
mod tables;
mod write_back;

pub use medium::{DataDir, Medium};
pub use write_back::write_back;

use super::{StoreError, Written};
use crate::domain::{Cell, SyncToken, Username, Value, Version, WallClock};
use commit::commit_group;
use medium::storage_error;
use redb::{Database, ReadOnlyTable, ReadableDatabase, ReadableTable};
use row::Row;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tables::{MARKS, prepare, snapshot};

/// A write that waits for its commit.
#[derive(Clone, Debug)]
pub struct Write {
    /// Whose cell it is.
    pub username: Username,
    /// What to write.
    pub cell: Cell,
}

/// The open file and what the last commit left to read. Fields are dropped in this order.
struct Open {
    snapshot: ReadOnlyTable<&'static [u8], Row>,
    database: Database,
}

/// The embedded store's file.
pub struct Engine {
    medium: Box<dyn Medium>,
    clock: Arc<dyn WallClock>,
    open: RwLock<Option<Open>>,
    last_version: AtomicU64,
    /// Whether a read has failed since the file was opened: redb then answers what it happens to have
    /// in memory and nothing else, until the file is opened again.
    read_failed: AtomicBool,
}

impl Engine {
    /// Opens the file on the medium, and makes it if there is none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot be used now, [`StoreError::Corrupt`] if it is not a
    /// file of ours or damaged; the text says what to do.
    pub fn open(medium: impl Medium + 'static, clock: Arc<dyn WallClock>) -> Result<Self, StoreError> {
        let engine = Self {
            medium: Box::new(medium),
            clock,
            open: RwLock::new(None),
            last_version: AtomicU64::new(0),
            read_failed: AtomicBool::new(false),
        };
        let open = engine.open_medium()?;
        *engine.open.write().unwrap_or_else(PoisonError::into_inner) = Some(open);
        Ok(engine)
    }

    /// The cell of a user in what the last commit left behind.
    ///
    /// # Errors
    /// [`StoreError::Behind`] if the token names a version that this file never held.
    pub fn read(
        &self,
        username: &Username,
        at_least: Option<&SyncToken>,
    ) -> Result<Option<Cell>, StoreError> {
        if at_least.is_some_and(|token| token.version > self.last_version()) {
            return Err(StoreError::Behind);
        }
        let cell = self.with_open(|open| {
            let row = open.snapshot.get(username.as_str().as_bytes()).map_err(|error| {
                self.read_failed.store(true, Ordering::Release);
                storage_error(error)
            })?;
            row.map(|row| row.value().decode()).transpose()
        })?;
        Ok(cell.filter(|cell| {
            !matches!(cell.value, Value::Forgotten) || !cell.is_expired_mark(self.clock.now())
        }))
    }

    /// Makes a group of writes durable in one transaction, and tells what became of each.
    ///
    /// # Errors
    /// [`StoreError`]: none of the group is acknowledged, any of it may have been made. After
    /// [`StoreError::Unavailable`] the file needs [`Engine::reopen`].
    pub fn commit(&self, group: &[Write]) -> Result<Vec<Written>, StoreError> {
        let newest = group.iter().map(|write| write.cell.version).max().unwrap_or(Version::from_micros(0));
        let newest = newest.max(self.last_version());
        let (written, snapshot) = self
            .with_open(|open| {
                let written = commit_group(&open.database, group, newest, self.clock.now())?;
                Ok((written, snapshot(&open.database)?))
            })
            .map_err(|error| {
                self.medium.distrust();
                self.named(error)
            })?;
        if let Some(open) = self.open.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            open.snapshot = snapshot;
        }
        self.last_version.store(newest.micros(), Ordering::Release);
        Ok(written)
    }

    /// Closes the file and opens it again, as an I/O error asks for; proves with an empty durable
    /// commit that it can be written.
    ///
    /// # Errors
    /// As [`Engine::open`]; the file stays closed then, and reads fail until a later call succeeds.
    pub fn reopen(&self) -> Result<(), StoreError> {
        // The old handle holds the file's lock: it goes before the new one comes.
        self.close();
        // Opening may have to check the whole file. Readers are told so meanwhile; they do not wait.
        let open = self.open_medium()?;
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(open);
        self.read_failed.store(false, Ordering::Release);
        self.commit(&[]).map(|_| ())
    }

    /// Lets go of the file. Whatever is asked after that is answered [`StoreError::Unavailable`].
    pub fn close(&self) {
        let open = self.open.write().unwrap_or_else(PoisonError::into_inner).take();
        drop(open);
    }

    /// Whether the file is open and can be read.
    ///
    /// # Errors
    /// [`StoreError`] with the reason.
    pub fn check(&self) -> Result<(), StoreError> {
        if self.read_failed.load(Ordering::Acquire) {
            return Err(self.named(StoreError::Unavailable("it could not be read".into())));
        }
        self.with_open(|open| open.snapshot.get(&b""[..]).map(|_| ()).map_err(storage_error))
    }

    /// Whether the marks of old deletions wait to be taken away, which any commit does.
    pub fn has_expired_marks(&self) -> bool {
        let oldest = self.with_open(|open| {
            let reading = open.database.begin_read().map_err(storage_error)?;
            let marks = reading.open_table(MARKS).map_err(storage_error)?;
            let first = marks.first().map_err(storage_error)?;
            Ok(first.map(|(key, _)| Version::from_micros(key.value().0)))
        });
        oldest.is_ok_and(|oldest| oldest.is_some_and(|version| self.is_expired(version)))
    }

    fn is_expired(&self, marked: Version) -> bool {
        Cell { version: marked, value: Value::Forgotten }.is_expired_mark(self.clock.now())
    }

    /// Calls `visit` with each birthday, in the order of the usernames, as of one moment.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read; otherwise whatever `visit` fails with.
    pub fn for_each<E: From<StoreError>>(
        &self,
        mut visit: impl FnMut(&str, Cell) -> Result<(), E>,
    ) -> Result<(), E> {
        let rows = self.with_open(|open| open.snapshot.range::<&[u8]>(..).map_err(storage_error))?;
        for entry in rows {
            let (username, row) = entry.map_err(storage_error)?;
            let cell = row.value().decode()?;
            if cell.value != Value::Forgotten {
                let username = str::from_utf8(username.value())
                    .map_err(|_| StoreError::Corrupt("a row's username is not UTF-8".into()))?;
                visit(username, cell)?;
            }
        }
        Ok(())
    }

    fn last_version(&self) -> Version {
        Version::from_micros(self.last_version.load(Ordering::Acquire))
    }

    fn with_open<T>(&self, work: impl FnOnce(&Open) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        work(open.as_ref().ok_or_else(|| StoreError::Unavailable("its file is closed".into()))?)
    }

    fn open_medium(&self) -> Result<Open, StoreError> {
        let database = self.medium.open()?;
        let (last_version, snapshot) = prepare(&database)
            .and_then(|last_version| Ok((last_version, snapshot(&database)?)))
            .map_err(|error| self.named(error))?;
        self.last_version.fetch_max(last_version, Ordering::AcqRel);
        Ok(Open { snapshot, database })
    }

    /// The error with the name of the file, for whoever has to mend it.
    fn named(&self, error: StoreError) -> StoreError {
        let name = self.medium.name();
        match error {
            StoreError::Unavailable(reason) => StoreError::Unavailable(format!("{name}: {reason}")),
            StoreError::Corrupt(reason) => StoreError::Corrupt(format!("{name}: {reason}")),
            other => other,
        }
    }
}
