//! Cassandra or ScyllaDB, replicated across regions.

mod catalogue;
mod connector;
pub mod lock;
pub mod migrate;
mod migrations;
mod replication;
pub mod schema;

pub use connector::{ConnectError, Connector};
