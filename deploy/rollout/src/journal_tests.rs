use super::{BackStep, Before, Ended, Failure, Journal, Position, Step};
use crate::{Settings, Times, Version};

fn journal(position: Position, back_all: bool) -> Journal {
    let before = |region: &str| Before {
        region: region.to_owned(),
        version: Version("old".to_owned()),
        dial: 100,
        known_alerts: Vec::new(),
    };
    let settings = Settings {
        environment: "production".to_owned(),
        prometheus: "http://prometheus.example:9090".to_owned(),
        remote_write: None,
        report: "/tmp/report".into(),
        k6: "scripts/k6".into(),
        scripts: "k6".into(),
        rate: Some(100),
        users: None,
        descriptors: 10,
        back_all,
        times: Times::of("production"),
    };
    Journal {
        rollout: "2026-11-21T20:00:00Z".to_owned(),
        version: Version("new".to_owned()),
        settings,
        regions: ["eu", "us", "ap"].map(before).to_vec(),
        position,
        baseline: None,
        failure: None,
    }
}

fn turned(position: Position, back_all: bool) -> Position {
    let mut journal = journal(position, back_all);
    journal.turn_back(Failure::new("a gate", None, "no"));
    journal.position
}

#[test]
fn only_what_was_touched_goes_back() {
    let stopped = Position::Ended(Ended::Stopped);
    assert_eq!(turned(Position::Migrations, true), stopped);
    assert_eq!(turned(Position::Forward(0, Step::Baseline), true), stopped);
    assert_eq!(
        turned(Position::Forward(1, Step::Drain), false),
        Position::Back(vec![1], BackStep::Readiness)
    );
    for step in [Step::Replace, Step::Readiness, Step::Smoke, Step::TenPercent, Step::Full] {
        assert_eq!(
            turned(Position::Forward(1, step), false),
            Position::Back(vec![1], BackStep::Drain),
            "{step:?}"
        );
        assert_eq!(turned(Position::Forward(2, step), true), Position::Back(vec![2, 1, 0], BackStep::Drain));
    }
    assert_eq!(
        turned(Position::Forward(2, Step::Baseline), true),
        Position::Back(vec![1, 0], BackStep::Drain)
    );
}

#[test]
fn on_the_way_back_there_is_no_turning_round() {
    let back = Position::Back(vec![1], BackStep::Smoke);
    assert_eq!(turned(back.clone(), false), back);
}

#[test]
fn an_abort_may_take_back_what_has_passed_even_on_the_way_back() {
    let mut journal = journal(Position::Back(vec![2], BackStep::Smoke), false);
    journal.back_all();
    assert_eq!(journal.position, Position::Back(vec![2, 1, 0], BackStep::Smoke));
}

#[test]
fn regions_that_run_it_already_are_left_alone() {
    let mut journal = journal(Position::Migrations, true);
    journal.regions[0].version = Version("new".to_owned());
    journal.succeed();
    assert_eq!(journal.position, Position::Forward(1, Step::Baseline));
    journal.position = Position::Forward(2, Step::Smoke);
    journal.turn_back(Failure::new("smoke", None, "no"));
    assert_eq!(journal.position, Position::Back(vec![2, 1], BackStep::Drain));
}
