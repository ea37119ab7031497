//! The lock of `jubilee migrate` on a real node: it expires, it is renewed, and others wait for it.

use crate::node::Keyspace;
use jubilee::store::cluster::lock::{Lock, LockTimes};
use jubilee::store::cluster::migrate::{MigrateError, Options, Told, migrate};
use jubilee::store::cluster::schema::SchemaState;
use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

const SHORT: LockTimes = LockTimes { expiry: Duration::from_secs(4), patience: Duration::from_secs(8) };

/// The lock's holder and the seconds until it expires.
fn held(keyspace: &Keyspace) -> Vec<(String, Option<i32>)> {
    keyspace.rows("SELECT holder, TTL(holder) FROM KS.migration_lock")
}

/// Migrates until the first migration is applied, and then is gone like a process that was killed.
fn die_with_the_lock(keyspace: &Keyspace) {
    let applied = Cell::new(false);
    let tell = |told| applied.set(applied.get() || told == Told::Done("applied 0001_birthdays".into()));
    let options = Options { lock_times: SHORT, ..Options::default() };
    keyspace.wait(async {
        let mut migrating = pin!(migrate(&keyspace.session, &keyspace.settings, options, &tell));
        poll_fn(|context| match migrating.as_mut().poll(context) {
            Poll::Ready(ended) => panic!("it ended before it died: {ended:?}"),
            Poll::Pending if applied.get() => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        })
        .await;
    });
}

#[test]
fn a_lock_whose_holder_died_expires_and_others_wait_for_it() {
    let keyspace = Keyspace::new();
    die_with_the_lock(&keyspace);
    let [(holder, Some(seconds))] = &held(&keyspace)[..] else { panic!("{:?}", held(&keyspace)) };
    assert!((0..=4).contains(seconds), "{seconds} s");
    assert!(holder.contains(&format!("process {}", std::process::id())), "{holder}");

    let told = RefCell::new(Vec::new());
    let options = Options { lock_times: SHORT, ..Options::default() };
    let tell = |one| told.borrow_mut().push(one);
    let ended = keyspace.wait(migrate(&keyspace.session, &keyspace.settings, options, &tell));
    ended.expect("the lock expired");
    let told = told.into_inner();
    let waited = |one: &Told| matches!(one, Told::Notice(text) if text.contains(holder) && text.starts_with("waiting for the lock"));
    assert!(told.iter().any(waited), "{told:?}");
    assert_eq!(told.last(), Some(&Told::Done("applied 0002_canaries".into())));
    assert_eq!(keyspace.check("eu"), SchemaState::Fits);
}

#[test]
fn a_living_holder_keeps_the_lock_beyond_its_expiry_and_others_say_who_it_is() {
    let keyspace = Keyspace::migrated();
    keyspace.run("DELETE FROM KS.migrations WHERE number = 2");
    let lock = Lock::new(&keyspace.session, &keyspace.name, SHORT);
    keyspace.wait(async {
        lock.acquire(|_| {}).await.expect("it is free");
        let (done, until_done) = oneshot::channel::<()>();
        let work = lock.hold(async {
            until_done.await.expect("the other ends");
            Ok(())
        });
        let other = async {
            let options = Options { lock_times: SHORT, ..Options::default() };
            let ended = migrate(&keyspace.session, &keyspace.settings, options, &|_| {}).await;
            done.send(()).expect("the holder works on");
            ended
        };
        let (held, ended) = tokio::join!(work, other);
        held.expect("the lock was kept");
        let Err(MigrateError::Held { holder, waited }) = ended else { panic!("{ended:?}") };
        assert_eq!(holder, lock.holder());
        assert!(waited >= SHORT.patience && waited < 2 * SHORT.patience, "{waited:?}");
    });
    assert_eq!(held(&keyspace), [], "it is let go in the end");
    keyspace.migrate(&[]).well();
}

#[test]
fn who_has_lost_the_lock_stops_working_and_leaves_the_others_alone() {
    let keyspace = Keyspace::migrated();
    let lock = Lock::new(&keyspace.session, &keyspace.name, SHORT);
    keyspace.wait(lock.acquire(|_| {})).expect("it is free");
    keyspace.run(&format!(
        "UPDATE KS.migration_lock SET holder = 'another' WHERE name = 'migrate' IF holder = '{}'",
        lock.holder()
    ));
    let work = lock.hold(pending::<Result<(), MigrateError>>());
    let ended = keyspace.wait(async { timeout(5 * SHORT.expiry, work).await }).expect("it stops in time");
    assert!(matches!(ended, Err(MigrateError::LockLost)), "{ended:?}");
    assert_eq!(held(&keyspace), [("another".to_owned(), None)]);
}
