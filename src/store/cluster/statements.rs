//! All that is ever asked of the cluster while serving: prepared once, marked idempotent.

use crate::domain::cell::MARK_LIFETIME;
use scylla::client::execution_profile::{ExecutionProfile, ExecutionProfileHandle};
use scylla::client::session::Session;
use scylla::errors::PrepareError;
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::policies::speculative_execution::{SimpleSpeculativeExecutionPolicy, SpeculativeExecutionPolicy};
use scylla::statement::Consistency;
use scylla::statement::prepared::PreparedStatement;
use std::sync::Arc;
use std::time::Duration;

/// A node that has not answered by then gets a rival: one more node of the same region is asked.
const SPECULATE_AFTER: Duration = Duration::from_millis(100);

/// The statements, all with one execution profile.
#[derive(Clone)]
pub(super) struct Statements {
    /// The date of a user and its write time.
    pub(super) read: PreparedStatement,
    /// A date at a version. UPDATE leaves no row marker beside the one cell, as INSERT would.
    pub(super) write: PreparedStatement,
    /// The same for the mark of a deletion, which expires.
    pub(super) write_mark: PreparedStatement,
    /// When a region's canary last sang.
    pub(super) read_canary: PreparedStatement,
    /// Lets a region's canary sing.
    pub(super) write_canary: PreparedStatement,
    /// The clock of a node.
    pub(super) read_clock: PreparedStatement,
}

impl Statements {
    /// Prepares them all on every node that can be reached.
    pub(super) async fn prepare(session: &Session, keyspace: &str) -> Result<Self, PrepareError> {
        let prepare = async |text: String| -> Result<PreparedStatement, PrepareError> {
            let mut statement = session.prepare(text).await?;
            statement.set_is_idempotent(true);
            statement.set_use_cached_result_metadata(true);
            Ok(statement)
        };
        let (birthdays, canaries) = (format!("{keyspace}.birthdays"), format!("{keyspace}.canaries"));
        let mark_seconds = MARK_LIFETIME.as_secs();
        Ok(Self {
            read: prepare(format!(
                "SELECT date_of_birth, WRITETIME(date_of_birth) FROM {birthdays} WHERE username = ?"
            ))
            .await?,
            write: prepare(format!(
                "UPDATE {birthdays} USING TIMESTAMP ? SET date_of_birth = ? WHERE username = ?"
            ))
            .await?,
            write_mark: prepare(format!(
                "UPDATE {birthdays} USING TIMESTAMP ? AND TTL {mark_seconds} SET date_of_birth = ? \
                 WHERE username = ?"
            ))
            .await?,
            read_canary: prepare(format!("SELECT beat FROM {canaries} WHERE region = ?")).await?,
            write_canary: prepare(format!("UPDATE {canaries} SET beat = ? WHERE region = ?")).await?,
            read_clock: prepare("SELECT toTimestamp(now()) FROM system.local".into()).await?,
        })
    }

    /// The same statements, answered by a quorum of this datacenter or not at all: one that is lost
    /// fails at once, instead of using up the time of the next.
    ///
    /// A single replica has no rival; with one announced, the driver would wait for it before it says
    /// that the region is lost.
    pub(super) fn in_datacenter(&self, datacenter: &str, replicas: usize) -> Self {
        let policy = DefaultPolicy::builder()
            .prefer_datacenter(datacenter.to_owned())
            .permit_dc_failover(false)
            .token_aware(true)
            .build();
        let one_rival: Option<Arc<dyn SpeculativeExecutionPolicy>> = (replicas > 1).then(|| {
            Arc::new(SimpleSpeculativeExecutionPolicy { max_retry_count: 1, retry_interval: SPECULATE_AFTER })
                as _
        });
        let profile = ExecutionProfile::builder()
            .load_balancing_policy(policy)
            .consistency(Consistency::LocalQuorum)
            .speculative_execution_policy(one_rival)
            // Each request brings its own deadline.
            .request_timeout(None)
            .build()
            .into_handle();
        let mut statements = self.clone();
        for statement in statements.all() {
            statement.set_execution_profile_handle(Some(ExecutionProfileHandle::clone(&profile)));
        }
        statements
    }

    fn all(&mut self) -> [&mut PreparedStatement; 6] {
        let Self { read, write, write_mark, read_canary, write_canary, read_clock } = self;
        [read, write, write_mark, read_canary, write_canary, read_clock]
    }
}
