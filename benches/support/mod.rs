//! What the benches that put servers under load share.

pub(crate) mod measured;
pub(crate) mod options;
pub(crate) mod processor;
pub(crate) mod server;
pub(crate) mod statistics;
pub(crate) mod users;
pub(crate) mod wrk;
