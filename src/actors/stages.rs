//! How long the stages of one request took, told to whoever follows the request from outside.

use std::cell::Cell;
use std::time::Duration;
use tokio::task_local;

task_local! {
    static STAGES: Cell<Stages>;
}

/// The stages that a request has been through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// In the mailbox of its Greeter.
    pub mailbox: Option<Duration>,
    /// In the store.
    pub store: Option<Duration>,
}

impl Stages {
    /// Sees a request through, and gives the stages that it went through beside its outcome.
    pub async fn of<T>(request: impl Future<Output = T> + Unpin) -> (T, Self) {
        STAGES
            .scope(Cell::default(), async {
                let outcome = request.await;
                (outcome, STAGES.with(Cell::get))
            })
            .await
    }

    /// Tells them; nobody hears it where nobody follows.
    pub(super) fn note(self) {
        let _ = STAGES.try_with(|stages| stages.set(self));
    }
}
