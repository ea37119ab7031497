//! Which migrations may go before a version: those that all running versions bear.

use crate::PlatformError;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A migration that is not on record yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// What its file says after `-- phase:`; `None` if that is nothing, or not understood.
    pub phase: Option<Phase>,
}

/// Whom a migration is compatible with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It adds; whatever runs goes on running.
    Expand,
    /// It takes away what programs before this version need.
    Contract {
        /// The first version, `X.Y.Z`, that does not need it.
        after: String,
    },
}

/// The release numbers that the instances of each region say they are.
pub type Numbers = BTreeMap<String, BTreeSet<String>>;

impl Migration {
    /// Reads what `jubilee migrate --dry-run --format json` prints.
    ///
    /// # Errors
    /// If it is not that.
    pub fn pending(text: &str) -> Result<Vec<Self>, PlatformError> {
        #[derive(Deserialize)]
        struct Plan {
            migrations: Vec<Told>,
        }
        #[derive(Deserialize)]
        struct Told {
            number: i32,
            name: String,
            phase: Option<String>,
            after: Option<String>,
        }
        let read = |told: Told| Self {
            number: told.number,
            name: told.name,
            phase: match (told.phase.as_deref(), told.after) {
                (Some("expand"), None) => Some(Phase::Expand),
                (Some("contract"), Some(after)) => Some(Phase::Contract { after }),
                _ => None,
            },
        };
        let plan: Plan = serde_json::from_str(text.trim()).map_err(|error| {
            PlatformError::failed(format!("the plan of migrations is not understood: {error}"))
        })?;
        Ok(plan.migrations.into_iter().map(read).collect())
    }

    fn title(&self) -> String {
        format!("{:04}_{}", self.number, self.name)
    }
}

/// Whether all of these may be applied while that runs; they are applied all or none.
///
/// # Errors
/// Why not.
pub(crate) fn compatible(pending: &[Migration], regions: &[String], running: &Numbers) -> Result<(), String> {
    for migration in pending {
        let title = migration.title();
        match &migration.phase {
            Some(Phase::Expand) => {}
            None => return Err(format!("{title} does not say its phase")),
            Some(Phase::Contract { after }) => {
                for region in regions {
                    at_least(after, running.get(region)).map_err(|why| {
                        format!("{title} takes away what programs before {after} need, and {region} {why}")
                    })?;
                }
            }
        }
    }
    Ok(())
}

fn at_least(after: &str, running: Option<&BTreeSet<String>>) -> Result<(), String> {
    let needed = number(after).ok_or("would have to run that, which is no X.Y.Z")?;
    let running = running.filter(|running| !running.is_empty()).ok_or("does not tell what it runs")?;
    match running.iter().find(|version| number(version).is_none_or(|number| number < needed)) {
        Some(older) => Err(format!("runs {older}")),
        None => Ok(()),
    }
}

/// `X.Y.Z`; anything else, such as a pre-release, is no number that a promise can rest on.
fn number(text: &str) -> Option<[u64; 3]> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let number = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(number)
}

#[cfg(test)]
#[path = "migrations_tests.rs"]
mod tests;
