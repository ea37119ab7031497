//! What a session is owed: its own writes, never a step back, and that its overwrites win.

use super::check::{OfUser, Rule, Violation};
use super::{Action, Operation, Outcome};
use jubilee::domain::Version;
use std::collections::BTreeMap;

pub(super) fn violations(user: &OfUser<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for operation in &user.operations {
        found.extend(older_than_token(user, operation));
        found.extend(not_above_token(user, operation));
    }
    found.extend(steps_back(user));
    found
}

/// Read your writes: a read is answered with nothing older than its token.
fn older_than_token(user: &OfUser<'_>, read: &Operation) -> Option<Violation> {
    let sent = read.sent.as_ref()?.version;
    let answered = matches!(read.outcome, Outcome::Found { .. } | Outcome::NotFound(_));
    // A 404 without a token cannot be told from a region that has not heard of the write.
    let older = answered && read.answered_version().is_none_or(|version| version < sent);
    (read.action == Action::Get && older).then(|| {
        user.violation(Rule::ReadYourWrites, format!("{read} answers something older than its token"))
    })
}

/// Causal overwrite: a write is greater than what its writer had seen.
fn not_above_token(user: &OfUser<'_>, write: &Operation) -> Option<Violation> {
    let (sent, cell) = (write.sent.as_ref()?.version, write.acknowledged()?);
    (cell.version <= sent)
        .then(|| user.violation(Rule::CausalOverwrite, format!("{write} is not greater than its token")))
}

/// Monotonic: what a session that sends tokens is told is no older than what it was told before.
fn steps_back(user: &OfUser<'_>) -> Vec<Violation> {
    let mut sessions: BTreeMap<usize, Vec<&Operation>> = BTreeMap::new();
    for operation in &user.operations {
        sessions.entry(operation.client).or_default().push(operation);
    }
    let mut found = Vec::new();
    for mut session in sessions.into_values() {
        session.sort_by_key(|operation| operation.invoked);
        let mut newest: Option<(Version, &Operation)> = None;
        for operation in session {
            let Some(version) = operation.answered_version() else { continue };
            if let Some((seen, earlier)) = newest
                && operation.sent.is_some()
                && earlier.completed <= operation.invoked
                && version < seen
            {
                let what = format!("{operation} goes back behind {earlier} of the same session");
                found.push(user.violation(Rule::Monotonic, what));
            }
            if newest.is_none_or(|(seen, _)| version > seen) {
                newest = Some((version, operation));
            }
        }
    }
    found
}
