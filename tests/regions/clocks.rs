//! Instances whose clocks are wrong: they are asked directly, past the balancer.

use crate::clients::Clients;
use crate::laboratory::{
    Caller, REGIONS, Turn, parsed, reason, scaled, token_of, turn, wait, wait_until_left, wait_until_whole,
};
use jubilee_lab::Lab;
use jubilee_test_support::load::usernames;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const WRITERS: usize = 4;

/// Sets the clocks of two regions off against each other.
fn set_clocks(lab: &Lab, ahead: &str, behind: &str) {
    lab.skew(ahead, 1500).expect("a clock that is ahead");
    lab.skew(behind, -1500).expect("a clock that is behind");
    wait("the instances are ready", || {
        REGIONS.iter().all(|region| lab.instance(region).expect("a region").is_ready())
    });
}

/// Somebody writes where the clock is ahead; a user who has seen it there overwrites it where the clock is
/// behind. Whether the overwrite stands.
fn overwritten(
    lab: &mut [Caller; 3],
    [ahead, behind, third]: [usize; 3],
    user: &str,
    with_token: bool,
) -> bool {
    let first = lab[ahead].ask("PUT", user, None, "1990-01-01");
    assert_eq!(first.status, 204, "{}", first.text());
    let seen = lab[ahead].ask("GET", user, None, "");
    assert_eq!(seen.status, 200, "{}", seen.text());
    let seen = token_of(&seen);
    let second = lab[behind].ask("PUT", user, with_token.then_some(&*seen), "1991-02-02");
    assert_eq!(second.status, 204, "{}", second.text());
    let second = token_of(&second);
    // The greater of the two tokens is what must be seen in the third region.
    let newest = [&seen, &second].into_iter().max_by_key(|token| parsed(token, user).version).expect("two");
    let found = lab[third].ask("GET", user, Some(newest), "");
    assert_eq!(found.status, 200, "{}", found.text());
    parsed(&token_of(&found), user).version == parsed(&second, user).version
}

/// How many of the overwrites of these users stood.
fn stood(lab: &Turn, regions: [usize; 3], users: &[String], with_token: bool) -> usize {
    let (next, stood) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let mut callers = REGIONS.map(|region| Caller::of(lab, region));
                while let Some(user) = users.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if overwritten(&mut callers, regions, user, with_token) {
                        stood.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    stood.into_inner()
}

#[test]
fn an_overwrite_with_its_token_wins_whatever_the_clocks_say() {
    let lab = turn();
    let [eu, us, ap] = [0, 1, 2];
    for [ahead, behind, third] in [[eu, us, ap], [us, eu, ap]] {
        set_clocks(&lab, REGIONS[ahead], REGIONS[behind]);
        let tries = scaled(50);
        let users = |prefix: &str| usernames(&format!("{prefix}{}", REGIONS[ahead]), tries);
        let with_token = stood(&lab, [ahead, behind, third], &users("told"), true);
        let without = stood(&lab, [ahead, behind, third], &users("untold"), false);
        let (ahead, behind) = (REGIONS[ahead], REGIONS[behind]);
        eprintln!(
            "{ahead} ahead of {behind}: with the token {with_token} of {tries} stood, without {without}"
        );
        assert_eq!(with_token, tries);
        assert!(without < tries, "the clocks agree: this test could not fail");
    }
}

#[test]
fn an_instance_three_seconds_off_is_drained() {
    let lab = turn();
    let clients = Clients::start(&lab, "drained", 40);
    lab.skew("us", 3000).expect("a clock that is far ahead");
    let us = lab.instance("us").expect("a region").public;
    wait("it is un-ready", || reason(us).as_deref() == Some("clock_skewed"));
    wait_until_left(&lab, "us");
    let drained = clients.now();
    clients.wait_for_more(scaled(50));
    let righted = clients.now();
    lab.skew("us", 0).expect("a clock that is right");
    wait_until_whole(&lab);
    clients.wait_for_more(20);
    let seen = clients.stop();
    let served = seen.reports["us"].regions_between(drained, righted);
    assert!(!served.contains("us") && !served.is_empty(), "served by {served:?}");
    seen.every_promise_was_kept();
}
