//! What `migrate` would do.

use super::keyspace::{alter_keyspace, create_keyspace};
use super::{BOOKKEEPING, Keyspace, MigrateError, Replication, Run, every_migration};
use crate::store::cluster::migrations::{Migration, Phase};
use serde::Serialize;

/// What `migrate` would do, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The migrations that are not on record.
    pub migrations: Vec<PendingMigration>,
    /// All statements, those of the keyspace and of `migrate` itself too.
    pub statements: Vec<String>,
}

/// A migration that is not on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingMigration {
    /// Its number.
    pub number: i32,
    /// Its name.
    pub name: &'static str,
    /// `expand`, `contract`, or nothing if its file does not say.
    pub phase: Option<&'static str>,
    /// Of a contraction the first version that may run meanwhile.
    pub after: Option<&'static str>,
}

impl Plan {
    /// For people.
    pub(super) fn lines(&self) -> Vec<String> {
        match self.statements.is_empty() {
            true => vec!["nothing to do".to_owned()],
            false => self.statements.iter().map(|statement| format!("would run: {statement}")).collect(),
        }
    }
}

impl PendingMigration {
    fn of(migration: &Migration) -> Self {
        let (phase, after) = match migration.phase() {
            Some(Phase::Expand) => (Some("expand"), None),
            Some(Phase::Contract { after }) => (Some("contract"), Some(after)),
            None => (None, None),
        };
        Self { number: migration.number, name: migration.name, phase, after }
    }
}

impl Run<'_> {
    pub(super) async fn plan(
        &self,
        before: Option<&Keyspace>,
        alters: bool,
        wanted: &Replication,
    ) -> Result<Plan, MigrateError> {
        let keyspace = &self.settings.keyspace;
        let mut statements = Vec::new();
        if before.is_none() {
            statements.push(create_keyspace(keyspace, wanted));
        }
        let recorded = self.pending().await?;
        if recorded.is_none() {
            statements.extend(BOOKKEEPING.statements(keyspace));
        }
        let pending = recorded.unwrap_or_else(every_migration);
        for migration in &pending {
            statements.extend(migration.statements(keyspace));
        }
        if alters {
            statements.push(alter_keyspace(keyspace, wanted));
        }
        if statements.is_empty() {
            self.check_columns().await?;
        }
        let migrations = pending.into_iter().map(PendingMigration::of).collect();
        Ok(Plan { migrations, statements })
    }
}
