//! Cassandra or ScyllaDB, replicated across regions.

mod connector;

pub use connector::{ConnectError, Connector};
