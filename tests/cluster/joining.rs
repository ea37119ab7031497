//! Hot keys: many who ask for one user are answered by few reads, and nobody by one that is too old.

use crate::asking::ask;
use crate::instance::{Instance, NAME, OTHER_NAME};
use crate::node::shared;
use crate::proxied::Proxied;
use jubilee::domain::{SyncToken, Username};
use jubilee_test_support::{Client, Direction};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const WORKERS: u64 = 2;

#[test]
fn many_reads_of_one_user_are_few_requests_to_the_cluster() {
    const CLIENTS: u64 = 64;
    const READS_EACH: u64 = 10;
    const ROUND_TRIP: Duration = Duration::from_millis(50);
    let node = shared();
    let proxied = Proxied::start(&node, &[("WORKERS", "2")]);
    let path = format!("/hello/{NAME}");
    assert_eq!(ask(&mut proxied.client(), "PUT", &path).status, 204);
    proxied.proxy.delay(Direction::Down, ROUND_TRIP);
    let bytes_before = proxied.proxy.passed(Direction::Up);
    let address = proxied.app.addresses.public;
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut client = Client::connect(address).expect("it listens");
                for _ in 0..READS_EACH {
                    assert_eq!(ask(&mut client, "GET", &path).status, 200);
                }
            });
        }
    });
    let round_trips = began.elapsed().as_micros().div_ceil(ROUND_TRIP.as_micros()) as u64;
    let reads = CLIENTS * READS_EACH;
    let sent = reads - proxied.app.metrics.joined_reads.get();
    assert!(sent <= 2 * WORKERS * round_trips, "{sent} reads in {round_trips} round trips");
    assert!(sent < reads / 4, "{sent} of {reads} reads were sent");
    // What the wire saw agrees: a read is at least 30 bytes, and few other things are asked meanwhile.
    let bytes = proxied.proxy.passed(Direction::Up) - bytes_before;
    assert!(bytes < reads * 30, "{bytes} bytes went up for {reads} reads, {sent} of them sent");
    assert!(proxied.metrics.driver_events.with_label_values(&["error"]).get() == 0);
}

/// Asks, again if the node is too busy, and gives the version that the answer names.
fn version(client: &mut Client, method: &str, user: &str) -> u64 {
    const ATTEMPTS: usize = 5;
    let path = format!("/hello/{user}");
    let mut answers = (0..ATTEMPTS).map(|_| ask(client, method, &path));
    let answer = answers.find(|answer| !answer.says_that_the_store_is_away()).expect("the node works again");
    assert!(answer.is_well(), "{answer:?}");
    let username = Username::parse(user).expect("letters");
    let token = SyncToken::parse(answer.token.as_deref().expect("a token"), &username);
    token.expect("its own").version.micros()
}

#[test]
fn a_read_after_a_204_always_sees_it() {
    const WRITES: usize = 500;
    const READERS: usize = 4;
    const READS_EACH: usize = 2 * WRITES;
    let node = shared();
    let instance = Instance::start(&node.node_settings());
    instance.wait_until_ready();
    let connect = || Client::connect(instance.public()).expect("it listens");
    thread::scope(|scope| {
        for user in [NAME, OTHER_NAME] {
            scope.spawn(move || {
                let mut writer = connect();
                let acknowledged = AtomicU64::new(version(&mut writer, "PUT", user));
                thread::scope(|scope| {
                    for _ in 0..READERS {
                        scope.spawn(|| {
                            let mut reader = connect();
                            for _ in 0..READS_EACH {
                                let at_least = acknowledged.load(Ordering::SeqCst);
                                let read = version(&mut reader, "GET", user);
                                assert!(read >= at_least, "read {read} after the 204 of {at_least}");
                            }
                        });
                    }
                    for _ in 0..WRITES {
                        let written = version(&mut writer, "PUT", user);
                        acknowledged.store(written, Ordering::SeqCst);
                        // Another test may have written since.
                        let read = version(&mut writer, "GET", user);
                        assert!(read >= written, "read {read} after its own 204 of {written}");
                    }
                });
            });
        }
    });
    assert!(instance.metric("jubilee_joined_reads_total") > 0.0, "nobody joined: nothing was tried");
    instance.end();
}
