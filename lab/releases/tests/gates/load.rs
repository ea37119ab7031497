//! `k6/load.js`.

use crate::run::{Release, Run, Script, both, passes, root};
use serde_json::Value;
use std::fs;

const SHORT: [(&str, &str); 3] = [("RATE", "50"), ("DURATION", "4s"), ("WARMUP", "1s")];

const WORDS: &str = "greetings are right, word for word";
const STATUSES: &str = "statuses are those of the contract";

fn load(fault: &str) -> Run {
    let release = Release::start(fault);
    Script::new("load", &release.url()).set(&SHORT).run()
}

#[test]
fn load_passes_a_good_release_and_counts_no_warm_up() {
    let run = passes(|| load("good"));
    // 50 a second for 4 s; the warm-up would make 250 of them.
    let requests = run.summary["requests"].as_u64().expect("a number");
    assert!((180..=225).contains(&requests), "{requests}");
    assert_eq!(run.summary["seed"], 11);
}

#[test]
fn load_stops_wrong_words_and_greetings_on_the_wrong_day() {
    both(
        || load("wrong-word").assert_stopped_by(&[WORDS]),
        || load("wrong-greeting").assert_stopped_by(&[WORDS]),
    );
}

#[test]
fn load_stops_a_wrong_status_and_failures_that_are_no_problems() {
    both(
        || load("wrong-status").assert_stopped_by(&[STATUSES]),
        || load("errors-without-problem").assert_stopped_by(&["failures are problems (RFC 9457)"]),
    );
}

#[test]
fn load_stops_a_release_that_fails_one_request_of_a_hundred_and_one_that_ignores_tokens() {
    both(
        || load("fails-one-percent").assert_stopped_by(&["availability"]),
        || load("ignores-sync-token").assert_stopped_by(&[STATUSES]),
    );
}

#[test]
fn load_stops_a_release_that_is_slower_than_its_objectives() {
    load("slow").assert_stopped_by(&["get latency", "put latency"]);
}

#[test]
fn load_takes_its_limits_from_the_objectives_of_the_environment() {
    let release = Release::start("five-times-slower");
    let settings = [("ENVIRONMENT", "production")];
    let run = Script::new("load", &release.url()).set(&SHORT).set(&settings).run();
    run.assert_stopped_by(&["get latency"]);
    let slo = fs::read_to_string(root().join("observability/slo.json")).expect("the objectives");
    let slo: Value = serde_json::from_str(&slo).expect("JSON");
    let objective = &slo["environments"]["production"]["objectives"]["get_latency"];
    let limit = format!("{} % below {} ms", objective["target_percent"], objective["below_ms"]);
    let gates = run.summary["gates"].as_array().expect("gates");
    assert!(gates.iter().any(|gate| gate["name"] == "get latency" && gate["limit"] == limit), "{gates:?}");
}

#[test]
fn load_stops_a_release_slower_than_the_one_before_though_within_its_objectives() {
    let folder = tempfile::tempdir().expect("a folder");
    let baseline = folder.path().join("before.json");
    // As quick as a good release is on a machine with nothing else to do.
    let before = r#"{"script":"load","valid":true,"latency_ms":{"get":{"p99":2},"put":{"p99":5}}}"#;
    fs::write(&baseline, before).expect("a file");
    let release = Release::start("five-times-slower");
    let settings = [("BASELINE", baseline.to_str().expect("a path of text"))];
    let run = Script::new("load", &release.url()).set(&SHORT).set(&settings).run();
    run.assert_stopped_by(&["get p99 against the running version", "put p99 against the running version"]);
}

#[test]
fn load_takes_an_earlier_run_as_its_baseline_and_no_invalid_one() {
    let release = Release::start("good");
    let before = passes(|| Script::new("load", &release.url()).set(&SHORT).run());
    let baseline = before.report_file("json");
    let settings = [("BASELINE", baseline.to_str().expect("a path of text"))];
    let run = Script::new("load", &release.url()).set(&SHORT).set(&settings).run();
    let gates = run.summary["gates"].as_array().expect("gates");
    assert!(gates.iter().any(|gate| gate["name"] == "get p99 against the running version"), "{gates:?}");

    fs::write(&baseline, before.file("json").replace("\"valid\": true", "\"valid\": false")).expect("a file");
    let run = Script::new("load", &release.url()).set(&SHORT).set(&settings).run();
    assert!(
        run.code != Some(0) && run.output.contains("is not of a load.js that was valid"),
        "{}",
        run.output
    );
}
