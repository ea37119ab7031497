//! The actor that every request goes through, one per HTTP worker, and the handle to it.

mod actor;
mod joined_reads;
mod work;

use super::admission::Admission;
use super::stages::Stages;
use super::supervised::Supervised;
use super::workers::Workers;
use crate::domain::{Cell, DateOfBirth, HybridClock, SyncToken, Username, Value, Version, WallClock};
use crate::store::{Answer, Store, StoreError};
use crate::telemetry::Metrics;
use crate::telemetry::traces::Parent;
use actix::dev::SendError;
use actix::{Actor, Handler, Message};
use actor::{Ask, GreeterActor, ReadCell, WriteValue};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// What a Greeter needs; the same for all workers.
#[derive(Clone)]
pub struct GreeterParts {
    /// Where birthdays are kept.
    pub store: Arc<dyn Store>,
    /// The time of day.
    pub wall_clock: Arc<dyn WallClock>,
    /// Gives each write its version.
    pub hybrid_clock: Arc<HybridClock>,
    /// What operators see.
    pub metrics: Metrics,
    /// Requests admitted at the same time by one worker.
    pub max_in_flight: usize,
    /// The deadline that requests have.
    pub request_timeout: Duration,
    /// Where each Greeter is put down, so that its figures can be looked up.
    pub workers: Arc<Workers>,
}

/// Why a Greeter gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GreeterError {
    /// Too many requests are inside, or the wait would be too long.
    #[error("too many requests are in flight")]
    Overloaded,
    /// The request's deadline has passed. A write may have been made all the same.
    #[error("the request's deadline has passed")]
    DeadlineExceeded,
    /// Answering this request panicked; others are unharmed.
    #[error("answering the request panicked")]
    Panicked,
    /// The actor has died and is being started again.
    #[error("the greeter is being started again")]
    Restarting,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The handle of one worker's Greeter; it stays on its thread.
#[derive(Clone)]
pub struct Greeter {
    actor: Rc<Supervised<GreeterActor>>,
    admission: Arc<Admission>,
    metrics: Metrics,
}

impl Greeter {
    /// Starts the actor on the calling thread.
    ///
    /// # Panics
    /// Outside of an actix system.
    pub fn start(parts: GreeterParts) -> Self {
        let metrics = parts.metrics.clone();
        let admission = Admission::new(parts.max_in_flight, parts.request_timeout);
        parts.workers.add(&admission);
        let restarts = metrics.actor_restarts.with_label_values(&["greeter"]);
        let actor = Supervised::start("greeter", restarts, move || {
            GreeterActor::create(|context| {
                // Admission comes first, so a mailbox as large never fills up.
                context.set_mailbox_capacity(parts.max_in_flight);
                GreeterActor::new(&parts)
            })
        });
        Self { actor: Rc::new(actor), admission, metrics }
    }

    /// The cell of a user, nothing older than `at_least`.
    ///
    /// # Errors
    /// [`GreeterError`].
    pub async fn greet(
        &self,
        username: Username,
        at_least: Option<SyncToken>,
        deadline: Instant,
    ) -> Result<Answer<Option<Cell>>, GreeterError> {
        self.ask(deadline, |ask| ReadCell { username, at_least, ask }).await
    }

    /// Stores a date of birth over whatever its writer has `seen`; gives the version it has now.
    ///
    /// # Errors
    /// [`GreeterError`]; the write may have been made all the same.
    pub async fn remember(
        &self,
        username: Username,
        born: DateOfBirth,
        seen: Option<Version>,
        deadline: Instant,
    ) -> Result<Answer<Version>, GreeterError> {
        self.ask(deadline, |ask| WriteValue { username, value: Value::Born(born), seen, ask }).await
    }

    /// Forgets a user; gives the version of the deletion.
    ///
    /// # Errors
    /// [`GreeterError`]; the deletion may have been made all the same.
    pub async fn forget(
        &self,
        username: Username,
        seen: Option<Version>,
        deadline: Instant,
    ) -> Result<Answer<Version>, GreeterError> {
        self.ask(deadline, |ask| WriteValue { username, value: Value::Forgotten, seen, ask }).await
    }

    async fn ask<T, M>(&self, deadline: Instant, message: impl FnOnce(Ask<T>) -> M) -> Result<T, GreeterError>
    where
        M: Message<Result = ()> + Send + 'static,
        GreeterActor: Handler<M>,
    {
        let sent = Instant::now();
        let Some(permit) = self.admission.admit(sent) else {
            self.metrics.rejected.with_label_values(&["overloaded"]).inc();
            return Err(GreeterError::Overloaded);
        };
        let (reply, answer) = oneshot::channel();
        let message = message(Ask { permit, sent, deadline, parent: Parent::current(), reply });
        match self.actor.with_address(|address| address.try_send(message)) {
            Some(Ok(())) => {
                let (outcome, stages) =
                    answer.await.unwrap_or((Err(GreeterError::Restarting), Stages::default()));
                stages.note();
                outcome
            }
            Some(Err(SendError::Full(_))) => {
                self.metrics.rejected.with_label_values(&["mailbox_full"]).inc();
                Err(GreeterError::Overloaded)
            }
            Some(Err(SendError::Closed(_))) | None => Err(GreeterError::Restarting),
        }
    }
}
