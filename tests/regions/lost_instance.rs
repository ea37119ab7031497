//! A region's instance dies or hangs: the balancer moves its users.

use crate::clients::Clients;
use crate::laboratory::{HUNG, KILLED, scaled, turn, wait_until_left};
use jubilee_lab::Target;
use jubilee_test_support::history::FinalStates;
use std::time::Duration;

/// The balancer asks every 500 ms and believes the second answer; half a second more for a busy machine.
const NOTICED_WITHIN: Duration = Duration::from_millis(2 * 500 + 500);
/// What has been sent to an instance that hangs comes back when the balancer's patience of 5 s is over.
const ANSWERED_WITHIN: Duration = Duration::from_secs(6);

#[test]
fn the_users_of_a_dead_instance_are_moved_within_the_health_checks() {
    let lab = turn();
    for (fault, strike) in [KILLED, HUNG] {
        let clients = Clients::start(&lab, &format!("instance{fault}"), 40);
        let struck = clients.now();
        strike(&lab, Target::Instance("us")).expect("a fault");
        wait_until_left(&lab, "us");
        clients.wait_until(struck + NOTICED_WITHIN + ANSWERED_WITHIN);
        clients.wait_for_more(scaled(50));
        let moved = clients.now();
        lab.start(Target::Instance("us")).expect("it is back");
        clients.wait_for_more(20);
        let seen = clients.stop();

        let failed = seen.failed_attempts_of("us");
        eprintln!("{fault}: {} attempts failed; {}", failed.len(), seen.summary());
        // One that is dead refuses connections, and the balancer asks another at once: it costs what was in flight
        // at most. Only one that hangs must be felt.
        assert!(fault != HUNG.0 || !failed.is_empty(), "nobody noticed: this test could not fail");
        for attempt in failed {
            let after = attempt.invoked.saturating_sub(struck);
            assert!(after < NOTICED_WITHIN, "sent {after:.1?} after the fault: {attempt:?}");
        }
        for region in ["eu", "ap"] {
            assert_eq!(seen.failed_attempts_of(region).len(), 0, "{region} has nothing to do with it");
        }
        let served = seen.reports["us"].regions_between(struck + NOTICED_WITHIN, moved);
        assert!(!served.contains("us") && !served.is_empty(), "served by {served:?}");
        seen.judge(&FinalStates::new());
    }
}
