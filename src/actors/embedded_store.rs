//! The embedded engine as a [`Store`]: reads go straight to the engine, writes to its one writer.

use super::embedded_writer::{CommitWrite, EmbeddedWriter, Fault};
use super::supervised::Supervised;
use crate::domain::{Cell, SyncToken, Username};
use crate::store::embedded::{Engine, Write};
use crate::store::{Answer, Store, StoreError, StoreFuture, Unready, Written};
use crate::telemetry::Metrics;
use crate::telemetry::metrics::Part;
use actix::{Actor, Arbiter};
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::oneshot;

/// The embedded store, ready to be shared by all workers.
pub struct EmbeddedStore {
    engine: Arc<Engine>,
    writer: Supervised<EmbeddedWriter>,
    fault: Fault,
    arbiter: Mutex<Option<Arbiter>>,
}

impl EmbeddedStore {
    /// Starts the writer on a thread of its own. At most `max_writes` wait in its mailbox.
    ///
    /// # Panics
    /// Outside of an actix system.
    pub fn start(engine: Engine, metrics: &Metrics, max_writes: usize) -> Self {
        metrics.begin_store(Part::Embedded);
        let engine = Arc::new(engine);
        let fault = Fault::default();
        let arbiter = Arbiter::new();
        let restarts = metrics.actor_restarts.with_label_values(&["embedded_writer"]);
        let writer = Supervised::start("embedded_writer", restarts, {
            let (engine, fault, metrics, arbiter) =
                (Arc::clone(&engine), Arc::clone(&fault), metrics.clone(), arbiter.handle());
            move || {
                let writer =
                    EmbeddedWriter::new(Arc::clone(&engine), metrics.clone(), max_writes, Arc::clone(&fault));
                EmbeddedWriter::start_in_arbiter(&arbiter, |_| writer)
            }
        });
        Self { engine, writer, fault, arbiter: Mutex::new(Some(arbiter)) }
    }

    fn send(&self, message: CommitWrite) -> Result<(), StoreError> {
        use actix::dev::SendError;
        match self.writer.with_address(|address| address.try_send(message)) {
            Some(Ok(())) => Ok(()),
            Some(Err(SendError::Full(_))) => Err(StoreError::Overloaded),
            Some(Err(SendError::Closed(_))) | None => Err(writer_is_gone()),
        }
    }
}

fn writer_is_gone() -> StoreError {
    StoreError::Unavailable("its writer is being started again".into())
}

impl Store for EmbeddedStore {
    /// Reads on the calling thread: a read from the page cache takes less time than handing it to
    /// another thread would.
    fn read(
        &self,
        username: &Username,
        at_least: Option<&SyncToken>,
        _: Instant,
    ) -> StoreFuture<Option<Cell>> {
        Box::pin(ready(self.engine.read(username, at_least).map(Answer::here)))
    }

    fn reads_at_once(&self) -> bool {
        true
    }

    fn write(&self, username: &Username, cell: Cell, _: Instant) -> StoreFuture<Written> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(CommitWrite { write: Write { username: username.clone(), cell }, reply });
        Box::pin(async move {
            sent?;
            answer.await.unwrap_or_else(|_| Err(writer_is_gone())).map(Answer::here)
        })
    }

    fn check(&self) -> Result<(), Unready> {
        // Asking for the address restarts a writer that has died.
        self.writer.with_address(|_| ()).ok_or_else(writer_is_gone)?;
        match self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            Some(fault) => Err(fault.into()),
            None => Ok(self.engine.check()?),
        }
    }

    /// Ends the writer's thread, then closes the file, so that the next start need not check it.
    fn close(&self) {
        if let Some(arbiter) = self.arbiter.lock().unwrap_or_else(PoisonError::into_inner).take() {
            arbiter.stop();
            // It can only fail by a panic, which has been logged.
            let _ = arbiter.join();
        }
        self.engine.close();
    }
}
