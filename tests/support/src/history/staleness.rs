//! How often a read without a token was behind, which is allowed.

use super::{Action, Operation, Outcome};
use jubilee::domain::Version;
use std::collections::HashMap;

/// The reads without a token that were answered with something older than a write which had been
/// acknowledged, to whomever, before they were sent. A test of tokens shows by them that it can fail.
pub fn stale_reads(operations: &[Operation]) -> Vec<&Operation> {
    let mut by_user: HashMap<&str, Vec<&Operation>> = HashMap::new();
    for operation in operations {
        by_user.entry(&operation.username).or_default().push(operation);
    }
    by_user.into_values().flat_map(stale_reads_of_one).collect()
}

fn stale_reads_of_one(operations: Vec<&Operation>) -> Vec<&Operation> {
    let mut writes: Vec<_> = operations
        .iter()
        .filter_map(|write| Some((write.completed, write.acknowledged()?.version)))
        .collect();
    writes.sort();
    let mut reads: Vec<_> = operations
        .into_iter()
        .filter(|read| read.action == Action::Get && read.sent.is_none())
        .filter(|read| matches!(read.outcome, Outcome::Found { .. } | Outcome::NotFound(_)))
        .collect();
    reads.sort_by_key(|read| read.invoked);

    let mut writes = writes.into_iter().peekable();
    let mut newest: Option<Version> = None;
    reads.retain(|read| {
        while let Some((_, version)) = writes.next_if(|(completed, _)| *completed <= read.invoked) {
            newest = newest.max(Some(version));
        }
        read.answered_version() < newest
    });
    reads
}
