//! What keeps birthdays: one trait, its errors, and the engines behind it.

pub mod cluster;
pub mod embedded;
mod error;

pub use error::StoreError;

use crate::domain::{Cell, Region, SyncToken, Username, Version};
use std::pin::Pin;
use std::time::Instant;

/// What a store's methods return: work that borrows nothing and may run on any thread.
pub type StoreFuture<T> = Pin<Box<dyn Future<Output = Result<Answer<T>, StoreError>> + Send>>;

/// What a store answered, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// The region whose quorum gave it; `None` from a store that knows no regions.
    pub region: Option<Region>,
    /// Whether this region could not satisfy the request's sync token, and others were asked.
    pub escalated: bool,
}

impl<T> Answer<T> {
    /// An answer of a store that knows no regions.
    pub const fn here(value: T) -> Self {
        Self { value, region: None, escalated: false }
    }

    /// The same answer, said differently.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { value: change(self.value), region: self.region, escalated: self.escalated }
    }
}

/// What became of a write that is now durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The cell stands.
    Stands,
    /// A greater cell was there and still stands; this is its version. A store that cannot tell
    /// answers [`Written::Stands`].
    Outranked(Version),
}

/// Why an instance should get no traffic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {cause}")]
pub struct Unready {
    /// One of few words, shown to everybody.
    pub reason: &'static str,
    /// What happened, for operators only.
    pub cause: String,
}

impl From<StoreError> for Unready {
    fn from(error: StoreError) -> Self {
        Self { reason: error.outcome(), cause: error.to_string() }
    }
}

/// Keeps one [`Cell`] a user. The greatest cell wins, in whatever order writes arrive.
pub trait Store: Send + Sync {
    /// The cell of a user, or `None` if there is none or only a mark that has expired.
    ///
    /// Never answers with something older than the token says its holder has seen. Whatever it tries
    /// ends by the deadline.
    ///
    /// # Errors
    /// [`StoreError::Behind`] if nothing new enough can be had; [`StoreError`] otherwise.
    fn read(
        &self,
        username: &Username,
        at_least: Option<&SyncToken>,
        deadline: Instant,
    ) -> StoreFuture<Option<Cell>>;

    /// Whether a read is done when its future is first looked at, as one that waits for nobody is.
    fn reads_at_once(&self) -> bool {
        false
    }

    /// Writes a cell durably, unless a greater one stands. Whatever it tries ends by the deadline.
    ///
    /// # Errors
    /// [`StoreError`]; the write may have been made all the same.
    fn write(&self, username: &Username, cell: Cell, deadline: Instant) -> StoreFuture<Written>;

    /// Whether this instance should get traffic, as far as its store goes. Cheap, and asked of the real
    /// thing.
    ///
    /// # Errors
    /// [`Unready`] with the reason.
    fn check(&self) -> Result<(), Unready>;

    /// Lets go of files, threads and connections. Blocks until that is done; nothing is asked after.
    fn close(&self) {}
}
