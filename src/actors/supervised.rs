//! Starts an actor again after a panic, with growing back-off: actix's own Supervisor does not.

use actix::{Actor, Addr, Context};
use prometheus::IntCounter;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const FIRST_BACK_OFF: Duration = Duration::from_millis(10);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);
/// An actor that has lived so long has proven itself: its next panic is a first one again.
const PROVEN_AFTER: Duration = Duration::from_secs(60);

/// The address of an actor, and the way to get a new one.
pub(super) struct Supervised<A: Actor<Context = Context<A>>> {
    name: &'static str,
    start: Box<dyn Fn() -> Addr<A> + Send + Sync>,
    restarts: IntCounter,
    current: Mutex<Current<A>>,
}

struct Current<A: Actor<Context = Context<A>>> {
    address: Addr<A>,
    started: Instant,
    /// How long after its start the next restart may be.
    back_off: Duration,
}

impl<A: Actor<Context = Context<A>>> Supervised<A> {
    pub(super) fn start(
        name: &'static str,
        restarts: IntCounter,
        start: impl Fn() -> Addr<A> + Send + Sync + 'static,
    ) -> Self {
        let current = Current { address: start(), started: Instant::now(), back_off: FIRST_BACK_OFF };
        Self { name, start: Box::new(start), restarts, current: Mutex::new(current) }
    }

    /// Calls `send` with the address of the living actor, or gives `None` while one that has died
    /// waits to be started again.
    pub(super) fn with_address<T>(&self, send: impl FnOnce(&Addr<A>) -> T) -> Option<T> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if !current.address.connected() && !self.restart(&mut current) {
            return None;
        }
        Some(send(&current.address))
    }

    fn restart(&self, current: &mut Current<A>) -> bool {
        let lived = current.started.elapsed();
        if lived < current.back_off {
            return false;
        }
        current.back_off =
            if lived > PROVEN_AFTER { FIRST_BACK_OFF } else { (current.back_off * 2).min(LONGEST_BACK_OFF) };
        current.address = (self.start)();
        current.started = Instant::now();
        self.restarts.inc();
        // Its cause is the panic that was logged just before, with its place in the code.
        tracing::error!(
            actor = self.name,
            lived_ms = lived.as_millis() as u64,
            "actor started again after a panic"
        );
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_BACK_OFF, LONGEST_BACK_OFF, Supervised};
    use actix::{Actor, Context, Handler, Message, System};
    use prometheus::IntCounter;
    use std::sync::Arc;
    use std::time::Instant;

    struct Fragile;

    impl Actor for Fragile {
        type Context = Context<Self>;
    }

    struct Break;

    impl Message for Break {
        type Result = ();
    }

    impl Handler<Break> for Fragile {
        type Result = ();
        fn handle(&mut self, _: Break, _: &mut Context<Self>) {
            panic!("as asked");
        }
    }

    struct Live;

    impl Message for Live {
        type Result = u8;
    }

    impl Handler<Live> for Fragile {
        type Result = u8;
        fn handle(&mut self, _: Live, _: &mut Context<Self>) -> u8 {
            7
        }
    }

    #[test]
    fn an_actor_that_panics_is_started_again_and_counted() {
        System::new().block_on(break_it_three_times());
    }

    async fn break_it_three_times() {
        let restarts = IntCounter::new("restarts", "restarts").expect("a name");
        let supervised = Arc::new(Supervised::start("fragile", restarts.clone(), || Fragile.start()));
        for count in 1..=3 {
            let broken_at = Instant::now();
            let broken = supervised.with_address(|address| address.send(Break)).expect("it lives");
            assert!(broken.await.is_err(), "its answer is lost with it");
            let answer = loop {
                match supervised.with_address(|address| address.send(Live)) {
                    Some(answer) => break answer,
                    None => tokio::task::yield_now().await,
                }
                assert!(broken_at.elapsed() < LONGEST_BACK_OFF, "it stays dead");
            };
            assert_eq!(answer.await, Ok(7));
            assert_eq!(restarts.get(), count);
            let back_off = supervised.current.lock().expect("no panic").back_off;
            assert_eq!(back_off, FIRST_BACK_OFF * 2u32.pow(count as u32), "the next one takes longer");
        }
    }
}
