//! Equal versions: who may make them, and who wins.

use super::writing::{Written, day, everywhere};
use jubilee_test_support::history::{Action, Rule, Value, check};

fn tie(first: (&str, Option<u64>), second: (&str, Option<u64>)) -> Written {
    Written::default().wrote(1, first.0, Action::Put(day(1)), first.1, 21).wrote(
        2,
        second.0,
        Action::Put(day(2)),
        second.1,
        21,
    )
}

fn rules(history: &Written, version: u64, value: Value) -> Vec<Rule> {
    let checked = check(&history.operations, &everywhere(version, value));
    let mut rules: Vec<_> =
        checked.err().iter().flat_map(|violations| &violations.0).map(|violation| violation.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn the_later_date_wins_a_tie() {
    let history = tie(("eu", None), ("us", None));
    assert_eq!(rules(&history, 21, Value::Born(day(2))), []);
    assert_eq!(rules(&history, 21, Value::Born(day(1))), [Rule::NoLostWrite]);
}

#[test]
fn a_deletion_wins_a_tie() {
    let history = tie(("eu", None), ("us", None)).wrote(3, "ap", Action::Delete, None, 21);
    assert_eq!(rules(&history, 21, Value::Forgotten), []);
    assert_eq!(rules(&history, 21, Value::Born(day(2))), [Rule::NoLostWrite]);
}

#[test]
fn one_instance_gives_a_version_twice_only_where_a_token_pushed_it() {
    let end = Value::Born(day(2));
    assert_eq!(rules(&tie(("eu", None), ("eu", None)), 21, end), [Rule::OneValuePerVersion]);
    assert_eq!(rules(&tie(("eu", Some(7)), ("eu", None)), 21, end), [Rule::OneValuePerVersion]);
    assert_eq!(rules(&tie(("eu", Some(20)), ("eu", Some(20))), 21, end), []);
    assert_eq!(rules(&tie(("eu", Some(20)), ("eu", None)), 21, end), []);
}

#[test]
fn who_answered_counts_and_not_who_was_asked() {
    let end = Value::Born(day(2));
    let mut history = tie(("world", None), ("world", None));
    history.operations[0].served_by = Some("eu".into());
    history.operations[1].served_by = Some("us".into());
    assert_eq!(rules(&history, 21, end), []);
    history.operations[1].served_by = Some("eu".into());
    assert_eq!(rules(&history, 21, end), [Rule::OneValuePerVersion]);
}
