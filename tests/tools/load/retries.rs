//! What is tried again, how often, and after which pause.

use super::lone_server::{Received, answering, problem, unknown_user};
use jubilee_test_support::history::{Outcome, Recorder};
use jubilee_test_support::load::{Load, Mix, Report};
use jubilee_test_support::wait_until;
use std::collections::BTreeMap;
use std::time::Duration;

/// One GET, and what the server gave for its attempts.
fn one_request(answers: &[String]) -> (Report, Vec<Received>, Vec<Outcome>) {
    let (address, received) = answering(answers.to_vec());
    let recorder = Recorder::default();
    let load = Load::on("eu", address, &recorder).clients(1, 100.0).requests(1);
    let report = load.mix(Mix { put: 0, get: 1, delete: 0 }).start().join();
    let outcomes = recorder.operations().into_iter().map(|operation| operation.outcome).collect();
    (report, received.try_iter().collect(), outcomes)
}

fn kinds(kinds: &[(&str, u64)]) -> BTreeMap<String, u64> {
    kinds.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

#[test]
fn what_the_contract_names_is_tried_again_and_each_attempt_is_recorded() {
    let answers = [
        problem("503 Service Unavailable", "overloaded", ""),
        problem("504 Gateway Timeout", "deadline_exceeded", ""),
        String::new(),
        unknown_user(""),
    ];
    let (report, received, outcomes) = one_request(&answers);
    assert_eq!(report.failures, BTreeMap::new());
    assert_eq!((report.answers.len(), report.answers[0].attempts, report.retries()), (1, 4, 3));
    let met = kinds(&[("503 overloaded", 1), ("504 deadline_exceeded", 1), ("connection broken", 1)]);
    assert_eq!(report.failed_attempts, met);
    assert_eq!(received.len(), 4);
    let unknown = Outcome::Unknown;
    assert_eq!(outcomes, [unknown.clone(), unknown.clone(), unknown, Outcome::NotFound(None)]);
}

#[test]
fn after_three_retries_it_has_failed() {
    let overloaded = || problem("503 Service Unavailable", "overloaded", "");
    let (report, received, _) =
        one_request(&[overloaded(), overloaded(), overloaded(), overloaded(), unknown_user("")]);
    assert_eq!(report.failures, kinds(&[("503 overloaded", 1)]));
    assert_eq!((report.failed(), report.answers.len(), received.len()), (1, 0, 4));
}

#[test]
fn what_the_contract_does_not_name_is_never_tried_again() {
    for (status, code, outcome) in [
        ("400 Bad Request", "sync_token_invalid", Outcome::NotMade),
        ("500 Internal Server Error", "internal", Outcome::Unknown),
        ("408 Request Timeout", "body_timeout", Outcome::NotMade),
    ] {
        let (report, received, outcomes) = one_request(&[problem(status, code, ""), unknown_user("")]);
        assert_eq!(report.failures, kinds(&[(&format!("{} {code}", &status[..3]), 1)]));
        assert_eq!((received.len(), outcomes), (1, vec![outcome]), "{status}");
    }
}

#[test]
fn retry_after_is_honoured() {
    let busy = problem("503 Service Unavailable", "overloaded", "Retry-After: 1\r\n");
    let (report, received, _) = one_request(&[busy, unknown_user("")]);
    assert_eq!(report.retries(), 1);
    let pause = received[1].at - received[0].at;
    assert!(pause >= Duration::from_secs(1), "{pause:?}");
    assert!(report.answers[0].latency >= Duration::from_secs(1), "pauses are part of what the client waits");
}

#[test]
fn a_refused_connection_was_certainly_not_made() {
    let (address, received) = answering(vec![unknown_user("Connection: close\r\n")]);
    let recorder = Recorder::default();
    let running =
        Load::on("eu", address, &recorder).clients(1, 100.0).mix(Mix { put: 0, get: 1, delete: 0 }).start();
    wait_until("it fails", || running.done() > 1);
    let report = running.stop();
    assert_eq!(received.try_iter().count(), 1);
    assert_eq!(report.failures.keys().collect::<Vec<_>>(), ["not connected: connection refused"]);
    let refused: Vec<_> =
        recorder.operations().into_iter().skip(1).map(|operation| operation.outcome).collect();
    assert!(refused.len() >= 4 && refused.iter().all(|outcome| *outcome == Outcome::NotMade), "{refused:?}");
}
