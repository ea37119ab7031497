//! What the driver says, in the store's words.

use crate::store::StoreError;
use scylla::errors::{DbError, ExecutionError, RequestAttemptError};
use std::fmt;

/// Why a statement was not executed.
pub(super) fn of_execution(error: ExecutionError) -> StoreError {
    match &error {
        ExecutionError::RequestTimeout(_) => StoreError::TimedOut,
        ExecutionError::LastAttemptError(RequestAttemptError::DbError(database, _)) => match database {
            DbError::ReadTimeout { .. } | DbError::WriteTimeout { .. } => StoreError::TimedOut,
            DbError::Overloaded | DbError::RateLimitReached { .. } => StoreError::Overloaded,
            _ => StoreError::Unavailable(error.to_string()),
        },
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// An answer that is not what the statement asks for.
pub(super) fn not_understood(error: impl fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("an answer of the cluster is not understood: {error}"))
}
