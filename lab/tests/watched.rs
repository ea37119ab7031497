//! Those who watch a laboratory, and a drill that is broken off. Needs root.

use jubilee_lab::{Lab, Options};
use jubilee_test_support::wait_until;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee-lab");

/// Networks, the balancer, and who watches: nothing that takes long to start.
fn lab() -> Lab {
    let mut options = Options::new("no program").nodes("eu", 0).nodes("us", 0).nodes("ap", 0).observe();
    options.instances = false;
    Lab::up(&options).expect("it comes up; needs root, haproxy, prometheus, prometheus-alertmanager and Go")
}

fn collector_is(lab: &Lab, state: &str) -> bool {
    let status = lab.status().to_string();
    status.lines().any(|line| line.contains(" collector ") && line.contains(&format!(" {state} ")))
}

#[test]
fn a_drill_that_is_broken_off_mends_what_it_broke() {
    let lab = lab();
    assert!(collector_is(&lab, "up"), "{}", lab.status());
    let targets = || lab.prometheus().and_then(|prometheus| prometheus.query("up == 1")).expect("it answers");
    wait_until("Prometheus has asked itself and the others who watch", || targets().len() == 3);

    let mut drill = Command::new(PROGRAM);
    drill.args(["drill", "collector-down", "--id", &lab.number().to_string()]).stderr(Stdio::piped());
    let drill = drill.spawn().expect("it starts");
    wait_until("the collector is dead", || collector_is(&lab, "dead"));
    // An alert waits for instances, of which there are none: the drill would wait for it in vain.
    let rings = || lab.alertmanager().and_then(|alertmanager| alertmanager.alerts()).expect("it answers");
    wait_until("the collector's target is missed", || {
        rings().iter().any(|alert| alert.labels.get("job").is_some_and(|job| job == "collector"))
    });
    let signalled = Command::new("kill").args(["-s", "INT", &drill.id().to_string()]).status();
    assert!(signalled.is_ok_and(|status| status.success()), "the drill has ended too early");

    let ended = drill.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("the drill was interrupted"), "{said}");
    assert!(collector_is(&lab, "up"), "{said}{}", lab.status());
}
