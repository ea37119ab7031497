//! Regions that cannot reach each other go on, and come to the same in the end.

use crate::clients::Clients;
use crate::laboratory::{REGIONS, scaled, turn};
use jubilee_test_support::history::stale_reads;
use std::time::{Duration, Instant};

/// What is cut: each pair of regions, then one region from both others.
const CUTS: [&[(&str, &str)]; 4] =
    [&[("eu", "us")], &[("eu", "ap")], &[("us", "ap")], &[("us", "eu"), ("us", "ap")]];
const CONVERGED_WITHIN: Duration = Duration::from_secs(30);

#[test]
fn regions_cut_off_from_each_other_go_on_and_converge_when_healed() {
    let lab = turn();
    for (cut, letter) in CUTS.into_iter().zip(["a", "b", "c", "d"]) {
        let clients = Clients::start(&lab, &format!("partition{letter}"), 40);
        for (one, other) in cut {
            lab.partition(one, other).expect("a partition");
        }
        let parted = clients.now();
        clients.wait_for_more(scaled(150));
        let healed = clients.now();
        lab.heal().expect("healed");
        let since = Instant::now();
        clients.wait_for_more(20);
        let seen = clients.stop();
        eprintln!("{cut:?} cut for {:.1?}:", healed - parted);
        assert_eq!(seen.nothing_failed_but(&[]), 0);
        for region in REGIONS {
            assert!(seen.writes_of(region, parted, healed) > 20, "{region}: {}", seen.summary());
        }
        assert!(!stale_reads(&seen.operations).is_empty(), "the regions were never apart");
        seen.converge(&lab, since, CONVERGED_WITHIN);
    }
}
