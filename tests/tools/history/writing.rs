//! Histories written by hand.

use jubilee::domain::{CalendarDate, Region, SyncToken, Version};
use jubilee_test_support::history::{Action, Cell, FinalStates, Operation, Outcome, Value};
use std::collections::BTreeMap;
use std::time::Duration;

/// A day in January 2000.
pub(crate) fn day(day: u8) -> CalendarDate {
    CalendarDate::new(2000, 1, day).expect("a day")
}

pub(crate) fn token(version: u64, region: &str) -> SyncToken {
    SyncToken {
        version: Version::from_micros(version),
        region: Region::parse(region).expect("a name of a region"),
    }
}

pub(crate) fn cell(version: u64, value: Value) -> Cell {
    Cell { version: Version::from_micros(version), value }
}

/// Operations about ada, one after the other, each of one millisecond.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) operations: Vec<Operation>,
}

impl Written {
    /// Adds an operation; `sent` and the answer's tokens are of `region`.
    pub(crate) fn then(
        mut self,
        client: usize,
        region: &str,
        action: Action,
        sent: Option<u64>,
        outcome: Outcome,
    ) -> Self {
        let invoked = Duration::from_millis(2 * self.operations.len() as u64);
        self.operations.push(Operation {
            client,
            asked: region.into(),
            served_by: None,
            username: "ada".into(),
            action,
            invoked,
            completed: invoked + Duration::from_millis(1),
            sent: sent.map(|version| token(version, region)),
            outcome,
        });
        self
    }

    /// An acknowledged write.
    pub(crate) fn wrote(
        self,
        client: usize,
        region: &str,
        action: Action,
        sent: Option<u64>,
        at: u64,
    ) -> Self {
        self.then(client, region, action, sent, Outcome::Acknowledged(token(at, region)))
    }

    /// A write that nothing is known of.
    pub(crate) fn may_have_written(
        self,
        client: usize,
        region: &str,
        action: Action,
        sent: Option<u64>,
    ) -> Self {
        self.then(client, region, action, sent, Outcome::Unknown)
    }

    /// A read that found somebody.
    pub(crate) fn found(
        self,
        client: usize,
        region: &str,
        sent: Option<u64>,
        at: u64,
        born: CalendarDate,
    ) -> Self {
        let outcome = Outcome::Found { token: token(at, region), born: Some(born) };
        self.then(client, region, Action::Get, sent, outcome)
    }

    /// A read that found nobody.
    pub(crate) fn found_nobody(
        self,
        client: usize,
        region: &str,
        sent: Option<u64>,
        at: Option<u64>,
    ) -> Self {
        let outcome = Outcome::NotFound(at.map(|version| token(version, region)));
        self.then(client, region, Action::Get, sent, outcome)
    }
}

/// What stands of ada in regions.
pub(crate) fn ending(standing: &[(&str, Option<Cell>)]) -> FinalStates {
    let of_region = |cell: &Option<Cell>| cell.iter().map(|cell| ("ada".to_owned(), *cell)).collect();
    standing.iter().map(|(region, cell)| ((*region).to_owned(), of_region(cell))).collect::<BTreeMap<_, _>>()
}

/// The same everywhere.
pub(crate) fn everywhere(version: u64, value: Value) -> FinalStates {
    let cell = Some(cell(version, value));
    ending(&[("eu", cell), ("us", cell), ("ap", cell)])
}
