//! More is asked than the store can answer.

use jubilee::domain::{CalendarDate, Cell, DateOfBirth, SyncToken, Username, Value, Version};
use jubilee::store::{Answer, Store, StoreError, StoreFuture, Unready, Written};
use jubilee_test_support::{TestApp, wait_until};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(2);
const ANSWERED_A_SECOND: u32 = 100;

/// Knows everybody, and answers one after the other, so many a second. It takes no CPU to be slow.
struct SlowStore {
    next_free: Mutex<Instant>,
    answered: AtomicU64,
}

impl SlowStore {
    fn new() -> Arc<Self> {
        Arc::new(Self { next_free: Mutex::new(Instant::now()), answered: AtomicU64::new(0) })
    }

    /// Answers nobody until that much later.
    fn stall(&self, duration: Duration) {
        *self.next_free.lock().expect("no panic") = Instant::now() + duration;
    }

    fn take_turn(&self) -> Instant {
        let mut next_free = self.next_free.lock().expect("no panic");
        let turn = (*next_free).max(Instant::now()) + Duration::from_secs(1) / ANSWERED_A_SECOND;
        *next_free = turn;
        turn
    }
}

impl Store for SlowStore {
    fn read(&self, _: &Username, _: Option<&SyncToken>, _: Instant) -> StoreFuture<Option<Cell>> {
        let turn = self.take_turn();
        self.answered.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tokio::time::sleep_until(turn.into()).await;
            let born = DateOfBirth::from_stored(CalendarDate::parse("1815-12-10").expect("a day"));
            let cell = Cell { version: Version::from_micros(1), value: Value::Born(born) };
            Ok(Answer::here(Some(cell)))
        })
    }

    fn write(&self, _: &Username, _: Cell, _: Instant) -> StoreFuture<Written> {
        Box::pin(async { Err(StoreError::Unavailable("read only".into())) })
    }

    fn check(&self) -> Result<(), Unready> {
        Ok(())
    }
}

/// What a client met, and how long it took.
type Met = (u16, Option<String>, Duration);

/// Sends so many requests a second whether or not earlier ones are answered, as the world does.
fn offer(app: &TestApp, requests_a_second: u32, duration: Duration) -> Vec<Met> {
    let began = Instant::now();
    let total = (duration.as_secs_f64() * f64::from(requests_a_second)) as u32;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..total)
            .map(|number| {
                let due = began + Duration::from_secs(1) * number / requests_a_second;
                // This waits for nothing: the pace of the load is what the test is about.
                thread::sleep(due.saturating_duration_since(Instant::now()));
                scope.spawn(move || {
                    let asked = Instant::now();
                    let response = app.get(format!("/hello/{}", user(number)));
                    let retry_after = response.header("retry-after").map(str::to_owned);
                    (response.status, retry_after, asked.elapsed())
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("an answer")).collect()
    })
}

/// Another user for each request: those who ask for the same one would be answered together.
fn user(mut number: u32) -> String {
    let mut letters = String::from("u");
    while number > 0 {
        letters.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    letters
}

#[test]
fn a_store_at_a_fifth_of_what_is_offered_answers_the_accepted_and_the_rest_are_refused_at_once() {
    let store = SlowStore::new();
    let app = TestApp::builder().set("WORKERS", "1").store(store.clone()).start();
    let met = offer(&app, 5 * ANSWERED_A_SECOND, Duration::from_secs(5));
    // A machine that is busy with something else holds up a few.
    let few = met.len() / 50;
    let (refused, accepted): (Vec<_>, Vec<_>) = met.iter().partition(|(status, ..)| *status == 503);
    assert!(refused.iter().all(|(_, retry_after, _)| retry_after.as_deref() == Some("1")), "{refused:?}");
    let late = refused.iter().filter(|(.., took)| *took >= DEADLINE / 4).count();
    assert!(late <= few, "{late} of {} were not refused at once", refused.len());
    let failed = accepted.iter().filter(|(status, ..)| *status != 200).count();
    assert!(failed <= few, "{failed} of {} were accepted and failed", accepted.len());
    let slowest = accepted.iter().map(|(.., took)| *took).max().expect("some are accepted");
    assert!(slowest < DEADLINE + DEADLINE / 4, "accepted and answered after {slowest:?}");
    let share = refused.len() as f64 / met.len() as f64;
    assert!((0.5..0.85).contains(&share), "{share} of all were refused");
    assert_eq!(
        store.answered.load(Ordering::SeqCst),
        accepted.len() as u64,
        "the refused cost the store nothing"
    );

    wait_until("the queue is answered", || app.metrics.requests_in_flight.get() == 0);
    let calm = offer(&app, ANSWERED_A_SECOND / 4, Duration::from_secs(2));
    assert!(
        calm.iter().all(|(status, ..)| *status == 200),
        "service is normal when the load falls: {calm:?}"
    );
}

#[test]
fn a_store_that_stalls_for_one_local_time_out_costs_no_refused_request() {
    let store = SlowStore::new();
    let app = TestApp::builder().set("WORKERS", "1").store(store.clone()).start();
    let rate = ANSWERED_A_SECOND * 6 / 10;
    let before = offer(&app, rate, Duration::from_secs(1));
    store.stall(DEADLINE / 3);
    let after = offer(&app, rate, Duration::from_secs(2));
    assert!(before.iter().chain(&after).all(|(status, ..)| *status == 200), "{after:?}");
}
