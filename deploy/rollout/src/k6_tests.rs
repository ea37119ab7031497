use super::{K6, Run, Summary};
use crate::journal::Failure;
use crate::stop::Stop;
use crate::tools::{LoadGenerator, RunFailure};
use crate::{Settings, Times};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// A program that stands for k6 where k6 would have to hang or speak nonsense.
fn k6<'stop>(folder: &Path, program: &str, stop: &'stop Stop) -> K6<'stop> {
    let path = folder.join("k6");
    fs::write(&path, format!("#!/bin/sh\n{program}\n")).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    let settings = Settings {
        environment: "lab".to_owned(),
        prometheus: String::new(),
        remote_write: None,
        report: folder.to_owned(),
        k6: path,
        scripts: folder.to_owned(),
        rate: None,
        users: None,
        descriptors: 10,
        back_all: false,
        times: Times::of("lab"),
    };
    K6::new(&settings, stop)
}

fn run_for(folder: &Path, at_most: Duration) -> Run {
    Run {
        script: "smoke",
        folder: folder.join("01-eu-smoke"),
        variables: vec![("BASE_URL", "http://eu".to_owned()), ("REGION", "eu".to_owned())],
        baseline: None,
        at_most,
        poll: Duration::from_millis(50),
    }
}

fn good() -> Value {
    let gate = json!({"name": "checks", "limit": "100 %", "measured": "100 %", "passed": true});
    json!({"script": "smoke", "environment": "lab", "base_url": "http://eu", "valid": true, "passed": true,
        "gates": [gate], "requests": 20, "failed_requests": 0, "dropped_iterations": 0,
        "latency_ms": {"get": {"p99": 3.5}}, "requests_per_second": 7.5})
}

fn judged(program: &str) -> Result<u64, String> {
    let (folder, stop) = (tempfile::tempdir().expect("a folder"), Stop::default());
    let k6 = k6(folder.path(), program, &stop);
    match k6.run(&run_for(folder.path(), Duration::from_secs(60)), &mut || Ok(())) {
        Ok(summary) => Ok(summary.requests),
        Err(RunFailure::Judged(why, _)) => Err(why),
        Err(RunFailure::CutShort(failure)) => panic!("{failure}"),
    }
}

/// Ends with that code after it has written that summary.
fn says(change: impl FnOnce(&mut Value), code: u8) -> Result<u64, String> {
    let mut summary = good();
    change(&mut summary);
    judged(&format!("cat > \"$REPORT/smoke.json\" <<'END'\n{summary}\nEND\nexit {code}"))
}

#[test]
fn a_run_passes_when_its_exit_code_and_all_of_its_summary_say_so() {
    assert_eq!(says(|_| {}, 0), Ok(20));
}

#[test]
fn a_run_fails_when_anything_speaks_against_it() {
    let fails = |change: fn(&mut Value), code, expected: &str| {
        let why = says(change, code).expect_err(expected);
        assert!(why.contains(expected), "{why}");
    };
    fails(|_| {}, 99, "99");
    fails(|summary| summary["passed"] = json!(false), 0, "says that it failed");
    fails(|summary| summary["gates"][0]["passed"] = json!(false), 0, "checks: 100 %, allowed 100 %");
    fails(|summary| summary["valid"] = json!(false), 0, "invalid");
    fails(|summary| summary["requests"] = json!(0), 0, "0 requests");
    fails(|summary| summary["gates"] = json!([]), 0, "0 gates");
    fails(|summary| summary["script"] = json!("load"), 0, "another run");
    fails(|summary| summary["environment"] = json!("production"), 0, "another run");
    fails(|summary| summary["base_url"] = json!("http://us"), 0, "another run");
    fails(|summary| summary["valid"] = Value::Null, 0, "not understood");
}

#[test]
fn a_run_without_a_summary_fails_whatever_it_ends_with() {
    assert!(judged("exit 0").expect_err("nothing").contains("left no smoke.json"));
    assert!(judged("echo '{' > $REPORT/smoke.json").expect_err("half").contains("not understood"));
    assert!(judged("kill -9 $$").expect_err("killed").contains("signal: 9"));
}

#[test]
fn the_summary_of_an_earlier_run_is_not_taken_for_this_ones() {
    let (folder, stop) = (tempfile::tempdir().expect("a folder"), Stop::default());
    let run = run_for(folder.path(), Duration::from_secs(60));
    fs::create_dir_all(&run.folder).expect("a folder");
    fs::write(run.folder.join("smoke.json"), good().to_string()).expect("written");
    let ended = k6(folder.path(), "exit 0", &stop).run(&run, &mut || Ok(()));
    assert!(matches!(ended, Err(RunFailure::Judged(why, None)) if why.contains("left no smoke.json")));
}

#[test]
fn a_run_that_hangs_is_killed_when_its_time_is_over() {
    let (folder, stop) = (tempfile::tempdir().expect("a folder"), Stop::default());
    // It ignores everything but a kill, and tells where it is.
    let k6 =
        k6(folder.path(), "trap '' TERM INT\necho $$ > \"$REPORT/pid\"\nwhile :; do sleep 0.1; done", &stop);
    let began = Instant::now();
    let run = run_for(folder.path(), Duration::from_secs(1));
    let ended = k6.run(&run, &mut || Ok(()));
    assert!(matches!(ended, Err(RunFailure::Judged(why, None)) if why.contains("did not end within 1s")));
    assert!(began.elapsed() < Duration::from_secs(30));
    let pid = fs::read_to_string(run.folder.join("pid")).expect("its number");
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "it runs on");
}

#[test]
fn a_run_is_cut_short_by_what_else_is_seen_and_does_not_go_on() {
    let (folder, stop) = (tempfile::tempdir().expect("a folder"), Stop::default());
    let k6 = k6(folder.path(), "echo $$ > \"$REPORT/pid\"\nwhile :; do sleep 0.1; done", &stop);
    let run = run_for(folder.path(), Duration::from_secs(60));
    let pid = run.folder.join("pid");
    let failure = Failure::new("alerts", Some("eu"), "JubileeFault fires");
    let mut tick = || {
        if fs::read_to_string(&pid).is_ok_and(|pid| !pid.is_empty()) { Err(failure.clone()) } else { Ok(()) }
    };
    assert_eq!(k6.run(&run, &mut tick), Err(RunFailure::CutShort(failure.clone())));
    let pid = fs::read_to_string(&pid).expect("its number");
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "it runs on");
}

#[test]
fn the_script_is_told_what_the_run_says_and_nothing_of_whoever_started_it() {
    let (folder, stop) = (tempfile::tempdir().expect("a folder"), Stop::default());
    let program = "env > \"$REPORT/environment\"; echo \"$@\" > \"$REPORT/arguments\"; cat \"$BASELINE\"";
    let mut run = run_for(folder.path(), Duration::from_secs(60));
    run.baseline = Some(json!({"latency_ms": {"get": {"p99": 3.5}}}));
    // It writes no summary, which does not matter here.
    let _ = k6(folder.path(), program, &stop).run(&run, &mut || Ok(()));
    let read = |name: &str| fs::read_to_string(run.folder.join(name)).expect("written");
    let environment = read("environment");
    for line in ["BASE_URL=http://eu", "REGION=eu", "ENVIRONMENT=lab"] {
        assert!(environment.lines().any(|told| told == line), "{line}: {environment}");
    }
    assert!(!environment.contains("AWS_") && !environment.contains("PEER_URL"), "{environment}");
    assert_eq!(read("arguments").trim(), format!("run {}", folder.path().join("smoke.js").display()));
    assert_eq!(read("k6.log"), r#"{"latency_ms":{"get":{"p99":3.5}}}"#);
}

#[test]
fn a_baseline_is_small_and_holds_what_is_compared() {
    let mut summary = good();
    summary["slices"] = json!(vec![1; 2000]);
    let summary: Summary = serde_json::from_value(summary).expect("a summary");
    let baseline = summary.as_baseline();
    assert_eq!((&baseline["script"], &baseline["valid"]), (&json!("smoke"), &json!(true)));
    assert_eq!(baseline["latency_ms"]["get"]["p99"], json!(3.5));
    assert!(baseline.to_string().len() < 500, "{baseline}");
}
