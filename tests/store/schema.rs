//! What an instance thinks of the schema: the verdicts, and their words.

use crate::node::Keyspace;
use jubilee::store::cluster::schema::SchemaState;

/// Holds that the verdict has this reason and that its words name each of these.
fn assert_unready(state: SchemaState, reason: &str, said: &[&str]) {
    let unready = state.into_ready().expect_err("it does not fit");
    assert_eq!(unready.reason, reason, "{unready}");
    for said in said {
        assert!(unready.cause.contains(said), "{said:?} is not said in {:?}", unready.cause);
    }
}

#[test]
fn a_migrated_schema_fits() {
    assert_eq!(Keyspace::migrated().check("eu"), SchemaState::Fits);
}

#[test]
fn a_schema_is_missing_until_the_first_migration_is_on_record() {
    let keyspace = Keyspace::new();
    assert_unready(keyspace.check("eu"), "schema_missing", &[&keyspace.name, "run `jubilee migrate`"]);
    keyspace.run("CREATE KEYSPACE KS WITH replication = {'class': 'NetworkTopologyStrategy', 'eu': 1}");
    assert_unready(keyspace.check("eu"), "schema_missing", &[]);
    keyspace.run("CREATE TABLE KS.birthdays (username text PRIMARY KEY, date_of_birth date)");
    assert_unready(keyspace.check("eu"), "schema_missing", &[]);
    keyspace.run("CREATE TABLE KS.migrations (number int PRIMARY KEY, checksum text)");
    assert_unready(keyspace.check("eu"), "schema_missing", &[]);
}

#[test]
fn a_schema_that_lacks_a_migration_is_older() {
    let keyspace = Keyspace::migrated();
    keyspace.run("DELETE FROM KS.migrations WHERE number = 2");
    assert_unready(
        keyspace.check("eu"),
        "schema_older",
        &["at migration 1", "2 is needed", "jubilee migrate"],
    );
    keyspace.run("DROP TABLE KS.canaries");
    assert_eq!(keyspace.check("eu"), SchemaState::Older { needs: 2, has: 1 });
}

#[test]
fn a_newer_schema_fits() {
    let keyspace = Keyspace::migrated();
    keyspace.run("ALTER TABLE KS.birthdays ADD name_day date");
    keyspace.run("CREATE TABLE KS.name_days (day date PRIMARY KEY)");
    keyspace.run("INSERT INTO KS.migrations (number, name, checksum) VALUES (3, 'name_days', 'feedbeef')");
    assert_eq!(keyspace.check("eu"), SchemaState::Fits);
    assert_eq!(keyspace.migrate(&[]).well(), "nothing to do\n");
}

#[test]
fn a_migration_with_another_checksum_has_changed() {
    let keyspace = Keyspace::migrated();
    keyspace.run("UPDATE KS.migrations SET checksum = 'feedbeef' WHERE number = 1");
    assert_unready(keyspace.check("eu"), "schema_changed", &["migration 1", "0001_birthdays", "feedbeef"]);
}

#[test]
fn tables_that_are_not_what_the_migrations_make_have_changed() {
    let keyspace = Keyspace::migrated();
    for (statement, migration, said) in [
        ("ALTER TABLE KS.canaries DROP beat", "migration 2", "canaries.beat is not there"),
        ("DROP TABLE KS.canaries", "migration 2", "canaries.region is not there"),
        (
            "ALTER TABLE KS.birthdays RENAME username TO name",
            "migration 1",
            "birthdays.username is not there",
        ),
    ] {
        keyspace.run(statement);
        assert_unready(keyspace.check("eu"), "schema_changed", &[migration, said]);
    }
    keyspace.run("CREATE TABLE KS.canaries (region text PRIMARY KEY, beat timestamp)");
    for (columns, said) in [
        ("username text PRIMARY KEY, date_of_birth text", "date_of_birth is regular text"),
        ("username text, date_of_birth date, PRIMARY KEY (username, date_of_birth)", "is clustering date"),
        (
            "username text, place text, date_of_birth date, PRIMARY KEY (username, place)",
            "place is part of the key",
        ),
    ] {
        keyspace.run("DROP TABLE KS.birthdays");
        keyspace.run(&format!("CREATE TABLE KS.birthdays ({columns})"));
        assert_unready(keyspace.check("eu"), "schema_changed", &["migration 1", said]);
    }
}

#[test]
fn a_region_without_replicas_is_unknown() {
    let keyspace = Keyspace::migrated();
    assert_unready(
        keyspace.check("us"),
        "region_unknown",
        &["nothing in us", "eu:1", "migrate --alter-replication"],
    );
}
