//! Which migrations may go before a version: those that the running versions bear.

use crate::PlatformError;
use serde::{Deserialize, Serialize};

/// A migration that is not on record yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// Its number.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// What its file says after `-- phase:`; `None` if it says nothing, which is refused.
    pub phase: Option<Phase>,
}

/// Whom a migration is compatible with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It adds; whatever runs goes on running.
    Expand,
    /// It takes away what programs before this version, `X.Y.Z`, need.
    Contract {
        /// The first version that does not need it.
        after: String,
    },
}

impl Migration {
    /// Reads what `jubilee migrate --dry-run --format json` prints.
    ///
    /// # Errors
    /// If it is not that.
    pub fn pending(text: &str) -> Result<Vec<Self>, PlatformError> {
        #[derive(Deserialize)]
        struct Plan {
            migrations: Vec<Migration>,
        }
        let plan: Plan = serde_json::from_str(text.trim()).map_err(|error| {
            PlatformError::failed(format!("the plan of migrations is not understood: {error}"))
        })?;
        Ok(plan.migrations)
    }
}
