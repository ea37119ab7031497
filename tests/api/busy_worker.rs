//! A worker whose thread is held up: what waits in its mailbox is counted, and so is what waits too long.

use crate::expect::metric;
use jubilee::domain::{Cell, SyncToken, Username};
use jubilee::store::{Answer, Store, StoreError, StoreFuture, Unready, Written};
use jubilee_test_support::{Client, TestApp, wait_until};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_millis(300);
const CROWD: usize = 7;

/// Knows nobody; holds the thread of whoever reads while no place is free.
#[derive(Default)]
struct Gate {
    places: Mutex<usize>,
    opened: Condvar,
}

impl Gate {
    /// Lets so many more through.
    fn open(&self, places: usize) {
        *self.places.lock().unwrap_or_else(PoisonError::into_inner) += places;
        self.opened.notify_all();
    }
}

/// Lets everybody through in the end, also where the test has failed: the worker could not stop otherwise.
struct OpenInTheEnd(Arc<Gate>);

impl Drop for OpenInTheEnd {
    fn drop(&mut self) {
        self.0.open(usize::from(u16::MAX));
    }
}

impl Store for Gate {
    fn read(&self, _: &Username, _: Option<&SyncToken>, _: Instant) -> StoreFuture<Option<Cell>> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.opened.wait_while(places, |places| *places == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        Box::pin(async { Ok(Answer::here(None)) })
    }

    fn write(&self, _: &Username, _: Cell, _: Instant) -> StoreFuture<Written> {
        Box::pin(async { Err(StoreError::Unavailable("read only".into())) })
    }

    fn check(&self) -> Result<(), Unready> {
        Ok(())
    }
}

fn send(client: &mut Client, letter: usize) {
    let name = char::from(b'a' + letter as u8);
    client.send(format!("GET /hello/{name} HTTP/1.1\r\nHost: test\r\n\r\n").as_bytes()).expect("sent");
}

#[test]
fn what_waits_for_a_busy_worker_is_counted_and_so_is_what_waits_too_long() {
    let gate = Arc::new(Gate::default());
    let app = TestApp::builder()
        .set("WORKERS", "1")
        .set("MAX_IN_FLIGHT", "9")
        .set("REQUEST_TIMEOUT", "300ms")
        .store(gate.clone())
        .start();
    let _open = OpenInTheEnd(Arc::clone(&gate));
    let mut clients: Vec<_> = (0..=CROWD).map(|_| app.client()).collect();
    for client in &mut clients {
        assert_eq!(client.request("GET", "/livez", &[], b"").expect("an answer").status, 200);
    }
    assert_eq!(metric(&app, "jubilee_admission_limit"), 9.0);
    let busy = r#"jubilee_runtime_busy_seconds_total{runtime="worker-0"}"#;
    let busy_before = metric(&app, busy);

    let (first, crowd) = clients.split_first_mut().expect("a client");
    send(first, CROWD);
    wait_until("the first holds the thread", || metric(&app, "jubilee_admitted_requests") == 1.0);
    assert_eq!(metric(&app, "jubilee_mailbox_messages"), 0.0, "it has left the mailbox");
    // They come in together once the thread is free, and all but the one that holds it next wait.
    for (letter, client) in crowd.iter_mut().enumerate() {
        send(client, letter);
    }
    gate.open(1);
    let began = Instant::now();
    wait_until("the crowd is inside", || metric(&app, "jubilee_admitted_requests") == CROWD as f64);
    assert_eq!(metric(&app, "jubilee_mailbox_messages"), CROWD as f64 - 1.0);
    wait_until("the deadlines of all have passed", || began.elapsed() > 2 * TIMEOUT);
    gate.open(CROWD);
    assert_eq!(first.read_response(false).expect("an answer").status, 404);
    let mut statuses: Vec<_> =
        crowd.iter_mut().map(|client| client.read_response(false).expect("an answer").status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 504).count(), CROWD - 1, "{statuses:?}");

    let exceeded = r#"jubilee_deadlines_exceeded_total{stage="mailbox"}"#;
    assert_eq!(metric(&app, exceeded), CROWD as f64 - 1.0);
    assert_eq!(metric(&app, r#"jubilee_deadlines_exceeded_total{stage="store"}"#), 0.0);
    assert_eq!(metric(&app, "jubilee_mailbox_messages"), 0.0);
    wait_until("nobody is inside", || metric(&app, "jubilee_admitted_requests") == 0.0);
    wait_until("the time it was busy is counted", || {
        metric(&app, busy) - busy_before > TIMEOUT.as_secs_f64()
    });
    assert_eq!(app.exposition().get(r#"jubilee_runtime_busy_seconds_total{runtime="worker-1"}"#), None);
}
