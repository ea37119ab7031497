//! A region of three nodes, of which two are a quorum.

use crate::clients::Clients;
use crate::laboratory::{
    Caller, FAILOVER_GRACE, HUNG, KILLED, Turn, metric, scaled, turn, wait, wait_until_left, wait_until_whole,
};
use jubilee_lab::Target;
use jubilee_test_support::history::FinalStates;
use jubilee_test_support::load::usernames;
use std::time::Duration;

/// By then the driver has left a node that hangs.
const NOTICED_WITHIN: Duration = Duration::from_secs(3);
/// Whoever still asks a node that hangs is answered by another one, but not before this.
const SLOWED: Duration = Duration::from_millis(100);

#[test]
fn one_node_of_three_killed_or_hung_fails_nothing() {
    let lab = turn();
    let seed = fastrand::usize(..3);
    eprintln!("begins with node {}", seed + 1);
    let faults = [KILLED, HUNG, KILLED, HUNG, KILLED, HUNG].into_iter().enumerate();
    for (number, (fault, strike)) in faults.take(scaled(2).min(6)) {
        let node = Target::Node("eu", (seed + number) % 3 + 1);
        let clients = Clients::start(&lab, &format!("three{}", ["a", "b", "c", "d", "e", "f"][number]), 40);
        strike(&lab, node).expect("a fault");
        let noticed = clients.now() + NOTICED_WITHIN;
        clients.wait_until(noticed);
        clients.wait_for_more(scaled(100));
        let done = clients.now();
        lab.start(node).expect("it is back");
        clients.wait_for_more(20);
        let seen = clients.stop();

        eprintln!("{node:?} {fault}: {}", seen.summary());
        assert_eq!(seen.nothing_failed_but(&[]), 0);
        let served = seen.reports["eu"].regions_between(Duration::ZERO, done);
        assert_eq!(served, ["eu".into()].into(), "eu served its own");
        // A node that is still asked slows a third of them.
        seen.few_took(&["eu"], noticed..done, SLOWED, 6);
    }
}

#[test]
fn with_two_nodes_of_three_gone_the_region_fails_over() {
    let lab = turn();
    let clients = Clients::start(&lab, "minority", 40);
    let failovers = metric(&lab, "eu", "jubilee_failovers_total");
    lab.kill(Target::Node("eu", 1)).expect("one dies");
    clients.wait_for_more(20);
    lab.kill(Target::Node("eu", 3)).expect("another dies");
    let lost = clients.now();
    wait_until_left(&lab, "eu");
    clients.wait_for_more(scaled(50));
    let failovers = metric(&lab, "eu", "jubilee_failovers_total") - failovers;
    lab.start(Target::Nodes("eu")).expect("both come back");
    wait_until_whole(&lab);
    clients.wait_for_more(20);
    let seen = clients.stop();

    let left_after = seen.left_at("eu") - lost;
    eprintln!("{}; {failovers} failovers, left after {left_after:.1?}", seen.summary());
    seen.nothing_failed_but(&["503 sync_unavailable"]);
    assert!(failovers > 0.0, "nothing was served from elsewhere");
    assert!(left_after >= FAILOVER_GRACE, "before the grace was over: {left_after:.1?}");
    seen.judge(&FinalStates::new());
}

#[test]
fn a_node_that_missed_a_write_is_mended_by_a_read() {
    let lab = turn();
    let users = usernames("mended", 20);
    for node in [1, 2] {
        lab.nodetool("eu", node, &["disablehandoff"]).expect("no hints");
    }
    lab.kill(Target::Node("eu", 3)).expect("it dies");
    let mut caller = Caller::of(&lab, "eu");
    for user in &users {
        assert_eq!(caller.ask("PUT", user, None, "1990-01-01").status, 204);
    }
    lab.start(Target::Node("eu", 3)).expect("it is back");
    for node in [1, 2] {
        lab.nodetool("eu", node, &["enablehandoff"]).expect("hints again");
    }

    // The two that are left are the quorum of every read.
    lab.kill(Target::Node("eu", 2)).expect("it dies");
    let mended_before = mended_by_reads(&lab);
    wait("reads have mended every user", || {
        for user in &users {
            assert_eq!(caller.ask("GET", user, None, "").status, 200);
        }
        let mended = mended_by_reads(&lab) - mended_before;
        eprintln!("reads have mended {mended} of {} users on the third node", users.len());
        mended >= users.len()
    });
}

/// How many reads the nodes 1 and 3 of eu have answered only after replicas that differed were made equal.
fn mended_by_reads(lab: &Turn) -> usize {
    let of = |number| {
        let told = lab.nodetool("eu", number, &["netstats"]).expect("statistics");
        let count = told.lines().find_map(|line| line.strip_prefix("Mismatch (Blocking): "));
        count
            .and_then(|count| count.trim().parse::<usize>().ok())
            .unwrap_or_else(|| panic!("no count: {told}"))
    };
    [1, 3].into_iter().map(of).sum()
}
