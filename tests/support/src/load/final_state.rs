//! What stands in a region in the end, as its users would read it.

use super::{Load, runtime};
use crate::history::{Action, Cell, Operation, Outcome, Value};
use std::collections::BTreeMap;

/// Asks a service for each of the load's users, without a token; who is in no way known is left out.
/// These reads belong to no history.
///
/// # Panics
/// If a user cannot be read.
pub fn final_state(load: &Load) -> BTreeMap<String, Cell> {
    let users = load.users.clone();
    let mut session = load.session_without_tokens();
    runtime().block_on(async {
        let mut cells = BTreeMap::new();
        for username in users.iter() {
            let read = loop {
                let read = session.ask(username, Action::Get).await;
                let read = read.unwrap_or_else(|| panic!("{username}: {:?}", session.report.failures));
                if !matches!(read.outcome, Outcome::Found { born: None, .. }) {
                    break read;
                }
                // Around midnight a greeting tells no day; that is over in seconds.
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            };
            cells.extend(cell(&read).map(|cell| (username.to_string(), cell)));
        }
        cells
    })
}

fn cell(read: &Operation) -> Option<Cell> {
    let value = match read.outcome {
        Outcome::Found { born, .. } => Value::Born(born?),
        _ => Value::Forgotten,
    };
    Some(Cell { version: read.answered_version()?, value })
}
