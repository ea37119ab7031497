//! A light load, and what its clients see.

use crate::asking::{Answer, ask};
use crate::instance::{NAME, OTHER_NAME};
use jubilee_test_support::{Client, wait_until};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const CLIENTS: usize = 4;
/// Between two requests of a client.
const PAUSE: Duration = Duration::from_millis(10);

/// Clients that write and read in turn until they are stopped.
pub(crate) struct Load {
    well: Arc<AtomicU64>,
    badly: Arc<AtomicU64>,
    clients: Vec<(mpsc::Sender<()>, JoinHandle<Vec<Answer>>)>,
}

impl Load {
    pub(crate) fn start(on: SocketAddr) -> Self {
        let (well, badly) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let client = |number: usize| {
            let (stop, stopped) = mpsc::channel();
            let (well, badly) = (Arc::clone(&well), Arc::clone(&badly));
            let user = if number.is_multiple_of(2) { NAME } else { OTHER_NAME };
            let path = format!("/hello/{user}");
            let thread = thread::spawn(move || {
                let mut connection = Client::connect(on).expect("it listens");
                let mut answers = Vec::new();
                for method in ["PUT", "GET"].into_iter().cycle() {
                    if stopped.recv_timeout(PAUSE) != Err(mpsc::RecvTimeoutError::Timeout) {
                        break;
                    }
                    let answer = ask(&mut connection, method, &path);
                    let count = if answer.is_well() { &well } else { &badly };
                    count.fetch_add(1, Ordering::SeqCst);
                    answers.push(answer);
                }
                answers
            });
            (stop, thread)
        };
        let clients = (0..CLIENTS).map(client).collect();
        let load = Self { well, badly, clients };
        load.wait_until_well();
        load
    }

    /// Waits for some more answers that are well.
    pub(crate) fn wait_until_well(&self) {
        wait_for_more("requests are served", &self.well);
    }

    /// Waits for some more answers that are not.
    pub(crate) fn wait_until_refused(&self) {
        wait_for_more("requests are refused", &self.badly);
    }

    /// Stops; gives all answers.
    pub(crate) fn end(self) -> Vec<Answer> {
        let Self { clients, .. } = self;
        let (stops, threads): (Vec<_>, Vec<_>) = clients.into_iter().unzip();
        drop(stops);
        threads.into_iter().flat_map(|thread| thread.join().expect("no client panics")).collect()
    }
}

fn wait_for_more(what: &str, count: &AtomicU64) {
    let enough = count.load(Ordering::SeqCst) + 10 * CLIENTS as u64;
    wait_until(what, || count.load(Ordering::SeqCst) >= enough);
}
