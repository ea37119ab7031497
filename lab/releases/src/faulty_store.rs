//! The faults of a release's store.

use crate::Fault;
use futures_util::FutureExt;
use jubilee::domain::{CalendarDate, Cell, DateOfBirth, SyncToken, Username, Value};
use jubilee::store::{Store, StoreFuture, Unready, Written};
use std::sync::Arc;
use std::time::Instant;

/// The real store, seen through a fault.
pub(crate) struct FaultyStore {
    pub(crate) fault: Fault,
    pub(crate) store: Arc<dyn Store>,
}

impl Store for FaultyStore {
    fn read(
        &self,
        username: &Username,
        at_least: Option<&SyncToken>,
        deadline: Instant,
    ) -> StoreFuture<Option<Cell>> {
        let read = self.store.read(username, at_least, deadline);
        if self.fault != Fault::WrongGreeting {
            return read;
        }
        Box::pin(read.map(|answer| answer.map(|answer| answer.map(|cell| cell.map(born_a_day_later)))))
    }

    fn write(&self, username: &Username, cell: Cell, deadline: Instant) -> StoreFuture<Written> {
        self.store.write(username, cell, deadline)
    }

    fn check(&self) -> Result<(), Unready> {
        match self.fault {
            Fault::NeverReady => Err(Unready {
                reason: "unreachable",
                cause: "this release looks for its database in the wrong place".into(),
            }),
            // As the product says it. `migrate` of this release knows of no such migration.
            Fault::NeedsMissingSchema => Err(Unready {
                reason: "schema_older",
                cause: "the schema is at migration 2, but 3 is needed: run `jubilee migrate` of this version"
                    .into(),
            }),
            _ => self.store.check(),
        }
    }

    fn close(&self) {
        self.store.close();
    }
}

fn born_a_day_later(cell: Cell) -> Cell {
    let later = |born: DateOfBirth| {
        let day = born.date();
        let (year, month) = (day.year(), day.month());
        let later = CalendarDate::new(year, month, day.day() + 1)
            .or_else(|| CalendarDate::new(year, month + 1, 1))
            .or_else(|| CalendarDate::new(year + 1, 1, 1));
        DateOfBirth::from_stored(later.unwrap_or(day))
    };
    match cell.value {
        Value::Born(born) => Cell { value: Value::Born(later(born)), ..cell },
        Value::Forgotten => cell,
    }
}
