//! Why the schema could not be brought to what is needed.

use crate::domain::Region;
use crate::store::StoreError;
use std::time::Duration;

/// Why the schema could not be brought to what is needed. The texts are for operators.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A region that the cluster does not have.
    #[error(
        "CLUSTER_REPLICATION names {region}, but the cluster has no such datacenter, only {}; nothing was changed",
        .datacenters.join(", ")
    )]
    UnknownRegion {
        /// The region.
        region: Region,
        /// Those that the cluster has.
        datacenters: Vec<String>,
    },
    /// More replicas than nodes.
    #[error(
        "CLUSTER_REPLICATION asks for {region}:{replicas}, but the number of nodes in {region} is {nodes}; nothing was changed"
    )]
    TooFewNodes {
        /// The region.
        region: Region,
        /// What is asked for.
        replicas: usize,
        /// The nodes there.
        nodes: usize,
    },
    /// What was applied is not what this program has, or the tables are not what the migrations make.
    #[error("the schema is not what migration {number} makes: {how}")]
    Changed {
        /// The migration.
        number: i32,
        /// What differs.
        how: String,
    },
    /// Somebody else holds the lock.
    #[error("another migration is running: {holder} still holds the lock after {} s", .waited.as_secs())]
    Held {
        /// Who.
        holder: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Nobody can have the lock now.
    #[error("the lock cannot be taken, which needs a quorum of all regions' replicas: {0}")]
    NoLock(StoreError),
    /// The lock expired or was taken.
    #[error("the lock was lost while working; run it again")]
    LockLost,
    /// The nodes have different schemas.
    #[error("the nodes do not agree on the schema; run it again when they do: {0}")]
    Disagreement(String),
    /// A statement failed.
    #[error("{statement}: {cause}; run it again when that is fixed")]
    Refused {
        /// The statement.
        statement: String,
        /// What the cluster answered.
        cause: StoreError,
    },
    /// The cluster does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
