//! Each violation, planted by hand beside the nearest history that is well.

use super::writing::{Written, cell, day, ending, everywhere};
use jubilee_test_support::history::{Action, FinalStates, Rule, Value, check, stale_reads};
use std::collections::BTreeSet;

/// Asserts that this rule is broken and no other, and that the message names the user and these words.
fn assert_caught(history: &Written, finals: &FinalStates, rule: Rule, words: &[&str]) {
    let violations = check(&history.operations, finals).expect_err("it is planted").0;
    let rules: BTreeSet<_> = violations.iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, BTreeSet::from([rule]), "{violations:?}");
    let message = violations[0].to_string();
    for word in ["user ada", &format!("{rule:?}")].iter().chain(words) {
        assert!(message.contains(word), "{word:?} is not in {message}");
    }
}

fn assert_well(history: &Written, finals: &FinalStates) {
    check(&history.operations, finals).expect("nothing is wrong");
}

const BORN: fn(u8) -> Value = |number| Value::Born(day(number));
const PUT: fn(u8) -> Action = |number| Action::Put(day(number));

#[test]
fn a_lost_write_is_caught() {
    let history = || Written::default().wrote(1, "eu", PUT(1), None, 10).wrote(2, "us", PUT(2), None, 20);
    assert_well(&history(), &everywhere(20, BORN(2)));
    assert_well(&history().may_have_written(3, "ap", PUT(3), None), &everywhere(30, BORN(3)));
    let words = ["PUT 2000-01-02 by client 2 in us", "acknowledged as 20", "2000-01-01 at version 10 stands"];
    assert_caught(&history(), &everywhere(10, BORN(1)), Rule::NoLostWrite, &words);
    let nothing = ending(&[("eu", None), ("us", None)]);
    assert_caught(&history(), &nothing, Rule::NoLostWrite, &["where nothing stands"]);
}

#[test]
fn a_lost_deletion_is_caught() {
    let history =
        Written::default().wrote(1, "eu", PUT(1), None, 10).wrote(2, "us", Action::Delete, None, 20);
    assert_well(&history, &everywhere(20, Value::Forgotten));
    assert_caught(&history, &everywhere(10, BORN(1)), Rule::NoLostWrite, &["DELETE by client 2 in us"]);
}

#[test]
fn a_final_state_that_nobody_wrote_is_caught() {
    let history = || Written::default().wrote(1, "eu", PUT(1), None, 10);
    let words = ["the final state of ap, 2000-01-09 at version 30,", "what nobody wrote"];
    assert_caught(&history(), &everywhere(30, BORN(9)), Rule::WrittenBySomebody, &words);
    let other = history().may_have_written(2, "eu", PUT(8), None);
    assert_caught(&other, &everywhere(30, BORN(9)), Rule::WrittenBySomebody, &words);
    // A write with a token is greater than it, so an unknown one cannot have become 30.
    let pushed = history().may_have_written(2, "eu", PUT(9), Some(40));
    assert_caught(&pushed, &everywhere(30, BORN(9)), Rule::WrittenBySomebody, &words);
    assert_well(&history().may_have_written(2, "eu", PUT(9), Some(10)), &everywhere(30, BORN(9)));
}

#[test]
fn a_user_nobody_wrote_about_is_caught() {
    let words = ["the final state of ap"];
    assert_caught(&Written::default(), &everywhere(30, BORN(9)), Rule::WrittenBySomebody, &words);
}

#[test]
fn a_value_read_before_it_was_written_is_caught() {
    let history = Written::default().found(2, "us", None, 10, day(1)).wrote(1, "eu", PUT(1), None, 10);
    let words = ["GET by client 2 in us", "PUT 2000-01-01 by client 1", "before it was sent"];
    assert_caught(&history, &everywhere(10, BORN(1)), Rule::WrittenBySomebody, &words);
}

#[test]
fn a_read_that_shows_another_value_under_a_version_is_caught() {
    let history =
        |shown| Written::default().wrote(1, "eu", PUT(1), None, 10).found(2, "us", None, 10, day(shown));
    assert_well(&history(1), &everywhere(10, BORN(1)));
    let words = ["GET by client 2 in us", "found 2000-01-02", "PUT 2000-01-01 by client 1"];
    assert_caught(&history(2), &everywhere(10, BORN(1)), Rule::OneValuePerVersion, &words);
}

#[test]
fn a_404_that_hands_back_the_token_of_a_birthday_is_caught() {
    let history =
        Written::default().wrote(1, "eu", PUT(1), None, 10).found_nobody(1, "us", Some(10), Some(10));
    let words = ["not found at version 10", "PUT 2000-01-01"];
    assert_caught(&history, &everywhere(10, BORN(1)), Rule::OneValuePerVersion, &words);
}

#[test]
fn a_read_older_than_its_token_is_caught() {
    let history = || Written::default().wrote(1, "eu", PUT(1), None, 10).wrote(1, "eu", PUT(2), None, 20);
    let end = everywhere(20, BORN(2));
    assert_well(&history().found(3, "us", Some(20), 20, day(2)), &end);
    assert_well(&history().found(3, "us", None, 10, day(1)), &end);
    let words = ["GET by client 3 in us", "with token 20 of us", "at version 10", "older than its token"];
    assert_caught(&history().found(3, "us", Some(20), 10, day(1)), &end, Rule::ReadYourWrites, &words);
    let nobody = history().found_nobody(3, "us", Some(20), None);
    assert_caught(&nobody, &end, Rule::ReadYourWrites, &["with token 20 of us", "not found"]);
}

#[test]
fn a_session_that_goes_back_is_caught() {
    let history = |client| {
        let seen = Written::default().wrote(1, "eu", PUT(1), None, 10).wrote(1, "eu", PUT(2), None, 20);
        seen.found(3, "us", None, 20, day(2)).found(client, "us", Some(10), 10, day(1))
    };
    let end = everywhere(20, BORN(2));
    assert_well(&history(4), &end);
    let words = ["at version 10", "goes back behind [GET by client 3", "at version 20"];
    assert_caught(&history(3), &end, Rule::Monotonic, &words);
}

#[test]
fn a_write_no_greater_than_its_token_is_caught() {
    let history = |at| {
        let before = Written::default().wrote(1, "eu", PUT(1), None, 20);
        before.wrote(2, "us", PUT(2), Some(20), at)
    };
    assert_well(&history(21), &everywhere(21, BORN(2)));
    let words = ["PUT 2000-01-02 by client 2 in us", "with token 20", "acknowledged as 19"];
    assert_caught(&history(19), &everywhere(20, BORN(1)), Rule::CausalOverwrite, &words);
    assert_caught(&history(20), &everywhere(20, BORN(2)), Rule::CausalOverwrite, &["acknowledged as 20"]);
}

#[test]
fn an_overwrite_that_did_not_win_is_caught() {
    let history = Written::default().wrote(1, "eu", PUT(1), None, 20).wrote(2, "us", PUT(2), Some(20), 21);
    assert_caught(
        &history,
        &everywhere(20, BORN(1)),
        Rule::NoLostWrite,
        &["with token 20", "acknowledged as 21"],
    );
}

#[test]
fn regions_that_differ_in_the_end_are_caught() {
    let history = Written::default()
        .wrote(1, "eu", PUT(1), None, 10)
        .may_have_written(1, "eu", PUT(2), None)
        .found(1, "eu", None, 20, day(2));
    let finals = ending(&[("eu", Some(cell(20, BORN(2)))), ("us", Some(cell(10, BORN(1))))]);
    let words = ["eu holds 2000-01-02 at version 20", "us holds 2000-01-01 at version 10"];
    assert_caught(&history, &finals, Rule::Convergence, &words);
}

#[test]
fn a_write_that_was_refused_is_no_origin() {
    let refused = jubilee_test_support::history::Outcome::NotMade;
    let history = Written::default().then(1, "eu", PUT(1), None, refused);
    assert_well(&history, &ending(&[("eu", None), ("us", None)]));
    assert_caught(&history, &everywhere(10, BORN(1)), Rule::WrittenBySomebody, &["what nobody wrote"]);
}

#[test]
fn stale_reads_without_a_token_are_counted() {
    let history = Written::default()
        .found_nobody(2, "us", None, None)
        .wrote(1, "eu", PUT(1), None, 10)
        .found_nobody(2, "us", None, None)
        .found(2, "us", None, 10, day(1))
        .wrote(1, "eu", PUT(2), None, 20)
        .found(2, "us", None, 10, day(1))
        .found(2, "us", Some(10), 10, day(1));
    let stale: Vec<_> =
        stale_reads(&history.operations).iter().map(|read| read.invoked.as_millis()).collect();
    assert_eq!(stale, [4, 10]);
}
