//! A session of the tests' own with one database node.

use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use std::net::SocketAddr;
use tokio::runtime::{Builder, Runtime};

/// Runs statements as somebody with `cqlsh` does.
pub(crate) struct Cql {
    session: Session,
    runtime: Runtime,
}

impl Cql {
    pub(crate) fn on(node: SocketAddr) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let builder = SessionBuilder::new().known_node_addr(node);
        let session = runtime.block_on(builder.build()).expect("it answers");
        Self { session, runtime }
    }

    pub(crate) fn run(&self, statement: &str) {
        self.runtime.block_on(self.session.query_unpaged(statement, ())).expect("it can be run");
    }
}
