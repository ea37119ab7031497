//! The Greeter's actor: takes each request's deadline and panics upon itself, and calls the store.

use super::joined_reads::JoinedReads;
use super::work::Work;
use super::{GreeterError, GreeterParts};
use crate::actors::admission::Permit;
use crate::actors::stages::Stages;
use crate::domain::{Cell, SyncToken, Username, Value, Version};
use crate::store::{Answer, StoreError, Written};
use crate::telemetry::Metrics;
use crate::telemetry::traces::{self, ChildOptions, Parent, in_child};
use actix::{Actor, Context, Handler, Message};
use futures_util::FutureExt;
use futures_util::future::poll_immediate;
use prometheus::Histogram;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::rc::Rc;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

/// What every message carries.
pub(super) struct Ask<T> {
    pub(super) permit: Permit,
    pub(super) sent: Instant,
    pub(super) deadline: Instant,
    /// The request's span, if it is sampled.
    pub(super) parent: Option<Parent>,
    pub(super) reply: oneshot::Sender<(Result<T, GreeterError>, Stages)>,
}

/// Asks for a user's cell.
pub(super) struct ReadCell {
    pub(super) username: Username,
    pub(super) at_least: Option<SyncToken>,
    pub(super) ask: Ask<Answer<Option<Cell>>>,
}

impl Message for ReadCell {
    type Result = ();
}

/// Asks for a durable write.
pub(super) struct WriteValue {
    pub(super) username: Username,
    pub(super) value: Value,
    pub(super) seen: Option<Version>,
    pub(super) ask: Ask<Answer<Version>>,
}

impl Message for WriteValue {
    type Result = ();
}

/// One worker's Greeter.
pub(super) struct GreeterActor {
    parts: Rc<GreeterParts>,
    reads: JoinedReads,
    read_seconds: Histogram,
    write_seconds: Histogram,
}

impl GreeterActor {
    pub(super) fn new(parts: &GreeterParts) -> Self {
        let seconds = |operation| parts.metrics.store_seconds.with_label_values(&[operation, "ok"]);
        Self {
            read_seconds: seconds("read"),
            write_seconds: seconds("write"),
            parts: Rc::new(parts.clone()),
            reads: JoinedReads::default(),
        }
    }
}

impl Actor for GreeterActor {
    type Context = Context<Self>;
}

// The handlers return their work and do nothing else: a panic in a future is caught there, one in
// the body of a handler would end the actor. The futures outlive the actor.

impl Handler<ReadCell> for GreeterActor {
    type Result = Work;

    fn handle(&mut self, message: ReadCell, _: &mut Context<Self>) -> Self::Result {
        let ReadCell { username, at_least, mut ask } = message;
        let (parts, seconds) = (Rc::clone(&self.parts), self.read_seconds.clone());
        let reads = self.reads.clone();
        let at_once = parts.store.reads_at_once();
        let future = Box::pin(async move {
            let deadline = ask.deadline.into_std();
            let work = pin!(async {
                let read = |username: &Username, at_least: Option<&SyncToken>| {
                    parts.store.read(username, at_least, deadline)
                };
                let (result, joined) = reads.read(username, at_least, read).await;
                if joined {
                    parts.metrics.joined_reads.inc();
                    traces::mark_current("jubilee.joined", true);
                }
                result
            });
            let done = ask.see_through(work, "read", &seconds, &parts.metrics).await;
            ask.tell(done);
        });
        if at_once { Work::mostly_at_once(future) } else { Work::task(future) }
    }
}

impl Handler<WriteValue> for GreeterActor {
    type Result = Work;

    fn handle(&mut self, message: WriteValue, _: &mut Context<Self>) -> Self::Result {
        let WriteValue { username, value, seen, mut ask } = message;
        let (parts, seconds) = (Rc::clone(&self.parts), self.write_seconds.clone());
        Work::task(Box::pin(async move {
            let deadline = ask.deadline.into_std();
            let work = pin!(write(&parts, &username, value, seen, deadline));
            let done = ask.see_through(work, "write", &seconds, &parts.metrics).await;
            ask.tell(done);
        }))
    }
}

/// Writes under a new version, and over whatever greater one turns out to stand there: a write that
/// was acknowledged must not be hidden by one that came before it.
async fn write(
    parts: &GreeterParts,
    username: &Username,
    value: Value,
    mut seen: Option<Version>,
    deadline: std::time::Instant,
) -> Result<Answer<Version>, StoreError> {
    loop {
        let version = parts.hybrid_clock.next_version(parts.wall_clock.now(), seen);
        let answer = parts.store.write(username, Cell { version, value }, deadline).await?;
        match answer.value {
            Written::Stands => return Ok(answer.map(|_| version)),
            Written::Outranked(standing) => seen = Some(standing),
        }
    }
}

/// What came of the work for a message, when, and after what.
struct Done<T> {
    outcome: Result<T, GreeterError>,
    at: Instant,
    stages: Stages,
}

impl<T> Ask<T> {
    /// Sees the work through, and counts it. It borrows: what an asynchronous method takes lies in its caller's
    /// future, its own and its body's, and a future of more than a kilobyte is slow to allocate.
    async fn see_through(
        &mut self,
        work: impl Future<Output = Result<T, StoreError>> + Unpin,
        operation: &str,
        seconds_if_ok: &Histogram,
        metrics: &Metrics,
    ) -> Done<T> {
        let started = Instant::now();
        self.permit.taken_up();
        let waited = started - self.sent;
        metrics.mailbox_wait_seconds.observe(waited.as_secs_f64());
        let span = self.parent.as_ref().map(|parent| {
            parent.child("mailbox wait", ChildOptions { began: waited, ..ChildOptions::default() }).end(None);
            parent.child(format!("store {operation}"), ChildOptions::default())
        });
        let mut stage = "store";
        let outcome = if started >= self.deadline {
            stage = "mailbox";
            Err(GreeterError::DeadlineExceeded)
        } else {
            finish_by(self.deadline, in_child(span.as_ref(), work)).await
        };
        let now = Instant::now();
        let stages = Stages { mailbox: Some(waited), store: Some(now - started) };
        let seconds = (now - started).as_secs_f64();
        if let Some(span) = span {
            span.end(outcome.as_ref().err().map(GreeterError::outcome));
        }
        match &outcome {
            Ok(_) => seconds_if_ok.observe(seconds),
            Err(error) => {
                metrics.store_seconds.with_label_values(&[operation, error.outcome()]).observe(seconds)
            }
        }
        match &outcome {
            Err(GreeterError::Panicked) => metrics.panics.inc(),
            Err(GreeterError::DeadlineExceeded | GreeterError::Store(StoreError::TimedOut)) => {
                metrics.deadlines_exceeded.with_label_values(&[stage]).inc();
            }
            _ => {}
        }
        Done { outcome, at: now, stages }
    }

    fn tell(self, Done { outcome, at, stages }: Done<T>) {
        match &outcome {
            Ok(_) | Err(GreeterError::Store(_)) => self.permit.answered(at),
            Err(_) => drop(self.permit),
        }
        // Whoever asked may have gone: its connection was closed.
        let _ = self.reply.send((outcome, stages));
    }
}

/// Sees work through until its deadline, and its panic to an error. The work is pinned by who has made it:
/// what is moved from hand to hand takes its room in each request's future once for each hand.
async fn finish_by<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T, StoreError>> + Unpin,
) -> Result<T, GreeterError> {
    let mut work = AssertUnwindSafe(work).catch_unwind();
    // Most work is done when it is first looked at: no timer is set for that.
    let done = match poll_immediate(&mut work).await {
        Some(done) => done,
        None => timeout_at(deadline, work).await.map_err(|_| GreeterError::DeadlineExceeded)?,
    };
    done.map_err(|_| GreeterError::Panicked)?.map_err(GreeterError::Store)
}

impl GreeterError {
    /// A short name for the metric label `outcome`.
    const fn outcome(&self) -> &'static str {
        match self {
            Self::Overloaded => "overloaded",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Panicked => "panicked",
            Self::Restarting => "restarting",
            Self::Store(error) => error.outcome(),
        }
    }
}
