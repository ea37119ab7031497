//! What keeps birthdays: one trait, its errors, and the engines behind it.

pub mod embedded;
mod error;

pub use error::StoreError;

use crate::domain::{Cell, SyncToken, Username, Version};
use std::pin::Pin;

/// What a store's methods return: work that borrows nothing and may run on any thread.
pub type StoreFuture<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

/// What became of a write that is now durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The cell stands.
    Stands,
    /// A greater cell was there and still stands; this is its version. A store that cannot tell
    /// answers [`Written::Stands`].
    Outranked(Version),
}

/// Keeps one [`Cell`] a user. The greatest cell wins, in whatever order writes arrive.
pub trait Store: Send + Sync {
    /// The cell of a user, or `None` if there is none or only a mark that has expired.
    ///
    /// Never answers with something older than the token says its holder has seen.
    ///
    /// # Errors
    /// [`StoreError::Behind`] if nothing new enough can be had; [`StoreError`] otherwise.
    fn read(&self, username: &Username, at_least: Option<&SyncToken>) -> StoreFuture<Option<Cell>>;

    /// Writes a cell durably, unless a greater one stands.
    ///
    /// # Errors
    /// [`StoreError`]; the write may have been made all the same.
    fn write(&self, username: &Username, cell: Cell) -> StoreFuture<Written>;

    /// Whether this store can be used right now. Cheap, and asked of the real thing.
    ///
    /// # Errors
    /// [`StoreError`] with the reason.
    fn check(&self) -> Result<(), StoreError>;

    /// Lets go of files, threads and connections. Blocks until that is done; nothing is asked after.
    fn close(&self) {}
}
