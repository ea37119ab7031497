//! A run that says nothing of the release is invalid, never green.

use crate::run::{Release, Script};
use std::process::Command;
use std::thread;
use std::time::Duration;

#[test]
fn a_run_that_dropped_what_it_should_have_sent_is_invalid() {
    let release = Release::start("slow");
    // Each visit takes half a second, so two virtual users make four of the 44 that are due in a second.
    let settings = [("RATE", "50"), ("DURATION", "4s"), ("WARMUP", "0s"), ("VUS", "2")];
    let run = Script::new("load", &release.url()).set(&settings).run();
    run.assert_invalid_by("no dropped iterations");
    assert!(run.summary["dropped_iterations"].as_u64() > Some(50), "{}", run.summary);
}

#[test]
fn a_run_whose_generator_fell_behind_is_invalid_though_nothing_was_dropped() {
    let release = Release::start("good");
    let settings = [("RATE", "50"), ("DURATION", "6s"), ("WARMUP", "0s"), ("LATE_MOST", "250ms")];
    let mut script = Script::new("load", &release.url()).set(&settings);
    let child = script.spawn();
    let signal = |name: &str| {
        let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    };
    release.wait_for_visitors();
    signal("STOP");
    // So long the generator stands still, as on a machine with too much to do.
    thread::sleep(Duration::from_millis(1500));
    signal("CONT");
    script.finish(child).assert_invalid_by("the generator kept up");
}

#[test]
fn a_run_too_short_to_tell_a_p99_is_refused() {
    let settings = [("RATE", "10"), ("DURATION", "5s")];
    let run = Script::new("load", "http://127.0.0.1:9").set(&settings).run();
    assert!(run.code != Some(0) && run.output.contains("fewer than 200 requests"), "{}", run.output);
}

#[test]
fn settings_that_cannot_be_are_told_by_name() {
    for (name, value) in
        [("ENVIRONMENT", "prod"), ("RATE", "many"), ("DURATION", "60"), ("BASE_URL", "localhost")]
    {
        let run = Script::new("load", "http://127.0.0.1:9").set(&[(name, value)]).run();
        assert!(run.code != Some(0) && run.output.contains(&format!("{name}: expected")), "{}", run.output);
    }
}
