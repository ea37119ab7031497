//! A store that does to a user what the user's name says.

use jubilee::domain::{CalendarDate, Cell, DateOfBirth, SyncToken, Username, Value, Version};
use jubilee::store::{Answer, Store, StoreError, StoreFuture, Unready, Written};
use std::future::{pending, ready};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// What a real driver would say, and no caller may read.
pub(crate) const DRIVERS_TEXT: &str = "node 10.0.0.7:9042 refused, password hunter2";

/// Anybody whose name says nothing was born on 1815-12-10.
#[derive(Default)]
pub(crate) struct FaultyStore {
    /// Lets one request for the user `waits` go on.
    pub(crate) go_on: Arc<Notify>,
}

impl FaultyStore {
    fn answer<T: Send + 'static>(&self, username: &Username, answer: T) -> StoreFuture<T> {
        let fail = |error| -> StoreFuture<T> { Box::pin(ready(Err(error))) };
        match username.as_str() {
            "panicsAtOnce" => panic!("{DRIVERS_TEXT}"),
            "panicsLater" => Box::pin(async { panic!("{DRIVERS_TEXT}") }),
            "unavailable" => fail(StoreError::Unavailable(DRIVERS_TEXT.into())),
            "timedOut" => fail(StoreError::TimedOut),
            "overloaded" => fail(StoreError::Overloaded),
            "corrupt" => fail(StoreError::Corrupt(DRIVERS_TEXT.into())),
            "behind" => fail(StoreError::Behind),
            "silent" => Box::pin(pending()),
            "waits" => {
                let go_on = Arc::clone(&self.go_on);
                Box::pin(async move {
                    go_on.notified().await;
                    Ok(Answer::here(answer))
                })
            }
            "escalated" => Box::pin(ready(Ok(Answer { escalated: true, ..Answer::here(answer) }))),
            _ => Box::pin(ready(Ok(Answer::here(answer)))),
        }
    }
}

impl Store for FaultyStore {
    fn read(&self, username: &Username, _: Option<&SyncToken>, _: Instant) -> StoreFuture<Option<Cell>> {
        let date = CalendarDate::new(1815, 12, 10).expect("a day");
        let value = Value::Born(DateOfBirth::from_stored(date));
        self.answer(username, Some(Cell { version: Version::from_micros(1), value }))
    }

    fn write(&self, username: &Username, _: Cell, _: Instant) -> StoreFuture<Written> {
        self.answer(username, Written::Stands)
    }

    fn check(&self) -> Result<(), Unready> {
        Err(StoreError::Unavailable(DRIVERS_TEXT.into()).into())
    }
}
