//! A panic in the middle of a commit, a disk that fails once: the writer mends itself.

use crate::cells::{born, cell, soon, user, version_at};
use crate::disk::{Disk, Fault};
use actix_web::rt::{System, SystemRunner};
use jubilee::actors::EmbeddedStore;
use jubilee::domain::{Cell, WallClock};
use jubilee::store::embedded::Engine;
use jubilee::store::{Store, StoreError, Written};
use jubilee::telemetry::Metrics;
use jubilee_test_support::{ManualClock, wait_until};
use std::sync::Arc;

struct Bench {
    system: SystemRunner,
    disk: Disk,
    metrics: Metrics,
    clock: Arc<ManualClock>,
    store: EmbeddedStore,
}

impl Bench {
    fn new() -> Self {
        Self::on(Disk::new())
    }

    fn on(disk: Disk) -> Self {
        let (clock, metrics) = (ManualClock::at_noon("2026-03-01"), Metrics::new());
        let engine = Engine::open(disk.clone(), clock.clone()).expect("it opens");
        let system = System::new();
        let store = system.block_on(async { EmbeddedStore::start(engine, &metrics, 1_000) });
        Self { system, disk, metrics, clock, store }
    }

    fn cell(&self, number: u64) -> Cell {
        cell(version_at(self.clock.now(), number), born("1815-12-10"))
    }

    fn write(&self, number: u64) -> Result<Written, StoreError> {
        self.system
            .block_on(self.store.write(&user(number), self.cell(number), soon()))
            .map(|answer| answer.value)
    }

    fn read(&self, number: u64) -> Option<Cell> {
        self.system.block_on(self.store.read(&user(number), None, soon())).expect("a read").value
    }

    fn restarts(&self) -> u64 {
        self.metrics.actor_restarts.with_label_values(&["embedded_writer"]).get()
    }

    fn wait_until_usable(&self) {
        wait_until("the store is usable again", || self.store.check().is_ok());
    }

    fn everything_is_there(&self, numbers: impl Iterator<Item = u64>) {
        for number in numbers {
            assert_eq!(self.read(number), Some(self.cell(number)), "user {number}");
        }
    }
}

#[test]
fn a_panic_in_a_commit_restarts_the_writer_and_loses_nothing_acknowledged() {
    // At each change that a commit makes, and in its sync.
    for changes in 0..6 {
        let bench = Bench::new();
        for number in 0..50 {
            assert_eq!(bench.write(number), Ok(Written::Stands));
        }
        bench.disk.break_after(changes, Fault::Panic);
        let mut acknowledged = Vec::new();
        let refused = (50..).find(|&number| match bench.write(number) {
            Ok(_) => {
                acknowledged.push(number);
                false
            }
            Err(error) => {
                assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
                true
            }
        });
        // The answer comes while the writer is still being taken down; asking starts a new one.
        wait_until("a new writer has been started", || bench.store.check().is_err() || bench.restarts() == 1);
        bench.wait_until_usable();
        assert_eq!(bench.restarts(), 1, "after {changes} changes");
        bench.everything_is_there((0..50).chain(acknowledged));
        let refused = refused.expect("a write that met the panic");
        assert_eq!(bench.write(refused), Ok(Written::Stands));
        bench.everything_is_there(0..=refused);
        bench.store.close();
    }
}

#[test]
fn a_disk_that_fails_once_is_opened_again_and_loses_nothing_acknowledged() {
    for changes in 0..6 {
        let bench = Bench::new();
        for number in 0..50 {
            assert_eq!(bench.write(number), Ok(Written::Stands));
        }
        bench.disk.break_after(changes, Fault::Error);
        let refused =
            (50..).find(|&number| bench.write(number).is_err()).expect("a write that met the error");
        bench.wait_until_usable();
        assert_eq!(bench.write(refused), Ok(Written::Stands));
        bench.everything_is_there(0..=refused);
        assert_eq!(bench.restarts(), 0);
        assert!(bench.metrics.store_reopens.get() >= 1);
        bench.store.close();
    }
}

#[test]
fn a_read_that_fails_once_is_mended_though_nothing_is_written() {
    // So many that they need more than the one page that a reader keeps.
    const USERS: u64 = 1_000;
    let disk = Disk::new();
    disk.cache_nothing();
    let bench = Bench::on(disk);
    for number in 0..USERS {
        assert_eq!(bench.write(number), Ok(Written::Stands));
    }
    bench.disk.fail_next_read();
    let failed = (0..USERS)
        .find_map(|number| bench.system.block_on(bench.store.read(&user(number), None, soon())).err());
    assert!(matches!(failed, Some(StoreError::Unavailable(_))), "{failed:?}");
    assert!(bench.store.check().is_err(), "no traffic should come meanwhile");
    bench.wait_until_usable();
    bench.everything_is_there(0..USERS);
    bench.store.close();
}
