//! The process dies, or a call fails, at every call there is; another process goes on or goes back.

use crate::regions::{FAULTS, Fault};
use crate::world::World;
use jubilee_rollout::Outcome;
use jubilee_rollout::journal::{Ended, Position};
use proptest::prelude::*;

/// Good and bad ones.
const VERSIONS: [&str; 9] = [
    "good",
    "crashes",
    "never-ready",
    "fails-smoke",
    "fails-load",
    "slow",
    "rings",
    "leaks",
    "fails-at-full",
];

/// Calls of a rollout that meets no fault.
fn calls(version: &str) -> usize {
    let world = World::new();
    world.start(version).expect("it does not die");
    world.state().calls
}

/// Goes on until the rollout has ended. More often than there are faults needs nobody to.
fn finish(world: &World, first: Option<Outcome>, go_on: impl Fn(&World) -> Option<Outcome>) -> String {
    let mut outcome = first;
    for _ in 0..8 {
        let over = world.journal().is_none_or(|journal| journal.is_over());
        if over && outcome.is_some() {
            break;
        }
        if world.journal().is_none() {
            // It died before it had begun anything.
            break;
        }
        outcome = go_on(world);
    }
    format!("{outcome:?}")
}

/// All is well, and either every region runs the new version, or the ones that passed do and no other.
fn check(world: &World, version: &str) -> Result<(), String> {
    let journal = world.journal();
    let state = world.state();
    state.is_well()?;
    let versions = state.versions();
    let lines = || format!("{versions}\n{}", state.lines.join("\n"));
    match journal.map(|journal| journal.position) {
        Some(Position::Ended(Ended::Done)) if versions == "good good good" => Ok(()),
        Some(Position::Ended(Ended::Stopped)) if version == "good" => {
            let stopped = ["old old old", "good old old", "good good old"].contains(&versions.as_str());
            if stopped { Ok(()) } else { Err(lines()) }
        }
        None | Some(Position::Ended(Ended::Stopped)) if versions == "old old old" => Ok(()),
        position => Err(format!("{position:?} with {}", lines())),
    }
}

#[test]
fn whatever_dies_or_fails_at_any_call_ends_well_after_resuming() {
    for version in VERSIONS {
        for call in 0..calls(version) {
            for fault in FAULTS {
                let world = World::new();
                world.state().faults = vec![(call, fault)];
                let first = world.start(version);
                let ended = finish(&world, first, World::resume);
                check(&world, version)
                    .unwrap_or_else(|why| panic!("{version}, {fault:?} at {call}, {ended}: {why}"));
            }
        }
    }
}

#[test]
fn after_dying_at_any_call_the_good_one_is_resumed_to_its_end() {
    for call in 0..calls("good") {
        for fault in [Fault::DieBefore, Fault::DieAfter] {
            let world = World::new();
            world.state().faults = vec![(call, fault)];
            assert_eq!(world.start("good"), None, "it dies at {call}");
            if world.journal().is_some() {
                assert_eq!(
                    world.resume(),
                    Some(Outcome::Done),
                    "{fault:?} at {call}: {}",
                    world.state().lines.join("\n")
                );
                assert_eq!(world.state().versions(), "good good good");
            }
        }
    }
}

#[test]
fn after_dying_at_any_call_an_abort_goes_back() {
    for call in 0..calls("good") {
        let world = World::new();
        world.state().faults = vec![(call, Fault::DieAfter)];
        let first = world.start("good");
        let passed = world.journal().map_or(0, |journal| match journal.position {
            Position::Forward(region, _) => region,
            _ => 0,
        });
        let done = world.journal().is_some_and(|journal| journal.is_over());
        finish(&world, first, World::abort);
        check(&world, "good").unwrap_or_else(|why| panic!("aborted at {call}: {why}"));
        let expected =
            if done { "good good good" } else { ["old old old", "good old old", "good good old"][passed] };
        assert_eq!(world.state().versions(), expected, "aborted at {call}");
    }
}

#[test]
fn asked_to_stop_at_any_call_it_goes_back_by_itself() {
    let calls = calls("good");
    for call in 0..calls {
        let world = World::new();
        world.state().stop_at = Some(call);
        let outcome = world.start("good");
        // Nobody looks any more once the last region has all of its users.
        let late = call > calls / 2;
        let expected = matches!(outcome, Some(Outcome::Stopped(_))) || late && outcome == Some(Outcome::Done);
        assert!(expected, "stopped at {call}: {outcome:?}");
        check(&world, "good").unwrap_or_else(|why| panic!("stopped at {call}: {why}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn several_faults_of_any_kind_leave_nothing_forbidden_behind(
        version in proptest::sample::select(&VERSIONS),
        faults in proptest::collection::vec((0_usize..700, proptest::sample::select(&FAULTS)), 1..4),
        aborts in proptest::bool::ANY,
    ) {
        let world = World::new();
        world.state().faults = faults;
        let first = world.start(version);
        finish(&world, first, if aborts { World::abort } else { World::resume });
        // With several faults in a row somebody may be needed; a later process then ends it.
        if let Err(why) = check(&world, version) {
            prop_assert!(false, "{why}");
        }
    }
}
