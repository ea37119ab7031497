//! Files and folders that the program cannot use: it says why, exits with 1, and harms nothing.

use crate::command::{PROGRAM, finish, run, run_with_input};
use jubilee_test_support::Process;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const ADA: &str = "{\"username\":\"ada\",\"dateOfBirth\":\"1815-12-10\",\"version\":7}\n";
const NOBODY: &str = "65534";

/// A folder with a store in it that holds [`ADA`].
fn store() -> TempDir {
    let data_dir = TempDir::new().expect("a folder");
    run_with_input(data_dir.path(), &["import", "-"], ADA).well();
    data_dir
}

fn file(data_dir: &TempDir) -> PathBuf {
    data_dir.path().join("birthdays.redb")
}

fn holds_ada(data_dir: &TempDir) {
    assert_eq!(run(data_dir.path(), &["export"]).well(), ADA);
}

/// Neither command starts, and each names the file and says this.
fn refused(data_dir: &Path, said: &[&str]) {
    for arguments in [&["serve"][..], &["import", "-"]] {
        let ended = run_with_input(data_dir, arguments, ADA);
        ended.failed(1, said);
        ended.failed(1, &["birthdays.redb"]);
        assert_eq!(ended.out, "", "it must not say that it serves");
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("procfs").uid() == 0
}

/// Runs the program as a user to whom permissions apply, which they do not to root.
fn run_unprivileged(data_dir: &Path) -> crate::command::Ended {
    let mut command = if is_root() {
        // A copy, for nobody may not be let into the folder of the build.
        let program = data_dir.with_file_name("jubilee");
        fs::copy(PROGRAM, &program).expect("room for a copy");
        let mut command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(PROGRAM)
    };
    command.arg("serve").env("JUBILEE_DATA_DIR", data_dir).current_dir("/");
    finish(command, "")
}

/// A store in a folder below one that anybody may pass through.
fn store_below() -> (TempDir, PathBuf) {
    let above = TempDir::new().expect("a folder");
    fs::set_permissions(above.path(), fs::Permissions::from_mode(0o755)).expect("its owner is us");
    let data_dir = above.path().join("data");
    run_with_input(&data_dir, &["import", "-"], ADA).well();
    (above, data_dir)
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let above = TempDir::new().expect("a folder");
    let not_a_folder = above.path().join("file");
    fs::write(&not_a_folder, "").expect("writable");
    refused(&not_a_folder.join("data"), &["Not a directory"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_named_with_what_to_do() {
    let (_above, data_dir) = store_below();
    fs::remove_file(data_dir.join("birthdays.redb")).expect("removable");
    fs::set_permissions(&data_dir, fs::Permissions::from_mode(0o555)).expect("its owner is us");
    let hint = "let this user write there, or set JUBILEE_DATA_DIR";
    run_unprivileged(&data_dir).failed(1, &["birthdays.redb", "Permission denied", hint]);
    assert_eq!(fs::read_dir(&data_dir).expect("readable").count(), 0);
}

#[test]
fn a_file_that_may_not_be_written_is_named_and_kept() {
    let (_above, data_dir) = store_below();
    fs::set_permissions(&data_dir, fs::Permissions::from_mode(0o755)).expect("its owner is us");
    fs::set_permissions(data_dir.join("birthdays.redb"), fs::Permissions::from_mode(0o444))
        .expect("its owner is us");
    run_unprivileged(&data_dir)
        .failed(1, &["birthdays.redb", "Permission denied", "let this user write there"]);
    fs::set_permissions(data_dir.join("birthdays.redb"), fs::Permissions::from_mode(0o600))
        .expect("its owner is us");
    assert_eq!(run(&data_dir, &["export"]).well(), ADA);
}

#[test]
fn a_file_on_a_read_only_file_system_is_named_and_kept() {
    let data_dir = store();
    let mut command = Command::new("unshare");
    command.args(["--mount", "--fork", "--kill-child"]);
    if !is_root() {
        command.arg("--map-root-user");
    }
    command.args([
        "sh",
        "-c",
        r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" serve"#,
        "sh",
    ]);
    command.arg(data_dir.path()).arg(PROGRAM).env("JUBILEE_DATA_DIR", data_dir.path());
    finish(command, "").failed(1, &["birthdays.redb", "Read-only file system", "remount it"]);
    holds_ada(&data_dir);
}

#[test]
fn a_file_that_a_server_holds_is_refused_to_everybody_else() {
    let data_dir = store();
    let server = Process::start(PROGRAM, data_dir.path(), &[]);
    refused(data_dir.path(), &["held by another process", "for import and export: the server"]);
    run(data_dir.path(), &["export"]).failed(1, &["birthdays.redb", "for import and export: the server"]);
    let response = server.client().request("GET", "/hello/ada", &[], b"").expect("an answer");
    assert_eq!(response.status, 200, "the server is not disturbed");
    drop(server);
    holds_ada(&data_dir);
}

#[test]
fn a_truncated_file_is_refused_and_not_touched() {
    let data_dir = store();
    let whole = fs::read(file(&data_dir)).expect("readable");
    for length in [0, 1, 100, 511, 4_096, 5_000, whole.len() / 2, whole.len() - 4_096, whole.len() - 1] {
        fs::write(file(&data_dir), &whole[..length]).expect("writable");
        let said = ["damaged or not a file of Jubilee", "move it away, or put a backup in its place"];
        refused(data_dir.path(), &said);
        assert!(fs::read(file(&data_dir)).expect("readable") == whole[..length], "changed at {length} bytes");
    }
    fs::write(file(&data_dir), whole).expect("writable");
    holds_ada(&data_dir);
}

#[test]
fn a_foreign_file_is_refused_and_not_touched() {
    let data_dir = TempDir::new().expect("a folder");
    for content in [b"my diary".repeat(2_000), vec![0; 100_000], b"SQLite format 3\0".repeat(1_000)] {
        fs::write(file(&data_dir), &content).expect("writable");
        refused(data_dir.path(), &["damaged or not a file of Jubilee", "move it away"]);
        assert!(fs::read(file(&data_dir)).expect("readable") == content, "it was changed");
    }
}

#[test]
fn a_folder_in_the_place_of_the_file_is_refused() {
    let data_dir = TempDir::new().expect("a folder");
    fs::create_dir(file(&data_dir)).expect("a folder");
    refused(data_dir.path(), &["Is a directory"]);
}

const ITS_TABLE: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("stock");
const OUR_META: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("meta");

#[test]
fn a_database_of_another_program_is_refused_and_not_adopted() {
    for table in [ITS_TABLE, OUR_META] {
        let data_dir = TempDir::new().expect("a folder");
        set(&data_dir, table, "apples", 3);
        refused(data_dir.path(), &["a redb database of another program", "move it away"]);
        let database = redb::Database::open(file(&data_dir)).expect("still a database");
        let reading = redb::ReadableDatabase::begin_read(&database).expect("readable");
        assert_eq!(reading.list_tables().expect("readable").count(), 1, "no table was added");
    }
}

#[test]
fn a_file_of_another_format_is_refused() {
    let data_dir = store();
    set(&data_dir, OUR_META, "format", 2);
    refused(data_dir.path(), &["its format is 2", "reads format 1"]);
    set(&data_dir, OUR_META, "format", 1);
    holds_ada(&data_dir);
}

fn set(data_dir: &TempDir, table: redb::TableDefinition<'_, &'static str, u64>, key: &str, value: u64) {
    let database = redb::Database::create(file(data_dir)).expect("a database");
    let transaction = database.begin_write().expect("writable");
    transaction.open_table(table).expect("a table").insert(key, value).expect("writable");
    transaction.commit().expect("writable");
}

#[test]
fn a_leftover_of_a_start_that_was_killed_is_never_written_again() {
    let (data_dir, backup) = (store(), TempDir::new().expect("a folder"));
    // Killed between giving the file its name and taking away the first one, both name the same file.
    for leftover in ["birthdays.redb.new", "birthdays.redb.1.new", "birthdays.redb.0000000000000001.new"] {
        fs::hard_link(file(&data_dir), data_dir.path().join(leftover)).expect("a second name");
    }
    fs::rename(file(&data_dir), file(&backup)).expect("moved");
    let content = fs::read(file(&backup)).expect("readable");
    assert_eq!(run_with_input(data_dir.path(), &["import", "-"], "").well(), "");
    assert!(OpenOptions::new().read(true).open(file(&data_dir)).is_ok());
    assert!(fs::read(file(&backup)).expect("readable") == content, "the backup was changed");
    holds_ada(&backup);
}
