//! The embedded store: the contract, what it keeps when it is closed, what it takes away.

use crate::cells::{born, cell, soon, token, user, version_at};
use crate::contract::{Subject, holds};
use actix_web::rt::{System, SystemRunner};
use jubilee::actors::EmbeddedStore;
use jubilee::domain::cell::MARK_LIFETIME;
use jubilee::domain::{Cell, Timestamp, Value, Version, WallClock};
use jubilee::store::embedded::{DataDir, Engine, Medium};
use jubilee::store::{Answer, Store, StoreError, Unready};
use jubilee::telemetry::Metrics;
use jubilee_test_support::ManualClock;
use redb::{ReadableDatabase, ReadableTableMetadata, TableHandle};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const MAX_WRITES: usize = 1_000;

struct Bench {
    system: SystemRunner,
    data_dir: TempDir,
    clock: Arc<ManualClock>,
}

impl Bench {
    fn new() -> Self {
        let data_dir = TempDir::new().expect("a folder");
        Self { system: System::new(), data_dir, clock: ManualClock::at_noon("2026-03-01") }
    }

    fn open(&self) -> EmbeddedStore {
        let engine = Engine::open(self.file(), self.clock.clone()).expect("the file opens");
        self.system.block_on(async { EmbeddedStore::start(engine, &Metrics::new(), MAX_WRITES) })
    }

    fn file(&self) -> DataDir {
        DataDir::new(self.data_dir.path())
    }

    fn write(&self, store: &dyn Store, number: u64, cell: Cell) {
        self.system.block_on(store.write(&user(number), cell, soon())).expect("a write");
    }

    fn read(&self, store: &dyn Store, number: u64) -> Option<Cell> {
        self.system.block_on(store.read(&user(number), None, soon())).expect("a read").value
    }

    /// How many entries each table of the closed file holds.
    fn entries(&self) -> Vec<(String, u64)> {
        let database = redb::Database::open(self.file().file()).expect("a redb file");
        let reading = database.begin_read().expect("readable");
        let tables = reading.list_tables().expect("readable");
        tables
            .map(|table| {
                let name = table.name().to_owned();
                let length = reading.open_untyped_table(table).expect("a table").len().expect("readable");
                (name, length)
            })
            .collect()
    }
}

#[test]
fn the_embedded_store_keeps_the_contract() {
    let bench = Bench::new();
    let store = bench.open();
    holds(&Subject::new(&store, &bench.system, bench.clock.now()));
    store.close();
}

#[test]
fn what_was_written_is_there_after_the_store_was_closed_and_opened_again() {
    let bench = Bench::new();
    let now = bench.clock.now();
    let birthday = cell(version_at(now, 1), born("1815-12-10"));
    let mark = cell(version_at(now, 2), Value::Forgotten);
    let closed = bench.open();
    bench.write(&closed, 1, birthday);
    bench.write(&closed, 2, mark);
    closed.close();
    // The old handle is still held: closing must have let go of the file.
    let store = bench.open();
    assert_eq!(bench.read(&store, 1), Some(birthday));
    assert_eq!(bench.read(&store, 2), Some(mark));
    let read = |version| {
        bench.system.block_on(store.read(&user(1), Some(&token(version)), soon())).map(|answer| answer.value)
    };
    assert_eq!(read(mark.version), Ok(Some(birthday)), "the file remembers its last version");
    assert_eq!(read(mark.version.next()), Err(StoreError::Behind));
    assert!(matches!(closed.check(), Err(Unready { reason: "unavailable", .. })));
    store.close();
}

#[test]
fn the_file_and_its_folder_are_for_their_owner_only() {
    let bench = Bench::new();
    let folder = bench.data_dir.path().join("new");
    let engine = Engine::open(DataDir::new(&folder), bench.clock.clone()).expect("the file opens");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&DataDir::new(&folder).file())), (0o700, 0o600));
    engine.close();
}

#[test]
fn the_mark_of_a_deletion_expires_after_a_day_and_is_taken_out_of_the_file() {
    let bench = Bench::new();
    let start = bench.clock.now();
    let store = bench.open();
    bench.write(&store, 1, cell(version_at(start, 0), born("1815-12-10")));
    let mark = cell(version_at(start, 1), Value::Forgotten);
    bench.write(&store, 1, mark);

    let expires = Timestamp::from_micros(mark.version.micros()).plus(MARK_LIFETIME);
    bench.clock.set(Timestamp::from_micros(expires.micros() - 1));
    assert_eq!(bench.read(&store, 1), Some(mark), "it lives for all of the 24 hours");
    bench.clock.set(expires);
    assert_eq!(bench.read(&store, 1), None);
    let seen = token(mark.version);
    assert_eq!(
        bench.system.block_on(store.read(&user(1), Some(&seen), soon())),
        Ok(Answer::here(None)),
        "a token stays satisfied"
    );

    bench.write(&store, 2, cell(version_at(expires, 0), born("1900-01-01")));
    assert_eq!(bench.read(&store, 1), None);
    store.close();
    let entries = bench.entries();
    assert!(entries.contains(&("birthdays".into(), 1)), "{entries:?}");
    assert!(entries.contains(&("marks".into(), 0)), "{entries:?}");

    let store = bench.open();
    assert_eq!(bench.read(&store, 1), None);
    assert_eq!(bench.read(&store, 2).map(|cell| cell.version), Some(version_at(expires, 0)));
    store.close();
}

#[test]
fn many_expired_marks_are_taken_out_over_several_commits() {
    const DELETIONS: u64 = 1_000;
    let bench = Bench::new();
    let start = bench.clock.now();
    let store = bench.open();
    for number in 0..DELETIONS {
        bench.write(&store, number, cell(version_at(start, number), Value::Forgotten));
    }
    // A birthday that came after the deletion stays when the deletion's mark goes.
    let alive = cell(version_at(start, DELETIONS), born("1990-01-01"));
    bench.write(&store, 0, alive);
    let later = Timestamp::from_micros(start.micros() + DELETIONS).plus(MARK_LIFETIME);
    bench.clock.set(later);
    for number in 0..8 {
        bench.write(&store, DELETIONS, cell(version_at(later, number), born("1900-01-01")));
    }
    assert_eq!(bench.read(&store, 0), Some(alive));
    store.close();
    let entries = bench.entries();
    assert!(entries.contains(&("birthdays".into(), 2)), "{entries:?}");
    assert!(entries.contains(&("marks".into(), 0)), "{entries:?}");
}

#[test]
fn a_birthday_written_over_an_expired_mark_stands_though_its_version_is_lesser() {
    let bench = Bench::new();
    let start = bench.clock.now();
    let store = bench.open();
    bench.write(&store, 1, cell(version_at(start, 9), Value::Forgotten));
    bench.clock.set(Timestamp::from_micros(start.micros() + 9).plus(MARK_LIFETIME));
    let old = cell(version_at(start, 3), born("1815-12-10"));
    bench.write(&store, 1, old);
    assert_eq!(bench.read(&store, 1), Some(old));
    bench.write(&store, 2, cell(Version::from_micros(1), born("1815-12-10")));
    assert_eq!(bench.read(&store, 1), Some(old), "the purge takes the mark and leaves the row");
    store.close();
}

#[test]
fn a_file_of_which_a_sync_has_failed_is_written_back_even_after_a_restart_before_it_is_trusted() {
    let bench = Bench::new();
    let birthday = cell(version_at(bench.clock.now(), 1), born("1815-12-10"));
    let store = bench.open();
    bench.write(&store, 1, birthday);
    store.close();
    let distrusted = bench.data_dir.path().join("birthdays.redb.distrusted");

    bench.file().distrust();
    assert!(distrusted.exists(), "a restarted process will know");
    let store = bench.open();
    assert_eq!(bench.read(&store, 1), Some(birthday));
    assert!(!distrusted.exists(), "it has been written back");
    store.close();
}
