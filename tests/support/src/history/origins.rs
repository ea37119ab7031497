//! Where a value comes from: somebody wrote it, under that version, before it was seen.

use super::check::{OfUser, Rule, Violation};
use super::{Cell, Operation, Outcome, Value};
use jubilee::domain::Version;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

/// A value that was seen, or would have been if the greeting told the year.
struct Seen<'history> {
    version: Version,
    value: Option<Value>,
    when: Duration,
    how: Box<dyn Display + 'history>,
}

pub(super) fn violations(user: &OfUser<'_>) -> Vec<Violation> {
    let mut acknowledged: BTreeMap<Version, Vec<(Cell, &Operation)>> = BTreeMap::new();
    for operation in &user.operations {
        if let Some(cell) = operation.acknowledged() {
            acknowledged.entry(cell.version).or_default().push((cell, operation));
        }
    }
    let may_have_written: Vec<_> = user
        .operations
        .iter()
        .filter(|operation| operation.outcome == Outcome::Unknown)
        .filter_map(|operation| Some((operation.action.written()?, *operation)))
        .collect();

    let mut found: Vec<_> = acknowledged.values().flat_map(|writes| given_twice(user, writes)).collect();
    for seen in seen(user) {
        let writes = acknowledged.get(&seen.version).map(Vec::as_slice).unwrap_or_default();
        let by_acknowledged =
            writes.iter().any(|(cell, write)| seen.is(cell.value) && write.invoked < seen.when);
        let by_unknown = may_have_written.iter().any(|(value, write)| {
            let above_its_token = write.sent.as_ref().is_none_or(|sent| sent.version < seen.version);
            seen.is(*value) && write.invoked < seen.when && above_its_token
        });
        if by_acknowledged || by_unknown {
            continue;
        }
        found.push(match writes.first() {
            Some((cell, write)) if !seen.is(cell.value) => {
                let what = format!("{} shows another value than {write} wrote under that version", seen.how);
                user.violation(Rule::OneValuePerVersion, what)
            }
            Some((_, write)) => user
                .violation(Rule::WrittenBySomebody, format!("{} saw {write} before it was sent", seen.how)),
            None => user.violation(Rule::WrittenBySomebody, format!("{} shows what nobody wrote", seen.how)),
        });
    }
    found
}

impl Seen<'_> {
    /// Whether it may have been this value.
    fn is(&self, value: Value) -> bool {
        self.value.map_or(value != Value::Forgotten, |seen| seen == value)
    }
}

fn seen<'history>(user: &OfUser<'history>) -> Vec<Seen<'history>> {
    let by_reads = user.operations.iter().filter_map(|operation| {
        let (version, value) = match &operation.outcome {
            Outcome::Found { token, born } => (token.version, born.map(Value::Born)),
            Outcome::NotFound(Some(token)) => (token.version, Some(Value::Forgotten)),
            _ => return None,
        };
        Some(Seen { version, value, when: operation.completed, how: Box::new(*operation) })
    });
    let in_the_end = user.finals.iter().filter_map(|(region, cells)| {
        let cell = cells.get(user.username)?;
        let how = format!("the final state of {region}, {cell},");
        Some(Seen { version: cell.version, value: Some(cell.value), when: Duration::MAX, how: Box::new(how) })
    });
    by_reads.chain(in_the_end).collect()
}

/// One instance gives no version twice. Two instances may, and two writers who have seen the same
/// version of an instance whose clock is ahead: then the tie is decided by the values.
fn given_twice(user: &OfUser<'_>, writes: &[(Cell, &Operation)]) -> Vec<Violation> {
    let pushed_by_token = |cell: &Cell, write: &Operation| {
        write.sent.as_ref().is_some_and(|sent| sent.version.next() == cell.version)
    };
    let instance = |write: &Operation| write.served_by.clone().unwrap_or_else(|| write.asked.clone());
    let mut found = Vec::new();
    for (index, (cell, write)) in writes.iter().enumerate() {
        let twin = writes[..index].iter().find(|(other_cell, other)| {
            other_cell.value != cell.value
                && instance(other) == instance(write)
                && !pushed_by_token(other_cell, other)
                && !pushed_by_token(cell, write)
        });
        if let Some((_, other)) = twin {
            let what = format!("{other} and {write} have one version and two values");
            found.push(user.violation(Rule::OneValuePerVersion, what));
        }
    }
    found
}
