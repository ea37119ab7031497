//! What must stand when all is over: every acknowledged write or something greater, everywhere the same.

use super::check::{OfUser, Rule, Violation};

pub(super) fn violations(user: &OfUser<'_>) -> Vec<Violation> {
    let mut found = lost(user);
    found.extend(diverged(user));
    found
}

/// The greatest acknowledged write must stand or be overwritten; the others are less.
fn lost(user: &OfUser<'_>) -> Vec<Violation> {
    let acknowledged = user.operations.iter().filter_map(|write| Some((write.acknowledged()?, write)));
    let Some((greatest, write)) = acknowledged.max_by_key(|(cell, _)| *cell) else { return Vec::new() };
    user.finals
        .iter()
        .filter_map(|(region, cells)| {
            let stands = match cells.get(user.username) {
                Some(cell) if *cell >= greatest => return None,
                Some(cell) => cell.to_string(),
                None => "nothing".to_owned(),
            };
            let what = format!("{write} is not in {region} in the end, where {stands} stands");
            Some(user.violation(Rule::NoLostWrite, what))
        })
        .collect()
}

fn diverged(user: &OfUser<'_>) -> Option<Violation> {
    let mut standing = user.finals.values().map(|cells| cells.get(user.username));
    let first = standing.next()?;
    if standing.all(|other| other == first) {
        return None;
    }
    let each = user.finals.iter().map(|(region, cells)| match cells.get(user.username) {
        Some(cell) => format!("{region} holds {cell}"),
        None => format!("{region} holds nothing"),
    });
    let what = format!("the regions differ in the end: {}", each.collect::<Vec<_>>().join(", "));
    Some(user.violation(Rule::Convergence, what))
}
