//! Where the embedded file lies, and what its errors mean.

use super::write_back::write_back;
use crate::store::StoreError;
use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, StorageBackend, StorageError};
use std::fs;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

const FILE_NAME: &str = "birthdays.redb";
/// Lies beside the file from a failed sync until the file has been written back.
const DISTRUST_NAME: &str = "birthdays.redb.distrusted";
/// How much of the file redb keeps in memory, at most: all of ten million users. What is beyond costs
/// a read from the page cache.
const CACHE_BYTES: usize = 512 << 20;

/// Something that a database can be opened on, again and again.
pub trait Medium: Send + Sync {
    /// Opens the database, and makes it if there is none.
    ///
    /// # Errors
    /// As [`super::Engine::open`].
    fn open(&self) -> Result<Database, StoreError>;

    /// Remembers, even over a restart of the process, that a sync has failed: the next opening writes
    /// back what it finds before it trusts it.
    fn distrust(&self);

    /// What an operator knows it by, for error texts.
    fn name(&self) -> String;
}

/// A folder with the file in it.
#[derive(Debug)]
pub struct DataDir {
    folder: PathBuf,
    /// The same as the file of that name, for a folder in which no file can be made.
    distrusted: AtomicBool,
}

impl DataDir {
    /// The folder, there or yet to be made.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), distrusted: AtomicBool::new(false) }
    }

    /// The path of the file.
    pub fn file(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// Writes the file back if a sync of it has failed.
    fn regain_trust(&self) -> Result<(), StoreError> {
        let mark = self.folder.join(DISTRUST_NAME);
        if !self.distrusted.load(Ordering::Acquire) && !mark.exists() {
            return Ok(());
        }
        let file = fs::OpenOptions::new().read(true).write(true).open(self.file());
        let backend = FileBackend::new(file.map_err(|error| self.io_error(&error))?)
            .map_err(|error| self.database_error(error))?;
        if !backend
            .try_lock_range(Bound::Unbounded, Bound::Unbounded)
            .map_err(|error| self.io_error(&error.into()))?
        {
            return Err(self.database_error(DatabaseError::DatabaseAlreadyOpen));
        }
        write_back(&backend).map_err(|error| self.io_error(&error))?;
        self.distrusted.store(false, Ordering::Release);
        match fs::remove_file(mark) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.io_error(&error)),
            _ => Ok(()),
        }
    }

    /// Makes an empty database beside its final name and gives it that name only when it is whole:
    /// a crash half-way leaves no file that looks like a damaged one.
    fn create(&self) -> Result<(), StoreError> {
        // The name is new each time. A crash may leave a file under the old one, even as a second name
        // of a whole database that has since been moved away; it must not be written again.
        let unfinished = self.folder.join(format!("{FILE_NAME}.{:016x}.new", fastrand::u64(..)));
        let made = self.create_at(&unfinished);
        // A leftover is only litter, so a failure to remove it is none of the caller's.
        let _ = fs::remove_file(&unfinished);
        made
    }

    fn create_at(&self, unfinished: &Path) -> Result<(), StoreError> {
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(unfinished)
            .map_err(|error| self.io_error(&error))?;
        drop(Builder::new().create_file(file).map_err(|error| self.database_error(error))?);
        // Unlike a rename, a link never replaces a file that another process has made meanwhile.
        match fs::hard_link(unfinished, self.file()) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(self.io_error(&error)),
            _ => Ok(()),
        }
    }

    /// Makes the file's name as durable as what will be in it. Each start does so, for the one that
    /// made the file may have been killed before it did.
    fn sync_names(&self) -> Result<(), StoreError> {
        let sync = |folder: &Path| fs::File::open(folder).and_then(|folder| folder.sync_all());
        if let Some(parent) = self.folder.canonicalize().ok().as_deref().and_then(Path::parent) {
            // Not everybody may read the folder above, and whoever may not has not made ours in it.
            let _ = sync(parent);
        }
        sync(&self.folder).map_err(|error| self.io_error(&error))
    }

    fn io_error(&self, error: &io::Error) -> StoreError {
        StoreError::Unavailable(format!("{}: {error}{}", self.file().display(), hint(error.kind())))
    }

    fn database_error(&self, error: DatabaseError) -> StoreError {
        let file = self.file();
        let file = file.display();
        let corrupt = |reason: String| {
            StoreError::Corrupt(format!(
                "{file} is damaged or not a file of Jubilee ({reason}); nothing was changed: move it away, \
                 or put a backup in its place"
            ))
        };
        match error {
            DatabaseError::DatabaseAlreadyOpen => StoreError::Unavailable(format!(
                "{file} is held by another process; stop that one (for import and export: the server), or set \
                 JUBILEE_DATA_DIR"
            )),
            DatabaseError::Storage(StorageError::Io(error))
                if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) =>
            {
                corrupt(error.to_string())
            }
            DatabaseError::Storage(StorageError::Io(error)) => self.io_error(&error),
            other => corrupt(other.to_string()),
        }
    }
}

impl Medium for DataDir {
    fn open(&self) -> Result<Database, StoreError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|error| self.io_error(&error))?;
        if !self.file().try_exists().map_err(|error| self.io_error(&error))? {
            self.create()?;
        }
        self.sync_names()?;
        self.regain_trust()?;
        Builder::new()
            .set_cache_size(CACHE_BYTES)
            .open(self.file())
            .map_err(|error| self.database_error(error))
    }

    fn distrust(&self) {
        self.distrusted.store(true, Ordering::Release);
        // Only the process may restart before the next opening: after a loss of power what is read is
        // what the disk holds. So this needs no sync, and where it fails the field above remembers.
        let _ = fs::File::create(self.folder.join(DISTRUST_NAME));
    }

    fn name(&self) -> String {
        self.file().display().to_string()
    }
}

/// What to do about it.
fn hint(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PermissionDenied => "; let this user write there, or set JUBILEE_DATA_DIR",
        ErrorKind::ReadOnlyFilesystem => "; the disk is read-only: remount it, or set JUBILEE_DATA_DIR",
        ErrorKind::StorageFull => "; the disk is full: make room",
        _ => "",
    }
}

/// What an error of an open database means.
pub(super) fn storage_error(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Corrupted(reason) => StoreError::Corrupt(reason),
        redb::Error::Io(error) => StoreError::Unavailable(format!("{error}{}", hint(error.kind()))),
        other => StoreError::Unavailable(other.to_string()),
    }
}
