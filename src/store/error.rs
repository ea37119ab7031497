//! What can go wrong in a store.

/// Why a store did not answer. The texts are for operators; callers see a problem's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached or used now; later it may.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// It did not answer in time.
    #[error("the store did not answer in time")]
    TimedOut,
    /// It has more to do than it can.
    #[error("the store is overloaded")]
    Overloaded,
    /// What is stored cannot be understood.
    #[error("the store is corrupt: {0}")]
    Corrupt(String),
    /// It holds nothing as new as the caller has seen.
    #[error("the store holds nothing as new as the sync token")]
    Behind,
}

impl StoreError {
    /// A short name for the metric label `outcome`.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Overloaded => "overloaded",
            Self::Corrupt(_) => "corrupt",
            Self::Behind => "behind",
        }
    }
}
