//! Each attempt of the driver's as a span: which node was asked, and what came of it.
//!
//! The driver tells a listener on the statement. Only a sampled request listens, on a clone of its own.

use crate::telemetry::traces::{Child, ChildOptions, Parent};
use scylla::client::session::Session;
use scylla::errors::{RequestAttemptError, RequestError};
use scylla::observability::history::{AttemptId, HistoryListener, RequestId, SpeculativeId};
use scylla::policies::retry::RetryDecision;
use scylla::statement::prepared::PreparedStatement;
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Makes a span of each attempt of one request.
struct Attempts {
    parent: Parent,
    session: Arc<Session>,
    operation: &'static str,
    keyspace: String,
    table: String,
    begun: Mutex<Begun>,
}

#[derive(Default)]
struct Begun {
    next: usize,
    rivals: usize,
    open: HashMap<usize, Child>,
}

/// The statement with a listener, if the current request is sampled.
pub(super) fn followed(
    statement: &PreparedStatement,
    session: &Arc<Session>,
) -> Option<Box<PreparedStatement>> {
    let parent = Parent::current()?;
    let table = statement.get_table_spec();
    let attempts = Attempts {
        parent,
        session: Arc::clone(session),
        operation: if statement.get_statement().starts_with("SELECT") { "SELECT" } else { "UPDATE" },
        keyspace: table.map(|table| table.ks_name().to_owned()).unwrap_or_default(),
        table: table.map(|table| table.table_name().to_owned()).unwrap_or_default(),
        begun: Mutex::default(),
    };
    let mut statement = Box::new(statement.clone());
    statement.set_history_listener(Arc::new(attempts));
    Some(statement)
}

impl Attempts {
    fn begun(&self) -> MutexGuard<'_, Begun> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, node: SocketAddr, rival: bool) -> Child {
        let name = format!("{} {}", self.operation, self.table);
        let span = self.parent.child(name, ChildOptions { calls_out: true, ..ChildOptions::default() });
        let (address, port) = (node.ip().to_string(), i64::from(node.port()));
        span.set("db.system.name", "cassandra");
        span.set("db.operation.name", self.operation);
        span.set("db.namespace", self.keyspace.clone());
        span.set("db.collection.name", self.table.clone());
        span.set("server.address", address.clone());
        span.set("server.port", port);
        span.set("network.peer.address", address);
        span.set("network.peer.port", port);
        // All statements are asked like this, and all may be asked twice.
        span.set("cassandra.consistency.level", "local_quorum");
        span.set("cassandra.query.idempotent", true);
        if rival {
            span.set("jubilee.rival", true);
        }
        let state = self.session.get_cluster_state();
        let nodes = state.get_nodes_info();
        let known =
            nodes.iter().find(|known| (known.address.ip(), known.address.port()) == (node.ip(), node.port()));
        if let Some(known) = known {
            span.set("cassandra.coordinator.id", known.host_id.to_string());
            if let Some(datacenter) = &known.datacenter {
                span.set("cassandra.coordinator.dc", datacenter.clone());
            }
        }
        span
    }

    fn end(&self, attempt: AttemptId, error: Option<&'static str>) {
        if let Some(span) = self.begun().open.remove(&attempt.0) {
            span.end(error);
        }
    }
}

impl HistoryListener for Attempts {
    fn log_request_start(&self) -> RequestId {
        RequestId(0)
    }

    fn log_request_success(&self, _: RequestId) {}

    fn log_request_error(&self, _: RequestId, _: &RequestError) {}

    fn log_new_speculative_fiber(&self, _: RequestId) -> SpeculativeId {
        let mut begun = self.begun();
        begun.rivals += 1;
        SpeculativeId(begun.rivals)
    }

    fn log_attempt_start(&self, _: RequestId, rival: Option<SpeculativeId>, node: SocketAddr) -> AttemptId {
        let span = self.begin(node, rival.is_some());
        let mut begun = self.begun();
        begun.next += 1;
        let attempt = begun.next;
        begun.open.insert(attempt, span);
        AttemptId(attempt)
    }

    fn log_attempt_success(&self, attempt: AttemptId) {
        self.end(attempt, None);
    }

    fn log_attempt_error(&self, attempt: AttemptId, error: &RequestAttemptError, _: &RetryDecision) {
        self.end(attempt, Some(name_of(error)));
    }
}

/// An attempt that is still open has lost to its rival, or its time was up.
impl Drop for Attempts {
    fn drop(&mut self) {
        for (_, span) in self.begun().open.drain() {
            span.set("jubilee.abandoned", true);
            span.end(None);
        }
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Attempts")
    }
}

/// A short name; the driver's own text is for the log.
const fn name_of(error: &RequestAttemptError) -> &'static str {
    use scylla::errors::DbError;
    match error {
        RequestAttemptError::BrokenConnectionError(_) => "connection_broken",
        RequestAttemptError::UnableToAllocStreamId => "no_stream_id",
        RequestAttemptError::DbError(error, _) => match error {
            DbError::Unavailable { .. } => "unavailable",
            DbError::ReadTimeout { .. } => "read_timeout",
            DbError::WriteTimeout { .. } => "write_timeout",
            DbError::ReadFailure { .. } => "read_failure",
            DbError::WriteFailure { .. } => "write_failure",
            DbError::Overloaded => "overloaded",
            DbError::IsBootstrapping => "is_bootstrapping",
            _ => "database_error",
        },
        _ => "not_understood",
    }
}
