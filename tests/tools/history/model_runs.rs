//! Random histories of a system in memory: a correct one passes, a flawed one is caught.

use super::model::{Flaw, run};
use jubilee_test_support::history::{Rule, check};
use proptest::prelude::{any, prop_assert, proptest};
use std::collections::BTreeSet;

proptest! {
    #[test]
    fn what_a_correct_system_does_passes(seed in any::<u64>(), operations in 1usize..400) {
        let (history, finals) = run(None, seed, operations);
        let checked = check(&history, &finals);
        prop_assert!(checked.is_ok(), "{:?}", checked);
    }
}

/// Which rules a flaw breaks in 100 runs.
fn broken(flaw: Flaw) -> BTreeSet<Rule> {
    let runs = (0..100).map(|seed| run(Some(flaw), seed, 300));
    runs.filter_map(|(history, finals)| check(&history, &finals).err())
        .flat_map(|violations| violations.0.into_iter().map(|violation| violation.rule))
        .collect()
}

#[test]
fn each_flaw_of_a_system_is_caught_by_the_rule_that_it_breaks() {
    for (flaw, rule) in [
        (Flaw::ReplicationLoses, Rule::Convergence),
        (Flaw::ReplicationLoses, Rule::NoLostWrite),
        (Flaw::ReadsIgnoreTokens, Rule::ReadYourWrites),
        (Flaw::ReadsIgnoreTokens, Rule::Monotonic),
        (Flaw::WritesIgnoreTokens, Rule::CausalOverwrite),
        (Flaw::LastArrivalStands, Rule::Convergence),
        (Flaw::LastArrivalStands, Rule::NoLostWrite),
        (Flaw::EarlierDateStands, Rule::NoLostWrite),
        (Flaw::AcknowledgedTooSoon, Rule::NoLostWrite),
        (Flaw::ClockStandsStill, Rule::OneValuePerVersion),
    ] {
        let rules = broken(flaw);
        assert!(rules.contains(&rule), "{flaw:?} breaks {rules:?} and not {rule:?}");
    }
}
