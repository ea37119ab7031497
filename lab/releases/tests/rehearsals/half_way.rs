//! A rollout that dies half-way, and two at once.

use crate::clients::Clients;
use crate::program::Rollout;
use crate::stage::{REGIONS, turn};
use std::path::Path;

#[test]
fn two_rollouts_at_once_are_refused() {
    let mut turn = turn();
    let (version, before) = (turn.release("good"), turn.regions());
    let first = Rollout::start_until(&turn, "first", &version, "eu", "drain");
    // Each would take for granted what the other undoes.
    let second = Rollout::start(&turn, "second", Path::new("/another/version")).wait();
    assert_eq!(second.code, Some(75), "{}", second.story());
    first.interrupt();
    let ended = first.wait();
    assert_eq!(ended.code, Some(1), "{}", ended.story());
    assert_eq!(ended.stopped_by().1, "stop");
    assert_eq!(turn.regions(), before);
}

#[test]
fn a_rollout_that_is_killed_half_way_is_resumed_and_no_request_fails() {
    if !crate::all() {
        eprintln!("left to `make rehearse`");
        return;
    }
    let mut turn = turn();
    let version = turn.release("good");
    let clients = Clients::start(&turn, "halfway");
    // The new version is there and nobody is served by it, nor would be until somebody goes on.
    Rollout::start_until(&turn, "half-way", &version, "eu", "replace").kill();
    let begun = turn.region("eu");
    assert_eq!((begun.program.as_path(), begun.dial), (version.as_path(), 0));
    let resumed = Rollout::resume(&turn, "half-way").wait();
    let ended = resumed.or_again(&turn, "half-way", &version, &[]);
    let met = clients.stop();
    assert_eq!(ended.code, Some(0), "{}", ended.story());
    assert_eq!(met.failed(), 0, "{met:?}");
    for region in REGIONS {
        assert_eq!(turn.region(region).program, version, "{region}");
    }
}
