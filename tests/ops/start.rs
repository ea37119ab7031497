//! What keeps the program from starting, and what it says then.

use jubilee_test_support::Process;
use std::net::TcpListener;
use std::process::{Command, Output};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

/// Runs the program in a data folder of its own until it ends.
fn run(mut command: Command, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let data_dir = TempDir::new().expect("a folder");
    command.env("JUBILEE_DATA_DIR", data_dir.path()).current_dir(data_dir.path());
    command.env("JUBILEE_LISTEN", "127.0.0.1:0").env("JUBILEE_ADMIN_LISTEN", "127.0.0.1:0");
    let Output { status, stderr, .. } =
        command.envs(variables.iter().copied()).output().expect("the program runs");
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

#[test]
fn a_taken_port_ends_it_with_1_and_names_the_address_and_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    for variable in ["JUBILEE_LISTEN", "JUBILEE_ADMIN_LISTEN"] {
        let (code, said) = run(Command::new(PROGRAM), &[(variable, &address)]);
        assert_eq!(code, Some(1), "{said}");
        let hint = format!("stop what listens there, or set {variable} to another port");
        assert!(said.contains(&format!("cannot listen on {address}")) && said.contains(&hint), "{said}");
    }
}

#[test]
fn a_port_that_needs_a_privilege_ends_it_with_1_and_says_which_ports_do_not() {
    // A network of its own, where such ports need a privilege whatever this machine allows; and root
    // without that privilege, for other users have none.
    let (mut command, no_privilege) = (Command::new("unshare"), "-net_bind_service");
    if is_root() {
        command.args(["--net", "setpriv", "--bounding-set", no_privilege, "--inh-caps", no_privilege]);
    } else {
        command.args(["--user", "--net"]);
    }
    command.arg(PROGRAM);
    let (code, said) = run(command, &[("JUBILEE_LISTEN", "0.0.0.0:1")]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot listen on 0.0.0.0:1"), "{said}");
    assert!(
        said.contains("ports under 1024 need a privilege: set JUBILEE_LISTEN to a higher port"),
        "{said}"
    );
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id runs");
    output.stdout.trim_ascii() == b"0"
}

#[test]
fn an_address_of_another_machine_ends_it_with_1_and_names_the_setting() {
    // 192.0.2.0/24 is kept for documentation (RFC 5737): no machine has it.
    let (code, said) = run(Command::new(PROGRAM), &[("JUBILEE_LISTEN", "192.0.2.1:8080")]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("this machine has no such address: set JUBILEE_LISTEN"), "{said}");
}

#[test]
fn a_bad_configuration_ends_it_with_64_and_names_every_fault() {
    let variables = [
        ("JUBILEE_LISTEN", "nonsense"),
        ("JUBILEE_STORE", "clustre"),
        ("JUBILEE_LEAP_DAY", "feb30"),
        ("JUBILEE_LOG_FORMAT", "xml"),
    ];
    let (code, said) = run(Command::new(PROGRAM), &variables);
    assert_eq!(code, Some(64), "{said}");
    for (variable, found) in variables {
        let fault = said.lines().find(|line| line.contains(variable)).unwrap_or_default();
        assert!(fault.contains("expected") && fault.contains(found), "{variable} is not explained in {said}");
    }
}

#[test]
fn bad_usage_ends_it_with_64() {
    for arguments in [&["serv"][..], &["--listn", "127.0.0.1:0"], &["import"]] {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        let (code, said) = run(command, &[]);
        assert_eq!(code, Some(64), "{arguments:?}: {said}");
        assert!(said.contains("Usage: jubilee"), "{said}");
    }
}

#[test]
fn a_misspelt_variable_is_warned_about() {
    let data_dir = TempDir::new().expect("a folder");
    let process = Process::start(PROGRAM, data_dir.path(), &[("LISTN", "127.0.0.1:1")]);
    process.signal("TERM");
    let (status, log) = process.wait();
    assert!(status.success(), "{log}");
    let warning = log.lines().find(|line| line.contains("JUBILEE_LISTN")).unwrap_or_default();
    assert!(warning.contains("WARN") && warning.contains("is it misspelt?"), "{log}");
}
