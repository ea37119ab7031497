//! The contract of [`Store`], the same for each engine. [`holds`] runs all of it.

use crate::cells::{born, cell, seed, soon, token, user, version_at};
use actix_web::rt::SystemRunner;
use futures_util::future::join_all;
use jubilee::domain::{Cell, SyncToken, Timestamp, Username, Value};
use jubilee::store::{Store, StoreError, Written};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell as Counter;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A store and what a step needs to ask it. Each step takes users of its own, so a store may be shared.
pub(crate) struct Subject<'store> {
    store: &'store dyn Store,
    system: &'store SystemRunner,
    now: Timestamp,
    users: Counter<u64>,
    random_orders: u32,
}

impl<'store> Subject<'store> {
    /// `now` is the time of the store's clock, at which everything is written.
    pub(crate) fn new(store: &'store dyn Store, system: &'store SystemRunner, now: Timestamp) -> Self {
        Self { store, system, now, users: Counter::new(fastrand::u64(..1 << 40)), random_orders: 100 }
    }

    /// The same with fewer random orders of writes, where each write takes long.
    pub(crate) fn random_orders(self, random_orders: u32) -> Self {
        Self { random_orders, ..self }
    }

    fn new_user(&self) -> Username {
        self.users.set(self.users.get() + 1);
        user(self.users.get())
    }

    fn at(&self, micros: u64, value: Value) -> Cell {
        cell(version_at(self.now, micros), value)
    }

    fn write(&self, username: &Username, cell: Cell) -> Written {
        self.system.block_on(self.store.write(username, cell, soon())).expect("a write").value
    }

    fn read(&self, username: &Username) -> Option<Cell> {
        self.read_with(username, None).expect("a read")
    }

    fn read_with(
        &self,
        username: &Username,
        at_least: Option<&SyncToken>,
    ) -> Result<Option<Cell>, StoreError> {
        self.system.block_on(self.store.read(username, at_least, soon())).map(|answer| answer.value)
    }
}

type Step = fn(&Subject<'_>);

const STEPS: &[(&str, Step)] = &[
    ("a usable store says so", |subject| assert_eq!(subject.store.check(), Ok(()))),
    ("an unknown user has no cell", |subject| assert_eq!(subject.read(&subject.new_user()), None)),
    ("what was written is read", what_was_written_is_read),
    ("the same write again changes nothing", the_same_write_again_changes_nothing),
    ("a lesser write says what outranks it", a_lesser_write_says_what_outranks_it),
    ("a deletion can be read with its version", a_deletion_can_be_read_with_its_version),
    ("an older birthday does not come back after a deletion", an_older_birthday_does_not_come_back),
    ("a newer birthday replaces a deletion", a_newer_birthday_replaces_a_deletion),
    ("the greatest cell stands in whatever order writes arrive", the_greatest_stands_in_any_order),
    ("concurrent writers to one user end at the greatest", concurrent_writers_end_at_the_greatest),
    ("a token is satisfied by what it names and by nothing older", a_token_is_satisfied),
];

/// Runs every step, each of which names itself when it fails.
pub(crate) fn holds(subject: &Subject<'_>) {
    for (name, step) in STEPS {
        // What the step itself had to say has been printed by the panic.
        let result = catch_unwind(AssertUnwindSafe(|| step(subject)));
        assert!(result.is_ok(), "this part of the contract does not hold: {name}");
    }
}

fn what_was_written_is_read(subject: &Subject<'_>) {
    let (ada, bob) = (subject.new_user(), subject.new_user());
    let cell = subject.at(1, born("1815-12-10"));
    assert_eq!(subject.write(&ada, cell), Written::Stands);
    assert_eq!(subject.read(&ada), Some(cell));
    assert_eq!(subject.read(&bob), None, "a write touches its own user only");
}

fn the_same_write_again_changes_nothing(subject: &Subject<'_>) {
    for value in [born("1815-12-10"), Value::Forgotten] {
        let (ada, cell) = (subject.new_user(), subject.at(1, value));
        for _ in 0..3 {
            assert_eq!(subject.write(&ada, cell), Written::Stands);
            assert_eq!(subject.read(&ada), Some(cell));
        }
    }
}

fn a_lesser_write_says_what_outranks_it(subject: &Subject<'_>) {
    let ada = subject.new_user();
    let greater = subject.at(2, born("1815-12-10"));
    subject.write(&ada, greater);
    let answer = subject.write(&ada, subject.at(1, born("1900-01-01")));
    // A store that cannot tell may say that the write stands.
    assert!([Written::Outranked(greater.version), Written::Stands].contains(&answer), "{answer:?}");
    assert_eq!(subject.read(&ada), Some(greater));
}

fn a_deletion_can_be_read_with_its_version(subject: &Subject<'_>) {
    let (ada, nobody) = (subject.new_user(), subject.new_user());
    subject.write(&ada, subject.at(1, born("1815-12-10")));
    for username in [ada, nobody] {
        let mark = subject.at(2, Value::Forgotten);
        assert_eq!(subject.write(&username, mark), Written::Stands);
        assert_eq!(subject.read(&username), Some(mark));
    }
}

fn an_older_birthday_does_not_come_back(subject: &Subject<'_>) {
    let ada = subject.new_user();
    let mark = subject.at(5, Value::Forgotten);
    subject.write(&ada, mark);
    for micros in [1, 4, 5] {
        subject.write(&ada, subject.at(micros, born("1815-12-10")));
        assert_eq!(subject.read(&ada), Some(mark));
    }
}

fn a_newer_birthday_replaces_a_deletion(subject: &Subject<'_>) {
    let ada = subject.new_user();
    subject.write(&ada, subject.at(1, Value::Forgotten));
    let cell = subject.at(2, born("1815-12-10"));
    assert_eq!(subject.write(&ada, cell), Written::Stands);
    assert_eq!(subject.read(&ada), Some(cell));
}

/// Few versions and few dates, so that most cases hold a tie of each kind.
fn cells(now: Timestamp) -> impl Strategy<Value = Vec<Cell>> {
    let value = prop_oneof![
        Just(Value::Forgotten),
        Just(born("1815-12-10")),
        Just(born("1815-12-11")),
        Just(born("1990-01-01")),
    ];
    vec((1u64..5, value).prop_map(move |(micros, value)| cell(version_at(now, micros), value)), 1..8)
}

fn the_greatest_stands_in_any_order(subject: &Subject<'_>) {
    let orders = cells(subject.now).prop_flat_map(|cells| (Just(cells.clone()), Just(cells).prop_shuffle()));
    TestRunner::new(Config { cases: subject.random_orders, failure_persistence: None, ..Config::default() })
        .run(&orders, |(one_order, another)| {
            for order in [one_order, another] {
                let username = subject.new_user();
                let mut greatest = None;
                for cell in order {
                    subject.write(&username, cell);
                    greatest = greatest.max(Some(cell));
                    assert_eq!(subject.read(&username), greatest);
                }
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

fn concurrent_writers_end_at_the_greatest(subject: &Subject<'_>) {
    let ada = subject.new_user();
    let mut micros: Vec<u64> = (1..=200).collect();
    fastrand::Rng::with_seed(seed()).shuffle(&mut micros);
    let greatest = subject.at(200, born("1815-12-10"));
    let writes = micros.iter().map(|&micros| {
        let value = if micros % 7 == 0 { Value::Forgotten } else { born("1815-12-10") };
        subject.store.write(&ada, subject.at(micros, value), soon())
    });
    for answer in subject.system.block_on(join_all(writes)) {
        answer.expect("a write");
    }
    assert_eq!(subject.read(&ada), Some(greatest));
}

fn a_token_is_satisfied(subject: &Subject<'_>) {
    let ada = subject.new_user();
    let cell = subject.at(1_000, born("1815-12-10"));
    subject.write(&ada, cell);
    for micros in [0, 999, 1_000] {
        let seen = token(version_at(subject.now, micros));
        assert_eq!(subject.read_with(&ada, Some(&seen)), Ok(Some(cell)));
    }
    let never_written = token(version_at(subject.now, 1_000_000));
    assert_eq!(subject.read_with(&ada, Some(&never_written)), Err(StoreError::Behind));
}
