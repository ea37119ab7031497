//! A region's database nodes die: its people are served from the others, and nothing is lost.

use crate::clients::{Clients, differences};
use crate::laboratory::{
    Caller, FAILOVER_GRACE, metric, parsed, scaled, token_of, turn, wait, wait_until_left, wait_until_whole,
};
use jubilee_lab::Target;

/// Three nodes of eu and one of ap.
const OTHERS_OF_US: usize = 4;

#[test]
fn a_region_whose_nodes_die_is_served_from_the_others_and_loses_nothing() {
    let lab = turn();
    // As in an outage longer than the hint window: what others miss, nobody keeps for them.
    for region in ["us", "ap"] {
        lab.nodetool(region, 1, &["disablehandoff"]).expect("no hints");
    }
    let clients = Clients::start(&lab, "lost", 150);
    // What us acknowledges from here to its death, it has alone: its node has given the others up, so that
    // nothing is on its way to them either.
    lab.cut_replication("us", "eu").expect("a cut");
    lab.cut_replication("us", "ap").expect("a cut");
    wait("us takes all others for dead", || lab.taken_for_dead_by("us", 1).expect("a node") == OTHERS_OF_US);
    let only_in_us = token_of(&Caller::of(&lab, "us").ask("PUT", "solitary", None, "1990-01-01"));
    lab.kill(Target::Nodes("us")).expect("us dies");
    let killed = clients.now();
    lab.heal().expect("healed");

    let refused = Caller::of(&lab, "eu").ask("GET", "solitary", Some(&only_in_us), "");
    assert_eq!((refused.status, &refused.json()["code"]), (503, &"sync_unavailable".into()));
    wait_until_left(&lab, "us");
    clients.wait_for_more(scaled(150));
    let failovers = metric(&lab, "us", "jubilee_failovers_total");
    lab.start(Target::Nodes("us")).expect("us comes back");
    wait_until_whole(&lab);
    clients.wait_for_more(20);
    let seen = clients.stop();
    for region in ["us", "ap"] {
        lab.nodetool(region, 1, &["enablehandoff"]).expect("hints again");
    }

    let unavailable = seen.nothing_failed_but(&["503 sync_unavailable"]);
    let left_after = seen.left_at("us") - killed;
    assert!(left_after >= FAILOVER_GRACE, "before the grace was over: {left_after:.1?}");
    assert!(failovers > 0.0, "nothing was served from elsewhere");

    let missing = differences(&seen.final_states(&lab));
    assert!(missing > 0, "nothing was missing: this test could not fail");
    lab.repair().expect("repaired");
    let finals = seen.final_states(&lab);
    eprintln!(
        "{}; of these failed {unavailable} with sync_unavailable; {failovers} failovers; us was left after \
         {left_after:.1?}; {missing} of 150 users differed until they were repaired",
        seen.summary()
    );
    seen.judge(&finals);
    for region in ["eu", "ap"] {
        let found = Caller::of(&lab, region).ask("GET", "solitary", None, "");
        let version = |token: &str| parsed(token, "solitary").version;
        assert_eq!(version(&token_of(&found)), version(&only_in_us), "{}", found.text());
    }
}
