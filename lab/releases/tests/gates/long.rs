//! `k6/stress.js`, `k6/spike.js`, `k6/soak.js` and `k6/regions.js`, played in seconds.

use crate::run::{Release, Run, Script, both, passes};

fn stress(fault: &str) -> Run {
    let release = Release::start(fault);
    let settings = [("RATE", "20"), ("GROWTH", "2"), ("STEPS", "2"), ("STEP", "3s"), ("REST", "1s")];
    Script::new("stress", &release.url()).set(&settings).run()
}

fn spike(fault: &str) -> Run {
    let release = Release::start(fault);
    let settings = [("RATE", "30"), ("TIMES", "4"), ("CALM", "3s"), ("SPIKE", "2s"), ("SETTLE", "1s")];
    Script::new("spike", &release.url()).set(&settings).run()
}

fn soak(fault: &str) -> Run {
    let release = Release::start(fault);
    let settings =
        [("RATE", "25"), ("DURATION", "6s"), ("WARMUP", "1s"), ("ADMIN_URL", &release.admin_url())];
    Script::new("soak", &release.url()).set(&settings).run()
}

fn regions(fault: &str) -> Run {
    let release = Release::start(fault);
    let settings =
        [("REGIONS", "local"), ("CLIENTS", "3"), ("DURATION", "4s"), ("PEER_URLS", &release.url())];
    Script::new("regions", &release.url()).set(&settings).run()
}

#[test]
fn stress_tells_the_knee_of_a_good_release() {
    let run = passes(|| stress("good"));
    let knee = run.summary["knee"]["requests_per_second"].as_u64();
    assert!(knee >= Some(20), "{}", run.summary["knee"]);
    assert_eq!(run.summary["steps"].as_array().map(Vec::len), Some(2));
}

#[test]
fn stress_stops_a_release_that_cannot_bear_the_first_step() {
    let run = stress("slow");
    run.assert_stopped_by(&["get latency at 20 a second", "get latency afterwards"]);
    assert_eq!(run.summary["knee"]["requests_per_second"], 0);
    assert_eq!(run.summary["knee"]["limited_by"], "latency");
}

#[test]
fn spike_passes_a_good_release() {
    passes(|| spike("good"));
}

#[test]
fn spike_stops_failures_that_are_not_of_too_much_load() {
    spike("fails-two-percent").assert_stopped_by(&["what is too much is told so", "availability afterwards"]);
}

#[test]
fn soak_passes_a_good_release() {
    passes(|| soak("good"));
}

#[test]
fn soak_stops_a_release_that_leaks_descriptors() {
    soak("leaks-descriptors").assert_stopped_by(&["descriptors"]);
}

#[test]
fn regions_passes_a_good_release_and_one_whose_failures_end_when_tried_again() {
    let all_answered = |fault| {
        let run = passes(|| regions(fault));
        assert_eq!(run.summary["unanswered"], 0);
    };
    both(|| all_answered("good"), || all_answered("fails-one-percent"));
}

#[test]
fn regions_stops_a_wrong_word_and_failures_that_are_no_problems() {
    let words = "what was written in one region is read in the next, at once";
    both(
        || regions("wrong-word").assert_stopped_by(&[words]),
        || regions("errors-without-problem").assert_stopped_by(&["failures are problems (RFC 9457)"]),
    );
}
