//! Rows of the cluster: marks of deletions, ties, and what somebody else has done to the table.

use crate::cells::{born, cell, soon, user};
use crate::node::Keyspace;
use jubilee::app::SystemClock;
use jubilee::domain::cell::MARK_LIFETIME;
use jubilee::domain::{Cell, Region, SyncToken, Value, Version, WallClock};
use jubilee::store::StoreError;
use jubilee::store::cluster::{Cluster, Connector, Live};
use jubilee::telemetry::Metrics;
use jubilee_test_support::wait_until;
use std::sync::Arc;
use std::time::Duration;

/// A migrated table, and the cluster as requests see it.
struct Bench {
    cluster: Arc<Cluster>,
    keyspace: Keyspace,
}

impl Bench {
    fn new() -> Self {
        Self::of(Keyspace::migrated())
    }

    fn of(keyspace: Keyspace) -> Self {
        let metrics = Metrics::new();
        let cluster = Cluster::new(Duration::from_secs(10), Arc::new(SystemClock), metrics.clone());
        let connector = Connector::new(keyspace.settings.clone());
        cluster
            .set_live(Ok(Arc::new(keyspace.wait(Live::connect(&connector, &metrics)).expect("a session"))));
        Self { cluster: Arc::new(cluster), keyspace }
    }

    fn try_write(&self, number: u64, cell: Cell) -> Result<(), StoreError> {
        self.keyspace.wait(self.cluster.write(&user(number), cell, soon())).map(|_| ())
    }

    fn write(&self, number: u64, cell: Cell) {
        self.try_write(number, cell).expect("a write");
    }

    fn try_read(&self, number: u64) -> Result<Option<Cell>, StoreError> {
        self.keyspace.wait(self.cluster.read(&user(number), None, soon())).map(|answer| answer.value)
    }

    fn read(&self, number: u64) -> Option<Cell> {
        self.try_read(number).expect("a read")
    }

    /// Runs a statement by hand, in which `KS` stands for the keyspace and `USER` for a user.
    fn run(&self, number: u64, statement: &str) {
        self.keyspace.run(&statement.replace("USER", &format!("'{}'", user(number).as_str())));
    }

    fn rows_of(&self, number: u64) -> usize {
        let query = format!("SELECT username FROM KS.birthdays WHERE username = '{}'", user(number).as_str());
        self.keyspace.rows::<(String,)>(&query).len()
    }
}

fn at(micros: u64, value: Value) -> Cell {
    cell(Version::from_micros(micros), value)
}

fn this_moment() -> u64 {
    SystemClock.now().micros()
}

#[test]
fn a_deletion_is_a_marked_write_that_expires_after_a_day() {
    let bench = Bench::new();
    let now = this_moment();
    bench.write(1, at(now, born("1815-12-10")));
    bench.write(2, at(now, Value::Forgotten));
    let query = "SELECT TTL(date_of_birth), WRITETIME(date_of_birth) FROM KS.birthdays WHERE username = ";
    let cell_of = |number| {
        let query = format!("{query}'{}'", user(number).as_str());
        bench.keyspace.rows::<(Option<i32>, i64)>(&query).remove(0)
    };
    assert_eq!(cell_of(1), (None, now as i64), "a birthday stays for ever");
    let (seconds_left, written) = cell_of(2);
    let lifetime = MARK_LIFETIME.as_secs() as i32;
    assert!((lifetime - 60..=lifetime).contains(&seconds_left.expect("it expires")), "{seconds_left:?}");
    assert_eq!(written, now as i64);
}

#[test]
fn on_equal_versions_a_deletion_wins_else_the_later_date_in_both_orders() {
    let bench = Bench::new();
    let (early, late) = (born("1815-12-10"), born("1815-12-11"));
    let greatest_spelt = born("9999-12-30");
    let mut number = 0;
    for (lesser, greater) in [
        (early, late),
        (early, Value::Forgotten),
        (greatest_spelt, Value::Forgotten),
        (born("0001-01-01"), early),
    ] {
        for order in [[lesser, greater], [greater, lesser]] {
            number += 1;
            for value in order {
                bench.write(number, at(7_000_000, value));
            }
            assert_eq!(bench.read(number), Some(at(7_000_000, greater)), "{order:?}");
        }
    }
}

#[test]
fn after_a_mark_has_expired_neither_an_older_nor_an_equal_birthday_comes_back() {
    let bench = Bench::new();
    let now = this_moment();
    bench.write(1, at(now - 10, born("1815-12-10")));
    let mark = "UPDATE KS.birthdays USING TIMESTAMP MOMENT AND TTL 1 SET date_of_birth = '9999-12-31' \
                WHERE username = USER";
    bench.run(1, &mark.replace("MOMENT", &now.to_string()));
    assert_eq!(bench.read(1), Some(at(now, Value::Forgotten)));
    wait_until("the mark has expired", || bench.read(1).is_none());
    assert_eq!(bench.rows_of(1), 0, "nothing is left, not even a key");
    for older in [now - 10, now - 1, now] {
        bench.write(1, at(older, born("1815-12-10")));
        assert_eq!(bench.read(1), None, "a version of {} before the mark", now - older);
    }
    let newer = at(now + 1, born("1815-12-10"));
    bench.write(1, newer);
    assert_eq!(bench.read(1), Some(newer));
}

#[test]
fn what_an_operator_has_deleted_is_gone_and_can_be_written_anew() {
    let bench = Bench::new();
    let now = this_moment();
    let deletions = [
        "DELETE FROM KS.birthdays USING TIMESTAMP MOMENT WHERE username = USER",
        "DELETE date_of_birth FROM KS.birthdays USING TIMESTAMP MOMENT WHERE username = USER",
    ];
    for (number, deletion) in (1..).zip(deletions) {
        bench.write(number, at(now, born("1815-12-10")));
        bench.run(number, &deletion.replace("MOMENT", &(now + 1).to_string()));
        assert_eq!(bench.read(number), None, "{deletion}");
        let newer = at(now + 2, born("1815-12-10"));
        bench.write(number, newer);
        assert_eq!(bench.read(number), Some(newer), "{deletion}");
    }
}

#[test]
fn a_key_without_a_cell_is_nobody() {
    let bench = Bench::new();
    bench.run(1, "INSERT INTO KS.birthdays (username) VALUES (USER)");
    bench.run(2, "INSERT INTO KS.birthdays (username, date_of_birth) VALUES (USER, null)");
    for number in [1, 2] {
        assert_eq!(bench.rows_of(number), 1);
        assert_eq!(bench.read(number), None);
        let birthday = at(this_moment() + 1_000_000, born("1815-12-10"));
        bench.write(number, birthday);
        assert_eq!(bench.read(number), Some(birthday));
    }
}

#[test]
fn a_write_leaves_one_cell_and_no_row_beside_it() {
    let bench = Bench::new();
    let now = this_moment();
    bench.write(1, at(now, born("1815-12-10")));
    bench.write(2, at(now, Value::Forgotten));
    for number in [1, 2] {
        // A row marker, as an INSERT writes, would survive its cell.
        let taken_out = "DELETE date_of_birth FROM KS.birthdays USING TIMESTAMP MOMENT WHERE username = USER";
        bench.run(number, &taken_out.replace("MOMENT", &(now + 1).to_string()));
        assert_eq!(bench.rows_of(number), 0);
    }
}

#[test]
fn a_row_that_this_service_cannot_have_written_is_told_as_corrupt() {
    let bench = Bench::new();
    let by_hand = "UPDATE KS.birthdays USING TIMESTAMP MOMENT SET date_of_birth = DAY WHERE username = USER";
    // CQL counts days from the middle of an unsigned number; its ends are beyond any calendar.
    let (year_zero, year_10000) = ("2146764485", "2150416545");
    let rows = [("1", year_zero), ("1", year_10000), ("1", "0"), ("1", "4294967295"), ("-1", "'1815-12-10'")];
    for (number, (micros, date)) in (1..).zip(rows) {
        bench.run(number, &by_hand.replace("MOMENT", micros).replace("DAY", date));
        let read = bench.try_read(number);
        assert!(matches!(read, Err(StoreError::Corrupt(_))), "{date} at {micros}: {read:?}");
    }
    bench.write(9, at(this_moment(), born("1815-12-10")));
    assert!(bench.read(9).is_some(), "others are served");
}

#[test]
fn nothing_is_acknowledged_or_answered_without_a_quorum_of_the_regions_replicas() {
    let keyspace = Keyspace::on_own_node();
    keyspace.migrate(&[]).well();
    let bench = Bench::of(keyspace);
    let birthday = at(this_moment(), born("1815-12-10"));
    bench.write(1, birthday);
    // Two replicas on one node: one can be had, and two are a quorum.
    bench.keyspace.run("ALTER KEYSPACE KS WITH replication = {'class': 'NetworkTopologyStrategy', 'eu': 2}");
    let (written, read) = (bench.try_write(1, birthday), bench.try_read(1));
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
}

#[test]
fn a_token_so_old_that_its_mark_may_have_expired_finds_nobody_and_a_younger_one_is_refused() {
    let bench = Bench::new();
    let region = Region::parse(&bench.keyspace.region).expect("a name");
    let read_with_a_token_of = |hours_ago: u64| {
        let version = Version::from_micros(this_moment() - hours_ago * 3_600_000_000);
        let token = SyncToken { version, region: region.clone() };
        let read = bench.cluster.read(&user(1), Some(&token), soon());
        bench.keyspace.wait(read).map(|answer| answer.value)
    };
    assert_eq!(read_with_a_token_of(24), Ok(None));
    assert_eq!(read_with_a_token_of(22), Err(StoreError::Behind));
}
