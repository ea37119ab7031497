//! A rollout that dies half-way.

use crate::clients::Clients;
use crate::program::Rollout;
use crate::stage::{REGIONS, turn};

#[test]
fn a_rollout_that_is_killed_half_way_is_resumed_and_no_request_fails() {
    if !crate::all() {
        eprintln!("left to `make rehearse`");
        return;
    }
    let mut turn = turn();
    let version = turn.release("good");
    let clients = Clients::start(&turn, "halfway");
    let mut rollout = Rollout::start(&turn, "half-way", &version);
    // Nobody is served by us then, and nobody would be until somebody goes on.
    rollout.wait_until_passed("us", "drain");
    rollout.kill();
    let ended = Rollout::resume(&turn, "half-way").wait();
    let met = clients.stop();
    assert_eq!(ended.code, Some(0), "{}", ended.story());
    assert_eq!(ended.regions_touched(), REGIONS);
    assert_eq!(met.failed(), 0, "{met:?}");
    for region in REGIONS {
        assert_eq!(turn.region(region).program, version, "{region}");
    }
}
