//! `k6/smoke.js`.

use crate::run::{Release, Run, Script, passes};

const WORDS: &str = "greetings are right, word for word";
const STATUSES: &str = "statuses are those of the contract";
const PROBLEMS: &str = "failures are problems (RFC 9457)";
const TOKENS: &str = "tokens are honoured";
const DOCUMENT: &str = "answers are as the OpenAPI document says";
const PAGES: &str = "pages and probes are served";

fn smoke(fault: &str) -> Run {
    let release = Release::start(fault);
    Script::new("smoke", &release.url()).set(&[("REGION", "local")]).run()
}

#[test]
fn smoke_passes_a_good_release_and_leaves_nobody_behind() {
    let release = Release::start("good");
    let settings = [("REGION", "local"), ("PEER_URL", &release.url()), ("PEER_ROUNDS", "20")];
    let run = passes(|| Script::new("smoke", &release.url()).set(&settings).run());
    assert!(run.summary["requests"].as_u64() > Some(150), "{}", run.summary);
    assert_eq!(run.summary["failed_requests"], 0);
    assert_eq!(release.people(), "");
}

#[test]
fn smoke_stops_a_wrong_word() {
    let run = smoke("wrong-word");
    run.assert_stopped_by(&[WORDS]);
    let told = run.summary["checks"].to_string();
    assert!(
        told.contains("Hallo, ") && told.contains(", not \\\"Hello, "),
        "the report says what was wrong: {told}"
    );
}

#[test]
fn smoke_stops_a_greeting_on_the_wrong_day() {
    smoke("wrong-greeting").assert_stopped_by(&[WORDS]);
}

#[test]
fn smoke_stops_a_wrong_status_and_finds_it_undocumented() {
    smoke("wrong-status").assert_stopped_by(&[STATUSES, DOCUMENT]);
}

#[test]
fn smoke_stops_a_release_that_ignores_tokens() {
    smoke("ignores-sync-token").assert_stopped_by(&[TOKENS]);
}

#[test]
fn smoke_stops_failures_that_are_no_problems() {
    smoke("errors-without-problem").assert_stopped_by(&[PROBLEMS, DOCUMENT]);
}

#[test]
fn smoke_stops_a_release_that_is_never_ready() {
    smoke("never-ready").assert_stopped_by(&[PAGES, STATUSES]);
}

#[test]
fn smoke_stops_a_release_that_fails_two_requests_of_a_hundred() {
    smoke("fails-two-percent").assert_stopped_by(&[STATUSES]);
}

#[test]
fn smoke_stops_a_release_of_another_region() {
    let release = Release::start("good");
    let run = Script::new("smoke", &release.url()).set(&[("REGION", "eu")]).run();
    run.assert_stopped_by(&["every answer has its headers"]);
}

#[test]
fn smoke_stops_a_region_that_does_not_see_at_once_what_another_was_told() {
    // Two stores that know nothing of each other: nothing is ever replicated.
    let (here, there) = (Release::start("good"), Release::start("good"));
    let settings = [("PEER_URL", there.url()), ("PEER_ROUNDS", "5".to_owned())];
    let settings = settings.each_ref().map(|(name, text)| (*name, text.as_str()));
    let run = Script::new("smoke", &here.url()).set(&settings).run();
    run.assert_stopped_by(&["what a peer was told is read here at once"]);
}

#[test]
fn smoke_does_not_pass_where_there_is_nobody() {
    let nobody = {
        let release = Release::start("good");
        release.url()
    };
    let run = Script::new("smoke", &nobody).run();
    run.assert_stopped_by(&["there is somebody at the address", WORDS, TOKENS]);
}
