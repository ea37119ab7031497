//! Runs on the embedded store, judged by the checker.

use jubilee::domain::WallClock;
use jubilee_test_support::history::{Action, FinalStates, Outcome, Recorder, check};
use jubilee_test_support::load::{Carry, Load, Mix, Tokens, final_state, usernames};
use jubilee_test_support::{Process, TestApp, wait_until};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

fn load(app: &TestApp, recorder: &Recorder) -> Load {
    Load::on("local", app.addresses.public, recorder).clock(Arc::clone(&app.clock) as Arc<dyn WallClock>)
}

fn only(load: &Load) -> FinalStates {
    BTreeMap::from([("local".to_owned(), final_state(load))])
}

#[test]
fn a_recorded_run_on_one_instance_passes_the_check() {
    let (app, recorder) = (TestApp::start(), Recorder::default());
    let load = load(&app, &recorder).clients(16, 200.0).requests(3_000);
    let report = load.clone().start().join();
    assert_eq!(report.failures, BTreeMap::new());
    assert_eq!(report.answers.len(), 3_000);
    let operations = recorder.operations();
    assert_eq!(operations.len(), 3_000, "nothing had to be tried again");
    let finals = only(&load);
    assert!(finals["local"].len() > 15, "most users were written about");
    check(&operations, &finals).expect("one instance keeps the contract");
    let read = operations.iter().filter(|read| matches!(read.outcome, Outcome::Found { born: Some(_), .. }));
    assert!(read.count() > 1_000, "the greetings told the days");
    let carried = operations.iter().filter(|operation| operation.sent.is_some()).count();
    assert!(carried > 2_000, "{carried} carried a token");
    assert!(report.percentile(50.0) <= report.percentile(99.0));
    assert!(report.percentile(100.0) < Duration::from_secs(10));
}

#[test]
fn the_checker_sees_through_the_load_when_a_write_is_lost() {
    let (app, recorder) = (TestApp::start(), Recorder::default());
    let load = load(&app, &recorder).clients(4, 200.0).requests(300);
    load.clone().start().join();
    let mut finals = only(&load);
    let (username, _) = finals.get_mut("local").expect("a region").pop_first().expect("a user");
    let violations = check(&recorder.operations(), &finals).expect_err("one is missing");
    assert!(violations.0[0].to_string().contains(&username), "{violations:?}");
}

#[test]
fn a_drained_instance_closes_connections_and_fails_nobody() {
    let (app, recorder) = (TestApp::start(), Recorder::default());
    let load = load(&app, &recorder).clients(8, 200.0);
    let running = load.clone().start();
    wait_until("the load runs", || running.done() > 200);
    assert_eq!(app.admin("POST", "/drain").status, 200);
    let drained = running.done();
    wait_until("it is served while draining", || running.done() > drained + 200);
    assert_eq!(app.admin("POST", "/undrain").status, 200);
    let report = running.stop();
    assert_eq!(report.failures, BTreeMap::new());
    assert_eq!(report.retries(), 0, "who follows Connection: close is never cut off: {report:?}");
    check(&recorder.operations(), &only(&load)).expect("a drain loses nothing");
}

#[test]
fn a_restart_is_bridged_by_retries_and_fails_nobody() {
    let data_dir = TempDir::new().expect("a folder");
    let program = env!("CARGO_BIN_EXE_jubilee");
    let process = Process::start(program, data_dir.path(), &[]);
    let (address, recorder) = (process.public, Recorder::default());
    // Long enough for a start on a machine that is busy with other tests.
    let pause = Duration::from_millis(500);
    let load = Load::on("local", address, &recorder).clients(8, 50.0).first_pause(pause);
    let running = load.clone().start();
    wait_until("the load runs", || running.done() > 200);
    process.signal("TERM");
    let (status, log) = process.wait();
    assert!(status.success(), "{status}: {log}");
    // The port that was given to the first.
    let _second = Process::start(program, data_dir.path(), &[("LISTEN", &address.to_string())]);
    let restarted = running.done();
    wait_until("it is served again", || running.done() > restarted + 200);
    let report = running.stop();
    assert_eq!(report.failures, BTreeMap::new());
    assert!(report.retries() > 0, "somebody met the restart: {:?}", report.failed_attempts);
    check(&recorder.operations(), &only(&load)).expect("a restart loses nothing");
}

#[test]
fn loads_that_share_tokens_read_each_others_writes() {
    let (app, recorder, tokens) = (TestApp::start(), Recorder::default(), Tokens::default());
    let users = usernames("shared", 5);
    let common = load(&app, &recorder).users(&users).carry(Carry::Shared(tokens)).requests(200);
    let writers = common.clone().mix(Mix { put: 1, get: 0, delete: 0 }).start().join();
    let readers = common.clone().mix(Mix { put: 0, get: 1, delete: 0 }).start().join();
    assert_eq!((writers.failed(), readers.failed()), (0, 0));
    let operations = recorder.operations();
    let reads: Vec<_> = operations.iter().filter(|operation| operation.action == Action::Get).collect();
    assert_eq!(reads.len(), 200);
    assert!(reads.iter().all(|read| read.sent.is_some()), "each carries what others have written");
    check(&operations, &only(&common)).expect("the contract is kept");
}

#[test]
fn clients_without_tokens_send_none() {
    let (app, recorder) = (TestApp::start(), Recorder::default());
    load(&app, &recorder).carry(Carry::Nothing).requests(100).start().join();
    assert!(recorder.operations().iter().all(|operation| operation.sent.is_none()));
}

#[test]
fn the_same_seed_asks_the_same() {
    let asked = |seed| {
        let (app, recorder) = (TestApp::start(), Recorder::default());
        let report = load(&app, &recorder).clients(1, 1_000.0).seed(seed).requests(100).start().join();
        assert_eq!(report.seed, seed);
        let operations = recorder.operations();
        operations
            .into_iter()
            .map(|asked| (asked.username, format!("{:?}", asked.action)))
            .collect::<Vec<_>>()
    };
    let first = asked(7);
    assert_eq!(first, asked(7));
    assert_ne!(first, asked(8));
    assert!(first.iter().map(|(user, _)| user).collect::<BTreeSet<_>>().len() > 10);
}
