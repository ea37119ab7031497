//! What clients saw of the service, written down so that a program can judge it.
//!
//! A history begins with users nobody has written before: whatever is read must come from an
//! operation of the history itself.

mod check;
mod describe;
mod finals;
mod origins;
mod sessions;
mod staleness;

pub use check::{Rule, Violation, Violations, check};
pub use staleness::stale_reads;

use jubilee::domain::{CalendarDate, SyncToken, Version};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A value, in the order of precedence on equal versions. Spelt out here and not taken from the
/// service, whose own order is under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Born on this day; the later wins.
    Born(CalendarDate),
    /// Deleted; wins over any date.
    Forgotten,
}

/// A value with its version; the greatest must stand in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// What decides first.
    pub version: Version,
    /// What decides between equal versions.
    pub value: Value,
}

/// What a client asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// To store this day.
    Put(CalendarDate),
    /// To be greeted.
    Get,
    /// To be forgotten.
    Delete,
}

impl Action {
    /// What it leaves behind, if it writes.
    pub fn written(self) -> Option<Value> {
        match self {
            Self::Put(born) => Some(Value::Born(born)),
            Self::Delete => Some(Value::Forgotten),
            Self::Get => None,
        }
    }
}

/// What the client was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A write is durable under this token.
    Acknowledged(SyncToken),
    /// A read found a birthday.
    Found {
        /// Names what was read.
        token: SyncToken,
        /// The day, unless the greeting could not tell it.
        born: Option<CalendarDate>,
    },
    /// A read found nobody; the token is that of the deletion, or the request's own.
    NotFound(Option<SyncToken>),
    /// Refused, or never sent: nothing was written or read.
    NotMade,
    /// Nothing came back that says whether it was made: a 5xx, a time-out, a broken connection.
    Unknown,
}

/// One attempt of one client. A retry is an operation of its own: each may have been made.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The session; it sends one request at a time.
    pub client: usize,
    /// Where it was sent.
    pub asked: Arc<str>,
    /// Who answered, by the `Region` header.
    pub served_by: Option<Arc<str>>,
    /// About whom.
    pub username: Arc<str>,
    /// What for.
    pub action: Action,
    /// When it was about to be sent, since the history began.
    pub invoked: Duration,
    /// When its outcome was known, on the same clock.
    pub completed: Duration,
    /// The token that went with it.
    pub sent: Option<SyncToken>,
    /// What came of it.
    pub outcome: Outcome,
}

impl Operation {
    /// The token of the answer.
    pub fn token(&self) -> Option<&SyncToken> {
        match &self.outcome {
            Outcome::Acknowledged(token) | Outcome::Found { token, .. } => Some(token),
            Outcome::NotFound(token) => token.as_ref(),
            Outcome::NotMade | Outcome::Unknown => None,
        }
    }

    /// The version that the client has seen once this has completed.
    pub fn answered_version(&self) -> Option<Version> {
        self.token().map(|token| token.version)
    }

    /// What it has durably written.
    pub fn acknowledged(&self) -> Option<Cell> {
        match (&self.outcome, self.action.written()) {
            (Outcome::Acknowledged(token), Some(value)) => Some(Cell { version: token.version, value }),
            _ => None,
        }
    }
}

/// What stands in each region in the end, by region and user.
pub type FinalStates = BTreeMap<String, BTreeMap<String, Cell>>;

/// Where all clients of a run write down what they see, on one clock.
#[derive(Clone, Debug)]
pub struct Recorder {
    began: Instant,
    operations: Arc<Mutex<Vec<Operation>>>,
    clients: Arc<Mutex<usize>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self { began: Instant::now(), operations: Arc::default(), clients: Arc::default() }
    }
}

impl Recorder {
    /// The time of this history.
    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// A number for a session that no other has.
    pub fn new_client(&self) -> usize {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        *clients += 1;
        *clients
    }

    /// Writes an operation down.
    pub fn record(&self, operation: Operation) {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).push(operation);
    }

    /// What has been written down so far.
    pub fn operations(&self) -> Vec<Operation> {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
