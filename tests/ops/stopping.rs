//! SIGTERM under load, the second signal, and idle connections.

use jubilee_test_support::{Client, Process, TestApp, wait_until};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");
const CLIENTS: usize = 8;
const HEALTH_CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// What a balancer and the clients behind it share.
#[derive(Default)]
struct Traffic {
    moved_away: AtomicBool,
    answered: AtomicU64,
    answered_while_draining: AtomicU64,
}

/// Sends requests as a balancer does: on one connection until an answer says `Connection: close`, and
/// none once the instance has turned un-ready.
fn send_until_moved_away(address: SocketAddr, username: &str, traffic: &Traffic) -> Result<(), String> {
    let mut connection: Option<Client> = None;
    let put = |client: &mut Client| {
        client.request("PUT", format!("/hello/{username}"), &[], br#"{"dateOfBirth":"1815-12-10"}"#)
    };
    let get = |client: &mut Client| client.request("GET", format!("/hello/{username}"), &[], b"");
    for number in 0u64.. {
        if traffic.moved_away.load(Ordering::SeqCst) {
            break;
        }
        let mut client = match connection.take() {
            Some(client) => client,
            None => Client::connect(address).map_err(|error| format!("connecting: {error}"))?,
        };
        let (response, expected) =
            if number.is_multiple_of(2) { (put(&mut client), 204) } else { (get(&mut client), 200) };
        let response = response.map_err(|error| format!("request {number}: {error}"))?;
        if response.status != expected {
            return Err(format!("request {number}: {} {}", response.status, response.text()));
        }
        traffic.answered.fetch_add(1, Ordering::SeqCst);
        if response.header("connection") == Some("close") {
            traffic.answered_while_draining.fetch_add(1, Ordering::SeqCst);
        } else {
            connection = Some(client);
        }
    }
    Ok(())
}

/// Asks `/readyz` at an interval, and moves the traffic away at the first answer that is not 200.
fn check_health(address: SocketAddr, traffic: &Traffic, ended: &mpsc::Receiver<()>) {
    while ended.recv_timeout(HEALTH_CHECK_INTERVAL) == Err(RecvTimeoutError::Timeout) {
        let ready =
            Client::connect(address).and_then(|mut client| client.request("GET", "/readyz", &[], b""));
        if !ready.is_ok_and(|response| response.status == 200) {
            traffic.moved_away.store(true, Ordering::SeqCst);
        }
    }
}

#[test]
fn sigterm_under_load_fails_no_request_of_clients_that_follow_readyz_and_connection_close() {
    let data_dir = TempDir::new().expect("a folder");
    let process = Process::start(PROGRAM, data_dir.path(), &[("DRAIN_DELAY", "2s")]);
    let address = process.public;
    let traffic = Arc::new(Traffic::default());
    let (end_checks, checks_end) = mpsc::channel();
    let checker = thread::spawn({
        let traffic = Arc::clone(&traffic);
        move || check_health(address, &traffic, &checks_end)
    });
    let clients: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h"]
        .into_iter()
        .take(CLIENTS)
        .map(|username| {
            let traffic = Arc::clone(&traffic);
            thread::spawn(move || send_until_moved_away(address, username, &traffic))
        })
        .collect();
    wait_until("the load runs", || traffic.answered.load(Ordering::SeqCst) > 500);

    process.signal("TERM");
    let failed: Vec<_> =
        clients.into_iter().filter_map(|client| client.join().expect("no panic").err()).collect();
    let (status, log) = process.wait();
    drop(end_checks);
    checker.join().expect("no panic");

    assert_eq!(failed, Vec::<String>::new());
    assert!(status.success(), "{status}: {log}");
    let served = traffic.answered_while_draining.load(Ordering::SeqCst);
    assert!(served > 0, "it went on serving while the balancer had not noticed yet");
    assert!(Client::connect(address).is_err(), "nobody listens any more");
}

#[test]
fn a_second_signal_ends_at_once() {
    let data_dir = TempDir::new().expect("a folder");
    let process = Process::start(PROGRAM, data_dir.path(), &[("DRAIN_DELAY", "1h")]);
    process.signal("TERM");
    wait_until("it drains", || {
        process.client().request("GET", "/readyz", &[], b"").expect("it serves").status == 503
    });
    assert_eq!(process.client().request("GET", "/livez", &[], b"").expect("it serves").status, 200);
    let began = Instant::now();
    process.signal("INT");
    let (status, _) = process.wait();
    assert_eq!(status.code(), Some(1));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_idle_connection_is_closed_after_keep_alive_and_not_before() {
    let app = TestApp::builder().set("KEEP_ALIVE", "1s").start();
    let mut client = app.client();
    assert_eq!(client.request("GET", "/livez", &[], b"").expect("an answer").status, 200);
    let answered = Instant::now();
    assert_eq!(client.read_to_close().expect("it closes"), b"");
    let idle = answered.elapsed();
    assert!(idle >= Duration::from_millis(900), "closed after {idle:?}");
    assert!(idle < Duration::from_secs(10), "closed after {idle:?}");
}
