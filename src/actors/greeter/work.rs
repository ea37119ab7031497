//! What the Greeter's handlers return: work that may be done when it is first looked at.

use actix::dev::{MessageResponse, OneshotSender};
use actix::{Actor, Message, ResponseFuture};
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Work for one message. It tells whoever asked by itself.
pub(super) struct Work {
    future: ResponseFuture<()>,
    mostly_at_once: bool,
}

impl Work {
    /// Work that waits for something: it becomes a task of its own.
    pub(super) fn task(future: ResponseFuture<()>) -> Self {
        Self { future, mostly_at_once: false }
    }

    /// Work that is looked at first, and becomes a task only if it is not done then: making and scheduling one
    /// costs as much as the read of a row.
    pub(super) fn mostly_at_once(future: ResponseFuture<()>) -> Self {
        Self { future, mostly_at_once: true }
    }
}

impl<A: Actor, M: Message<Result = ()>> MessageResponse<A, M> for Work {
    fn handle(self, _: &mut A::Context, _: Option<OneshotSender<()>>) {
        let Self { mut future, mostly_at_once } = self;
        if !mostly_at_once {
            actix::spawn(future);
            return;
        }
        // As in a task: a panic ends this work, not the actor.
        let looked_at = catch_unwind(AssertUnwindSafe(|| match (&mut future).now_or_never() {
            Some(()) => None,
            None => Some(future),
        }));
        if let Ok(Some(unfinished)) = looked_at {
            actix::spawn(unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix::{Context, Handler, System};
    use std::pin::Pin;
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    struct Worker;

    impl Actor for Worker {
        type Context = Context<Self>;
    }

    struct Do(Pin<Box<dyn Future<Output = ()> + Send>>);

    impl Message for Do {
        type Result = ();
    }

    impl Handler<Do> for Worker {
        type Result = Work;

        fn handle(&mut self, Do(future): Do, _: &mut Context<Self>) -> Work {
            Work::mostly_at_once(future)
        }
    }

    #[test]
    fn work_that_waits_when_it_is_looked_at_goes_on_as_a_task() {
        System::new().block_on(async {
            let (reply, answer) = oneshot::channel();
            let work = async move {
                yield_now().await;
                reply.send("done").expect("somebody waits");
            };
            Worker.start().do_send(Do(Box::pin(work)));
            assert_eq!(answer.await, Ok("done"));
        });
    }

    #[test]
    fn work_that_panics_when_it_is_looked_at_leaves_the_actor_alive() {
        System::new().block_on(async {
            let worker = Worker.start();
            worker.do_send(Do(Box::pin(async { panic!("planted") })));
            let (reply, answer) = oneshot::channel();
            let next = async move { reply.send("alive").expect("somebody waits") };
            worker.do_send(Do(Box::pin(next)));
            assert_eq!(answer.await, Ok("alive"));
        });
    }
}
