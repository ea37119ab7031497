//! `jubilee migrate` on a real node.

use crate::command;
use crate::node::Keyspace;
use jubilee::store::cluster::lock::LockTimes;
use jubilee::store::cluster::migrate::{MigrateError, Options, migrate};
use jubilee::store::cluster::schema::SchemaState;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::Duration;
use tokio::time::timeout;

const BY_HAND: &str = "CREATE KEYSPACE KS WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = false";

type Record = (i32, String, String, i64);

fn records(keyspace: &Keyspace) -> Vec<Record> {
    keyspace.rows("SELECT number, name, checksum, WRITETIME(checksum) FROM KS.migrations")
}

fn replication(keyspace: &Keyspace) -> (BTreeMap<String, String>, bool) {
    let query = "SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = 'KS'";
    keyspace.rows(query).remove(0)
}

fn lock_is_free(keyspace: &Keyspace) -> bool {
    keyspace.rows::<(String,)>("SELECT name FROM KS.migration_lock").is_empty()
}

#[test]
fn an_empty_cluster_is_migrated() {
    let keyspace = Keyspace::new();
    let out = keyspace.migrate(&[]).well();
    let lines: Vec<_> = out.lines().collect();
    let made = format!("created the keyspace {}, replicated {}:1", keyspace.name, keyspace.region);
    assert_eq!(lines, [made.as_str(), "applied 0001_birthdays", "applied 0002_canaries"]);
    assert_eq!(keyspace.check(), SchemaState::Fits);
    let (options, durable) = replication(&keyspace);
    assert!(options["class"].ends_with("NetworkTopologyStrategy"), "{options:?}");
    assert_eq!(options[&keyspace.region], "1");
    assert!(durable);
    let mut numbers: Vec<_> =
        records(&keyspace).into_iter().map(|(number, name, ..)| (number, name)).collect();
    numbers.sort();
    assert_eq!(numbers, [(1, "birthdays".to_owned()), (2, "canaries".to_owned())]);
    assert!(lock_is_free(&keyspace), "the lock is let go");
}

#[test]
fn migrated_again_nothing_changes() {
    let keyspace = Keyspace::migrated();
    let before = (records(&keyspace), keyspace.table_ids());
    let again = keyspace.migrate(&[]);
    assert_eq!((again.out.as_str(), again.error.as_str()), ("nothing to do\n", ""));
    assert_eq!((records(&keyspace), keyspace.table_ids()), before);
}

#[test]
fn the_tables_have_fixed_ids() {
    let keyspace = Keyspace::new();
    let plan = keyspace.migrate(&["--dry-run"]).well();
    let mut planned: Vec<_> = plan
        .lines()
        .filter_map(|line| {
            let (table, rest) = line.split_once(&format!("{}.", keyspace.name))?.1.split_once(' ')?;
            Some((table.to_owned(), rest.split_once("WITH id = ")?.1.to_owned()))
        })
        .collect();
    planned.sort();
    assert_eq!(planned.len(), 4, "{plan}");
    for _ in 0..2 {
        keyspace.migrate(&[]).well();
        assert_eq!(keyspace.table_ids(), planned);
        keyspace.run("DROP KEYSPACE KS");
    }
}

#[test]
fn two_at_once_end_with_one_schema() {
    for round in 0..5 {
        let keyspace = Keyspace::new();
        let (one, other) = thread::scope(|scope| {
            let one = scope.spawn(|| keyspace.migrate(&[]).well());
            let other = scope.spawn(|| keyspace.migrate(&[]).well());
            (one.join().expect("it ends well"), other.join().expect("it ends well"))
        });
        let both = format!("{one}{other}");
        for applied in ["applied 0001_birthdays", "applied 0002_canaries"] {
            assert_eq!(both.matches(applied).count(), 1, "round {round}: {both}");
        }
        assert_eq!(keyspace.check(), SchemaState::Fits, "round {round}: {both}");
        assert!(lock_is_free(&keyspace), "round {round}");
    }
}

#[test]
fn a_run_that_was_cut_off_anywhere_is_mended_by_the_next() {
    let seed = fastrand::u64(..);
    fastrand::seed(seed);
    let lock_times = LockTimes { expiry: Duration::from_secs(4), ..LockTimes::default() };
    let options = Options { lock_times, ..Options::default() };
    for round in 0..5 {
        let keyspace = Keyspace::new();
        let at = Duration::from_millis(fastrand::u64(0..900));
        let migrate = || migrate(&keyspace.session, &keyspace.settings, options, &|_| {});
        let cut_off = keyspace.wait(async { timeout(at, migrate()).await });
        let again = keyspace.wait(migrate());
        assert!(again.is_ok(), "seed {seed}, round {round}, {at:?}, {cut_off:?}: {again:?}");
        assert_eq!(keyspace.check(), SchemaState::Fits, "seed {seed}, round {round}, {at:?}");
    }
}

#[test]
fn a_dry_run_changes_nothing_and_tells_all() {
    let keyspace = Keyspace::new();
    let plan = keyspace.migrate(&["--dry-run"]).well();
    let would = ["CREATE KEYSPACE", ".migrations (", ".migration_lock (", ".birthdays (", ".canaries ("];
    assert_eq!(plan.lines().count(), would.len(), "{plan}");
    for (line, would) in plan.lines().zip(would) {
        assert!(line.starts_with("would run: ") && line.contains(would), "{line}");
    }
    assert!(!keyspace.exists());

    keyspace.run(BY_HAND);
    let ended = keyspace.migrate(&["--dry-run", "--alter-replication"]);
    assert!(ended.out.contains("would run: ALTER KEYSPACE"), "{ended:?}");
    assert_eq!(keyspace.table_ids(), []);
    assert_eq!(replication(&keyspace).0.get(&keyspace.region), None);
}

#[test]
fn a_dry_run_after_the_migration_has_nothing_to_do() {
    assert_eq!(Keyspace::migrated().migrate(&["--dry-run"]).well(), "nothing to do\n");
}

#[test]
fn a_dry_run_tells_programs_which_migrations_are_pending_and_their_phase() {
    let plan = |keyspace: &Keyspace| -> Value {
        let text = keyspace.migrate(&["--dry-run", "--format", "json"]).well();
        serde_json::from_str(&text).expect("JSON on one line")
    };
    let keyspace = Keyspace::new();
    let canaries = json!({"number": 2, "name": "canaries", "phase": "expand", "after": null});
    let all = plan(&keyspace);
    let first = json!({"number": 1, "name": "birthdays", "phase": "expand", "after": null});
    assert_eq!(all["migrations"], json!([first, canaries]));
    assert_eq!(all["statements"].as_array().expect("a list").len(), 5, "{all}");
    assert!(!keyspace.exists());

    keyspace.migrate(&[]).well();
    assert_eq!(plan(&keyspace), json!({"migrations": [], "statements": []}));
    keyspace.run("DELETE FROM KS.migrations WHERE number = 2");
    assert_eq!(plan(&keyspace)["migrations"], json!([canaries]));
    keyspace.migrate(&["--format", "json"]).failed(64, &["--dry-run"]);
}

#[test]
fn only_what_is_not_on_record_is_applied() {
    let keyspace = Keyspace::migrated();
    let before = records(&keyspace);
    keyspace.run("DELETE FROM KS.migrations WHERE number = 2");
    keyspace.run("DROP TABLE KS.canaries");
    assert_eq!(keyspace.migrate(&[]).well(), "applied 0002_canaries\n");
    assert_eq!(keyspace.check(), SchemaState::Fits);
    let first = |records: Vec<Record>| records.into_iter().find(|(number, ..)| *number == 1);
    assert_eq!(first(records(&keyspace)), first(before));
}

#[test]
fn a_changed_migration_is_refused() {
    let keyspace = Keyspace::migrated();
    keyspace.run("UPDATE KS.migrations SET checksum = 'feedbeef' WHERE number = 1");
    keyspace.run("DELETE FROM KS.migrations WHERE number = 2");
    for arguments in [&[][..], &["--dry-run"]] {
        let ended = keyspace.migrate(arguments);
        ended.failed(1, &["migration 1", "0001_birthdays was applied with checksum \"feedbeef\""]);
        assert_eq!(ended.out, "");
    }
    assert_eq!(records(&keyspace).len(), 1);
}

#[test]
fn a_table_that_was_changed_by_hand_is_told() {
    let keyspace = Keyspace::migrated();
    keyspace.run("ALTER TABLE KS.canaries DROP beat");
    for arguments in [&[][..], &["--dry-run"]] {
        keyspace.migrate(arguments).failed(1, &["migration 2", "canaries.beat is not there"]);
    }
}

#[test]
fn a_replication_that_differs_is_told_and_changed_only_on_demand() {
    let keyspace = Keyspace::new();
    keyspace.run(BY_HAND);
    let wanted = format!("{}:1", keyspace.region);
    let ended = keyspace.migrate(&[]);
    for said in [
        "SimpleStrategy replication_factor:1 without durable writes",
        &format!("asks for {wanted}"),
        "--alter-replication changes it",
    ] {
        assert!(ended.error.contains(said), "{said:?}: {ended:?}");
    }
    ended.well();
    let (options, durable) = replication(&keyspace);
    assert_eq!((options.get(&keyspace.region), durable), (None, false));

    let ended = keyspace.migrate(&["--alter-replication"]);
    assert!(ended.error.contains(&format!("nodetool repair --full {}", keyspace.name)), "{ended:?}");
    let changed = format!("changed the replication from SimpleStrategy replication_factor:1 to {wanted}\n");
    assert_eq!(ended.well(), changed);
    let (options, durable) = replication(&keyspace);
    assert_eq!((options[&keyspace.region].as_str(), durable), ("1", true));
    assert_eq!(keyspace.migrate(&["--alter-replication"]).well(), "nothing to do\n");
}

#[test]
fn a_region_that_the_cluster_lacks_is_refused_before_anything_is_changed() {
    let keyspace = Keyspace::on_own_node();
    for (replication, said) in [
        ("eu:1,us:1", "names us, but the cluster has no such datacenter, only eu"),
        ("eu:2", "asks for eu:2, but the number of nodes in eu is 1"),
    ] {
        let ended = keyspace.migrate(&["--cluster-replication", replication]);
        ended.failed(1, &[said, "nothing was changed"]);
        assert!(!keyspace.exists());
        assert_eq!(ended.out, "");
    }
}

#[test]
fn without_a_quorum_of_all_replicas_there_is_no_lock() {
    let keyspace = Keyspace::on_own_node();
    keyspace.run("CREATE KEYSPACE KS WITH replication = {'class': 'NetworkTopologyStrategy', 'eu': 2}");
    keyspace.migrate(&[]).failed(1, &["the lock cannot be taken", "a quorum of all regions' replicas"]);
}

#[test]
fn the_embedded_store_has_nothing_to_migrate() {
    let folder = tempfile::TempDir::new().expect("a folder");
    command::run(folder.path(), &["migrate"])
        .failed(64, &["the embedded store has no schema", "JUBILEE_STORE=cluster"]);
}

#[test]
fn a_cluster_that_is_not_there_is_told() {
    let nobody = jubilee_lab::free_address().expect("an address");
    let mut migrate = Command::new(command::PROGRAM);
    migrate.args(["migrate", "--store", "cluster", "--cluster-nodes", &format!("{nobody}:9042")]);
    command::finish(migrate, "").failed(1, &["no node of CLUSTER_NODES can be reached"]);
}

#[test]
fn a_statement_that_the_cluster_refuses_is_told() {
    let keyspace = Keyspace::new();
    let error = keyspace.wait(async {
        let mut settings = keyspace.settings.clone();
        // Nobody may make tables there: it belongs to the cluster itself.
        settings.keyspace = "system_auth".to_owned();
        migrate(&keyspace.session, &settings, Options::default(), &|_| {}).await
    });
    let Err(MigrateError::Refused { statement, .. }) = error else { panic!("{error:?}") };
    assert!(statement.starts_with("CREATE TABLE IF NOT EXISTS system_auth.migrations"), "{statement}");
}
