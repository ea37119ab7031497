//! The one writer of the embedded file: commits whatever has queued up as one group, so that one
//! fsync serves all of it.

use crate::store::embedded::{Engine, Write};
use crate::store::{StoreError, Written};
use crate::telemetry::Metrics;
use actix::fut::{ActorFutureExt, ready};
use actix::{Actor, AsyncContext, Context, Handler, Message};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How often the file is looked at: a read that failed breaks it too, and then no write may ever come,
/// for nobody sends traffic to an instance that is not ready.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// How often the file is tidied when nothing is written.
const PURGE_EVERY: Duration = Duration::from_secs(60);
const FIRST_REOPEN_AFTER: Duration = Duration::from_millis(100);
const LONGEST_REOPEN_AFTER: Duration = Duration::from_secs(5);

/// Why the writer cannot write now; `None` while it can. Shared with whoever asks for readiness.
pub(super) type Fault = Arc<Mutex<Option<StoreError>>>;

/// Owns the only write transaction.
pub(super) struct EmbeddedWriter {
    engine: Arc<Engine>,
    metrics: Metrics,
    mailbox_capacity: usize,
    fault: Fault,
    group: Vec<Write>,
    replies: Vec<oneshot::Sender<Result<Written, StoreError>>>,
}

/// Asks for a durable write; the reply comes after the fsync.
pub(super) struct CommitWrite {
    pub(super) write: Write,
    pub(super) reply: oneshot::Sender<Result<Written, StoreError>>,
}

impl Message for CommitWrite {
    type Result = ();
}

impl EmbeddedWriter {
    pub(super) fn new(engine: Arc<Engine>, metrics: Metrics, mailbox_capacity: usize, fault: Fault) -> Self {
        Self { engine, metrics, mailbox_capacity, fault, group: Vec::new(), replies: Vec::new() }
    }

    /// Commits what has gathered. Only this blocks the thread: what arrives meanwhile is the next group.
    fn commit_group(&mut self, context: &mut Context<Self>) {
        let group = std::mem::take(&mut self.group);
        let replies = std::mem::take(&mut self.replies);
        if let Some(fault) = self.current_fault() {
            answer_all(replies, fault);
            return;
        }
        let started = Instant::now();
        match self.engine.commit(&group) {
            Ok(written) => {
                self.metrics.group_commit_seconds.observe(started.elapsed().as_secs_f64());
                self.metrics.group_commit_writes.observe(group.len() as f64);
                for (reply, written) in replies.into_iter().zip(written) {
                    // Whoever no longer waits has had its deadline; the write stands all the same.
                    let _ = reply.send(Ok(written));
                }
            }
            Err(error) => {
                tracing::error!(%error, writes = group.len(), "group commit failed; opening the file again");
                self.set_fault(Some(error.clone()));
                answer_all(replies, error);
                Self::reopen_after(FIRST_REOPEN_AFTER, context);
            }
        }
    }

    /// After an I/O error redb answers nothing until it is opened again.
    fn reopen_after(delay: Duration, context: &mut Context<Self>) {
        context.run_later(delay, move |writer, context| {
            writer.metrics.store_reopens.inc();
            match writer.engine.reopen() {
                Ok(()) => {
                    tracing::info!("the embedded file is open and can be written again");
                    writer.set_fault(None);
                }
                Err(error) => {
                    tracing::warn!(%error, "the embedded file cannot be written yet");
                    writer.set_fault(Some(error));
                    Self::reopen_after((delay * 2).min(LONGEST_REOPEN_AFTER), context);
                }
            }
        });
    }

    fn current_fault(&self) -> Option<StoreError> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_fault(&self, fault: Option<StoreError>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}

fn answer_all(replies: Vec<oneshot::Sender<Result<Written, StoreError>>>, error: StoreError) {
    for reply in replies {
        let _ = reply.send(Err(error.clone()));
    }
}

impl Actor for EmbeddedWriter {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        context.set_mailbox_capacity(self.mailbox_capacity);
        // One that died may have left the file in any state: a new one begins by opening it again.
        if self.current_fault().is_some() {
            Self::reopen_after(Duration::ZERO, context);
        }
        context.run_interval(CHECK_EVERY, |writer, context| {
            if writer.current_fault().is_none()
                && let Err(error) = writer.engine.check()
            {
                tracing::error!(%error, "the embedded file has failed; opening it again");
                writer.set_fault(Some(error));
                Self::reopen_after(FIRST_REOPEN_AFTER, context);
            }
        });
        context.run_interval(PURGE_EVERY, |writer, context| {
            if writer.group.is_empty() && writer.engine.has_expired_marks() {
                writer.commit_group(context);
            }
        });
    }
}

impl Drop for EmbeddedWriter {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.set_fault(Some(StoreError::Unavailable("its writer panicked".into())));
        }
    }
}

impl Handler<CommitWrite> for EmbeddedWriter {
    type Result = ();

    fn handle(&mut self, message: CommitWrite, context: &mut Context<Self>) {
        if self.group.is_empty() {
            // A context polls what is spawned on it once its mailbox is empty, so the group will be
            // all that had queued up by then.
            context.spawn(ready(()).map(|(), writer: &mut Self, context| writer.commit_group(context)));
        }
        self.group.push(message.write);
        self.replies.push(message.reply);
    }
}
