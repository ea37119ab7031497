//! A region whose database neither answers nor refuses: its nodes hang, or packets to them vanish.

use crate::clients::Clients;
use crate::laboratory::{REGIONS, another_instance, scaled, turn, wait};
use jubilee_lab::{Lab, Target};
use std::time::{Duration, Instant};

/// More than a start takes anyway, which is seconds on a machine that is busy with nodes.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
/// By then a region that hangs is known, and nobody waits for it any more.
const NOTICED_WITHIN: Duration = Duration::from_secs(3);
/// Far below what a try at a region that hangs may take: a third of two seconds.
const SLOWED: Duration = Duration::from_millis(400);
/// A region that is still waited for slows its own clients, a third of all.
const ONE_PART_IN: usize = 4;

#[test]
fn a_region_that_hangs_costs_no_request_and_delays_no_start() {
    let lab = turn();
    let usual = first_answer_of_another_instance(&lab, "us");
    let clients = Clients::start(&lab, "hung", 40);
    lab.hang(Target::Nodes("us")).expect("us hangs");
    let noticed = clients.now() + NOTICED_WITHIN;
    clients.wait_until(noticed);
    clients.wait_for_more(scaled(50));
    let done = clients.now();
    let seen = clients.stop();
    let first_answers = ["us", "eu"].map(|region| first_answer_of_another_instance(&lab, region));

    eprintln!("instances started while us hung answered after {first_answers:.1?}, before after {usual:.1?}");
    for first_answer in first_answers {
        assert!(first_answer < usual + CONNECTED_WITHIN, "{first_answer:?}, and {usual:?} before");
    }
    seen.few_took(&REGIONS, noticed..done, SLOWED, ONE_PART_IN);
    seen.every_promise_was_kept();
}

#[test]
fn a_region_that_packets_do_not_reach_costs_no_request_and_delays_no_start() {
    let lab = turn();
    let clients = Clients::start(&lab, "unreached", 40);
    lab.partition("us", "eu").expect("a partition");
    lab.partition("us", "ap").expect("a partition");
    let noticed = clients.now() + NOTICED_WITHIN;
    clients.wait_until(noticed);
    clients.wait_for_more(scaled(50));
    let done = clients.now();
    lab.restart(Target::Instance("ap")).expect("a restart");
    let connected_after = connected_after(&lab, "ap-instance");
    lab.heal().expect("healed");
    clients.wait_for_more(20);
    let seen = clients.stop();

    eprintln!("us not reached, ap connected anew after {connected_after:.1?}");
    assert!(connected_after < CONNECTED_WITHIN, "{connected_after:?}");
    seen.few_took(&REGIONS, noticed..done, SLOWED, ONE_PART_IN);
    seen.every_promise_was_kept();
}

/// How long one more instance of a region takes from its start to its first write.
fn first_answer_of_another_instance(lab: &Lab, region: &str) -> Duration {
    let started = Instant::now();
    let instance = another_instance(lab, region, &[]);
    wait("it answers", || {
        let body = br#"{"dateOfBirth":"1815-12-10"}"#;
        let answer = instance.client().request("PUT", "/hello/first", &[], body);
        answer.is_ok_and(|answer| answer.status == 204)
    });
    started.elapsed()
}

/// What an instance's log says of its last connecting.
fn connected_after(lab: &Lab, part: &str) -> Duration {
    let log = std::fs::read_to_string(lab.log_path(part).expect("a part")).expect("a log");
    let line = log.lines().rfind(|line| line.contains("connected to the cluster")).expect("it has connected");
    let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
    Duration::from_millis(line["took_ms"].as_u64().expect("a figure"))
}
