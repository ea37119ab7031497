//! The program that judges a history.

use super::{FinalStates, Operation, finals, origins, sessions};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a history may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// An acknowledged write stands everywhere in the end, or something greater does.
    NoLostWrite,
    /// What is read, or stands in the end, was written by somebody, under that version.
    WrittenBySomebody,
    /// One version of a user means one value.
    OneValuePerVersion,
    /// A read with a token is answered with nothing older.
    ReadYourWrites,
    /// What a session that sends tokens is told never goes back.
    Monotonic,
    /// A write sent with a token gets a greater version.
    CausalOverwrite,
    /// All regions hold the same in the end.
    Convergence,
}

/// A rule that was broken, about whom, and by which operations.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// Whose birthday.
    pub username: String,
    /// What happened, naming the operations.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: user {}: {}", self.rule, self.username, self.what)
    }
}

/// All that was broken. Shows the first ones, one a line.
#[derive(Clone)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Debug for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 20;
        writeln!(formatter, "{} violations", self.0.len())?;
        for violation in self.0.iter().take(SHOWN) {
            writeln!(formatter, "  {violation}")?;
        }
        Ok(())
    }
}

/// The operations about one user, and what stands of them in each region.
pub(super) struct OfUser<'history> {
    pub(super) username: &'history str,
    pub(super) operations: Vec<&'history Operation>,
    pub(super) finals: &'history FinalStates,
}

impl OfUser<'_> {
    pub(super) fn violation(&self, rule: Rule, what: String) -> Violation {
        Violation { rule, username: self.username.to_owned(), what }
    }
}

/// Holds a history and the final state of every region against all rules.
///
/// The final states are to be taken after all operations have completed, all faults have healed and
/// the regions had the time to converge. Without any, only what clients were told is judged.
///
/// # Errors
/// Everything that is broken.
pub fn check(operations: &[Operation], finals: &FinalStates) -> Result<(), Violations> {
    let mut by_user: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        by_user.entry(&operation.username).or_default().push(operation);
    }
    let final_users = finals.values().flat_map(|cells| cells.keys().map(String::as_str));
    let users: BTreeSet<&str> = by_user.keys().copied().chain(final_users).collect();
    let violations: Vec<_> = users
        .into_iter()
        .flat_map(|username| {
            let operations = by_user.remove(username).unwrap_or_default();
            let user = OfUser { username, operations, finals };
            let mut violations = sessions::violations(&user);
            violations.extend(origins::violations(&user));
            violations.extend(finals::violations(&user));
            violations
        })
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(Violations(violations)) }
}
