//! What a rollout decides: whether to begin, when to go back, what goes back with it, what it tells.

use crate::regions::Fault;
use crate::world::{World, settings};
use jubilee_rollout::engine::Ask;
use jubilee_rollout::journal::{Ended, Failure, Position};
use jubilee_rollout::monitor::Alert;
use jubilee_rollout::report::{Direction, Report};
use jubilee_rollout::{Migration, Outcome, Phase, Settings, Version};

fn alert(region: Option<&str>, pages: bool, fires: bool) -> Alert {
    Alert { name: "JubileeSomething".to_owned(), region: region.map(str::to_owned), pages, fires }
}

fn failure(outcome: Option<Outcome>) -> Failure {
    match outcome {
        Some(Outcome::Stopped(failure)) => failure,
        other => panic!("it should have stopped: {other:?}"),
    }
}

/// Starts one with these settings, and gives its report too.
fn reported(world: &World, version: &str, change: impl FnOnce(&mut Settings)) -> (Option<Outcome>, Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings();
    settings.report = folder.path().to_owned();
    change(&mut settings);
    let outcome = world.open(Ask::Start {
        version: Version(version.to_owned()),
        settings: Box::new(settings),
        mixed: false,
    });
    let text = std::fs::read_to_string(folder.path().join("report.json")).expect("a report");
    (outcome, serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn a_good_version_reaches_every_region_and_every_gate_is_told() {
    let world = World::new();
    let (outcome, report) = reported(&world, "good", |_| {});
    assert_eq!(outcome, Some(Outcome::Done));
    assert_eq!((report.outcome.as_str(), report.exit_code, &report.failure), ("done", Some(0), &None));
    let gates = |region: Option<&str>| -> Vec<_> {
        let here = report.gates.iter().filter(|gate| gate.region.as_deref() == region);
        here.map(|gate| gate.name.as_str()).collect()
    };
    assert_eq!(gates(None), ["migrations"]);
    let each = [
        "baseline",
        "drain",
        "replace",
        "readiness",
        "smoke",
        "ten percent",
        "alerts",
        "descriptors",
        "full",
    ];
    for region in ["eu", "us", "ap"] {
        assert_eq!(gates(Some(region)), each, "{region}");
    }
    assert!(report.gates.iter().all(|gate| gate.passed && gate.direction == Direction::Forward));
    assert!(report.regions.iter().all(|region| region.runs == "good" && region.dial == Some(100)));
}

#[test]
fn each_bad_version_is_stopped_in_the_canary_by_the_gate_that_it_fails() {
    for (version, gate) in [
        ("crashes", "replace"),
        ("never-ready", "readiness"),
        ("fails-smoke", "smoke"),
        ("fails-load", "ten percent"),
        ("slow", "ten percent"),
        ("rings", "alerts"),
        ("leaks", "descriptors"),
        ("fails-at-full", "alerts"),
    ] {
        let world = World::new();
        let (outcome, report) = reported(&world, version, |_| {});
        let failure = failure(outcome);
        assert_eq!(
            (failure.gate.as_str(), failure.region.as_deref()),
            (gate, Some("eu")),
            "{version}: {failure}"
        );
        assert_eq!(report.failure.as_ref(), Some(&failure));
        assert_eq!(report.exit_code, Some(1));
        assert!(report.gates.iter().all(|gate| gate.region.as_deref().is_none_or(|region| region == "eu")));
        let back = report.gates.iter().filter(|gate| gate.direction == Direction::Back);
        let back: Vec<_> = back.map(|gate| (gate.name.as_str(), gate.passed)).collect();
        let all = ["drain", "replace", "readiness", "smoke", "dial back"].map(|name| (name, true));
        assert_eq!(back, all, "{version}");
        assert_eq!(world.state().versions(), "old old old");
        world.state().is_well().unwrap_or_else(|why| panic!("{version}: {why}"));
    }
}

#[test]
fn regions_that_have_passed_stay_unless_all_are_to_go_back() {
    for (back_all, versions) in [(false, "good old old"), (true, "old old old")] {
        let world = World::new();
        // The second region cannot be replaced: its platform says no, as often as it is asked for the new version.
        world.state().refuses = Some("us".to_owned());
        let (outcome, _) = reported(&world, "good", |settings| settings.back_all = back_all);
        let failure = failure(outcome);
        assert_eq!((failure.gate.as_str(), failure.region.as_deref()), ("replace", Some("us")));
        assert_eq!(world.state().versions(), versions, "{back_all}");
        world.state().is_well().unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn nothing_begins_while_somebody_is_paged_or_nobody_can_tell() {
    let refuses = |change: &dyn Fn(&World)| {
        let world = World::new();
        change(&world);
        let before = world.state().versions();
        let failure = failure(world.start("good"));
        assert_eq!((failure.gate.as_str(), world.state().versions()), ("start", before), "{failure}");
        assert_eq!(world.journal(), None);
        failure.why
    };
    let paged = refuses(&|world| world.state().ringing.push(alert(Some("ap"), true, true)));
    assert!(paged.contains("JubileeSomething fires in ap"), "{paged}");
    refuses(&|world| world.state().ringing.push(alert(None, true, true)));
    refuses(&|world| world.state().region("us").dial = 10);
    refuses(&|world| world.state().region("us").lost = true);
    refuses(&|world| world.state().region("us").version = "other".to_owned());
    // The calls before anything is touched: lock and journal, k6, alerts, and three regions' versions, dials, readiness.
    for call in 0..13 {
        refuses(&|world| world.state().faults = vec![(call, Fault::FailBefore)]);
    }
}

#[test]
fn a_ticket_that_was_there_before_says_nothing_about_the_new_version() {
    let world = World::new();
    world.state().ringing.push(alert(Some("eu"), false, true));
    assert_eq!(world.start("good"), Some(Outcome::Done));
}

#[test]
fn regions_that_differ_are_brought_together_only_on_demand() {
    let world = World::new();
    world.state().region("eu").version = "good".to_owned();
    assert!(failure(world.start("good")).why.contains("--mixed"));
    let ask = Ask::Start { version: Version("good".to_owned()), settings: Box::new(settings()), mixed: true };
    assert_eq!(world.open(ask), Some(Outcome::Done));
    assert_eq!(world.state().versions(), "good good good");
    let replaced = |line: &&String| line.contains("eu: replace");
    assert_eq!(world.state().lines.iter().filter(replaced).count(), 0, "eu runs it already");
}

#[test]
fn a_second_rollout_is_refused_and_an_unfinished_one_is_not_overwritten() {
    let world = World::new();
    world.state().held = true;
    assert_eq!(world.start("good"), Some(Outcome::Held("somebody".to_owned())));
    assert_eq!(Outcome::Held(String::new()).exit_code(), 75);
    world.state().held = false;

    world.state().faults = vec![(40, Fault::DieBefore)];
    assert_eq!(world.start("good"), None);
    let unfinished = world.journal();
    let refused = failure(world.start("slow"));
    assert!(refused.why.contains("resume or abort it"), "{refused}");
    assert_eq!(world.journal(), unfinished);
}

#[test]
fn who_has_lost_the_lock_touches_nothing_more() {
    let world = World::new();
    world.state().lose_lock_at = Some(60);
    let outcome = world.start("good");
    assert_eq!(outcome, Some(Outcome::Held("somebody else".to_owned())));
    let journal = world.journal().expect("a journal");
    assert!(!journal.is_over() && journal.failure.is_none(), "it is the other's to go on: {journal:?}");
}

#[test]
fn no_region_is_emptied_while_another_cannot_take_its_users() {
    let world = World::new();
    // Lost between the start and the first drain.
    world.state().lose_at = Some(("ap".to_owned(), 17));
    let failure = failure(world.start("good"));
    assert_eq!((failure.gate.as_str(), failure.region.as_deref()), ("drain", Some("eu")), "{failure}");
    assert!(failure.why.contains("ap cannot take the users of eu"), "{failure}");
    assert!(world.state().violations.is_empty(), "{:?}", world.state().violations);
    assert_eq!(world.state().versions(), "old old old");
}

#[test]
fn what_cannot_be_put_back_is_told_and_resumed_later() {
    let world = World::new();
    world.state().refuses = Some("eu".to_owned());
    world.state().refuses_back = true;
    let outcome = world.start("good");
    assert!(matches!(&outcome, Some(Outcome::Stuck(failure)) if failure.gate == "replace"), "{outcome:?}");
    assert_eq!(outcome.map(|outcome| outcome.exit_code()), Some(2));
    assert_eq!(world.state().region("eu").dial, 0, "better no users than a version that nobody knows");
    world.state().refuses_back = false;
    failure(world.resume());
    world.state().is_well().unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn migrations_go_first_and_only_if_all_regions_bear_them() {
    let migration = |phase| Migration { number: 3, name: "more".to_owned(), phase };
    let contract = |after: &str| Some(Phase::Contract { after: after.to_owned() });
    for (phase, goes) in
        [(Some(Phase::Expand), true), (contract("1.0.0"), true), (contract("1.0.1"), false), (None, false)]
    {
        let world = World::new();
        world.state().pending = vec![migration(phase.clone())];
        let outcome = world.start("good");
        if goes {
            assert_eq!(outcome, Some(Outcome::Done), "{phase:?}");
        } else {
            assert_eq!(failure(outcome).gate, "migrations", "{phase:?}");
        }
        assert_eq!(world.state().migrated, usize::from(goes), "{phase:?}");
        let expected = if goes { "good good good" } else { "old old old" };
        assert_eq!(world.state().versions(), expected, "{phase:?}");
    }
}

#[test]
fn resuming_what_has_ended_changes_nothing() {
    let world = World::new();
    assert_eq!(world.start("good"), Some(Outcome::Done));
    let (before, calls) = (world.journal(), world.state().calls);
    assert_eq!(before.as_ref().map(|journal| &journal.position), Some(&Position::Ended(Ended::Done)));
    assert_eq!(world.resume(), Some(Outcome::Done));
    assert_eq!(world.abort(), Some(Outcome::Done));
    assert_eq!((world.journal(), world.state().calls), (before, calls + 4), "lock and journal, twice");
}
