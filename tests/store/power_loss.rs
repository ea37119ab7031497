//! What `kill -9` cannot show: a write that was acknowledged before it was synced.

use crate::cells::{any_date, born, cell, seed, token, user, version_at};
use crate::disk::{Disk, Fault};
use fastrand::Rng;
use jubilee::domain::cell::MARK_LIFETIME;
use jubilee::domain::{Cell, Value, Version, WallClock};
use jubilee::store::embedded::{Engine, Write};
use jubilee_test_support::ManualClock;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const SEEDS: u64 = 1_000;
const FAILED_SYNCS: u64 = 500;
const LOSSES_A_SEED: u32 = 3;
const COMMITS_A_LOSS: u32 = 25;

/// One disk through several losses of power, and what its users were told.
struct Trial {
    rng: Rng,
    clock: Arc<ManualClock>,
    disk: Disk,
    users: u64,
    last_version: Version,
    /// What must be there.
    acknowledged: BTreeMap<u64, Cell>,
    /// The newest version that was acknowledged, of whatever user.
    newest_acknowledged: Version,
    /// What may be there too: the group that was being committed.
    in_flight: Vec<(u64, Cell)>,
}

impl Trial {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let clock = ManualClock::at_noon("2026-03-01");
        let users = [1, 5, 40, 400][rng.usize(..4)];
        Self {
            rng,
            disk: Disk::new(),
            users,
            last_version: version_at(clock.now(), 0),
            clock,
            acknowledged: BTreeMap::new(),
            newest_acknowledged: Version::from_micros(0),
            in_flight: Vec::new(),
        }
    }

    /// Commits until the power is lost, brings it back and looks.
    fn lose_power_once(&mut self) {
        self.disk.break_after(self.rng.u64(..200), Fault::PowerLoss);
        if let Ok(engine) = Engine::open(self.disk.clone(), self.clock.clone()) {
            for _ in 0..COMMITS_A_LOSS {
                if !self.commit(&engine) {
                    break;
                }
            }
            if self.rng.bool() {
                // Sometimes it is lost while nothing is written, before the file was closed.
                self.disk.lose_power();
            }
        }
        self.disk.lose_power();
        self.disk.restore_power(&mut self.rng);
        self.look();
    }

    fn commit(&mut self, engine: &Engine) -> bool {
        if self.rng.u8(..20) == 0 {
            let later = self.clock.now().plus(MARK_LIFETIME);
            self.clock.set(later);
        }
        let most = [1, 4, 60][self.rng.usize(..3)];
        let group: Vec<(u64, Cell)> = (0..self.rng.usize(..=most)).map(|_| self.any_write()).collect();
        let writes: Vec<Write> =
            group.iter().map(|&(number, cell)| Write { username: user(number), cell }).collect();
        if engine.commit(&writes).is_err() {
            self.in_flight = group;
            return false;
        }
        for (number, cell) in group {
            self.newest_acknowledged = self.newest_acknowledged.max(cell.version);
            let standing = self.acknowledged.entry(number).or_insert(cell);
            if *standing < cell || standing.is_expired_mark(self.clock.now()) {
                *standing = cell;
            }
        }
        true
    }

    fn any_write(&mut self) -> (u64, Cell) {
        let now = Version::from_micros(self.clock.now().micros());
        self.last_version = now.max(self.last_version.next());
        let value =
            if self.rng.u8(..4) == 0 { Value::Forgotten } else { born(&any_date(self.rng.u64(..1_000))) };
        (self.rng.u64(..self.users), cell(self.last_version, value))
    }

    /// Everything that was acknowledged must be there, and what is found is what counts from now on.
    fn look(&mut self) {
        let engine =
            Engine::open(self.disk.clone(), self.clock.clone()).expect("it opens after a loss of power");
        let now = self.clock.now();
        for number in 0..self.users {
            let found = engine.read(&user(number), None).expect("a read");
            let stands = self.acknowledged.get(&number).filter(|cell| !cell.is_expired_mark(now)).copied();
            let in_flight = self.in_flight.iter().any(|&(of, cell)| {
                of == number && found == Some(cell).filter(|cell| !cell.is_expired_mark(now))
            });
            assert!(
                found == stands || in_flight,
                "user {number}: {found:?} is there, {stands:?} was acknowledged"
            );
            match found {
                Some(cell) => self.acknowledged.insert(number, cell),
                None => self.acknowledged.remove(&number),
            };
        }
        let newest = token(self.newest_acknowledged);
        assert!(engine.read(&user(0), Some(&newest)).is_ok(), "the file forgot its last version");
        self.in_flight.clear();
        engine.commit(&[]).expect("it can be written again");
    }
}

fn survives(seed: u64, prepare: impl Fn(&Disk)) {
    let mut trial = Trial::new(seed);
    prepare(&trial.disk);
    for _ in 0..LOSSES_A_SEED {
        trial.lose_power_once();
    }
}

#[test]
fn every_acknowledged_write_survives_a_loss_of_power_at_any_moment() {
    let first = seed();
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let count = next.fetch_add(1, Ordering::Relaxed);
                    if count >= SEEDS {
                        break;
                    }
                    let seed = first.wrapping_add(count);
                    let result = catch_unwind(AssertUnwindSafe(|| survives(seed, |_| ())));
                    assert!(result.is_ok(), "run it again with JUBILEE_TEST_SEED={seed}");
                }
            });
        }
    });
}

/// The test above is worth something only if it sees a sync that is missing.
#[test]
fn a_disk_that_only_says_that_it_synced_is_found_out() {
    let first = seed();
    let found_out = (0..20)
        .filter(|count| {
            let seed = first.wrapping_add(*count);
            catch_unwind(AssertUnwindSafe(|| survives(seed, Disk::lie_about_syncing))).is_err()
        })
        .count();
    assert!(found_out >= 15, "only {found_out} of 20 times");
}

#[test]
fn what_is_acknowledged_after_a_failed_sync_survives_a_loss_of_power() {
    let first = seed();
    for count in 0..FAILED_SYNCS {
        let seed = first.wrapping_add(count);
        let mut trial = Trial::new(seed);
        let engine = Engine::open(trial.disk.clone(), trial.clock.clone()).expect("it opens");
        for _ in 0..trial.rng.u32(1..COMMITS_A_LOSS) {
            assert!(trial.commit(&engine));
        }
        trial.disk.break_after(trial.rng.u64(..3), Fault::FailedSync);
        while trial.commit(&engine) {}
        let maybe = std::mem::take(&mut trial.in_flight);
        engine.reopen().expect("the disk works again");
        for _ in 0..trial.rng.u32(1..COMMITS_A_LOSS) {
            assert!(trial.commit(&engine));
        }
        trial.in_flight = maybe;
        trial.disk.lose_power();
        drop(engine);
        trial.disk.restore_power(&mut trial.rng);
        let result = catch_unwind(AssertUnwindSafe(|| trial.look()));
        assert!(result.is_ok(), "run it again with JUBILEE_TEST_SEED={seed}");
    }
}
