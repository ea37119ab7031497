//! Everything is restarted, one after the other, as for an update.

use crate::clients::Clients;
use crate::laboratory::{REGIONS, turn};
use jubilee_lab::Target;
use std::time::{Duration, Instant};

const CONVERGED_WITHIN: Duration = Duration::from_secs(30);

#[test]
fn nodes_and_instances_restart_one_by_one_and_nobody_notices() {
    let lab = turn();
    let clients = Clients::start(&lab, "rolling", 40);
    for target in [Target::Nodes, Target::Instance] {
        for region in REGIONS {
            lab.restart(target(region)).expect("a restart");
            clients.wait_for_more(20);
        }
    }
    let seen = clients.stop();
    assert_eq!(seen.nothing_failed_but(&[]), 0);
    seen.converge(&lab, Instant::now(), CONVERGED_WITHIN);
}
