//! Reading everything: for `jubilee export`.

use super::{Connector, error, row, schema};
use crate::domain::Cell;
use crate::store::{StoreError, Unready};
use chrono::NaiveDate;
use futures_util::TryStreamExt;
use scylla::client::session::Session;
use std::fmt;

/// A username and what its row holds.
type EveryRow = (String, Option<NaiveDate>, Option<i64>);

/// Everything that is stored, to be read once.
pub struct Scan {
    session: Session,
    keyspace: String,
}

impl Scan {
    /// Makes a session and checks the schema.
    ///
    /// # Errors
    /// [`Unready`] with the reason.
    pub async fn connect(connector: &Connector) -> Result<Self, Unready> {
        let settings = connector.settings();
        let session = connector.connect().await?;
        schema::check(&session, &settings.keyspace, &settings.datacenter).await?.into_ready()?;
        Ok(Self { session, keyspace: settings.keyspace.clone() })
    }

    /// Calls `each` with every username and its cell, in no order that means anything. What is written
    /// meanwhile may be in it or not.
    ///
    /// # Errors
    /// [`StoreError`], or what `each` said.
    pub async fn for_each<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(&str, Cell) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = format!(
            "SELECT username, date_of_birth, WRITETIME(date_of_birth) FROM {}.birthdays",
            self.keyspace
        );
        let mut statement = self.session.prepare(all).await.map_err(unavailable)?;
        statement.set_is_idempotent(true);
        let pages = self.session.execute_iter(statement, ()).await.map_err(unavailable)?;
        let mut rows = pages.rows_stream::<EveryRow>().map_err(error::not_understood)?;
        while let Some((username, date, written)) = rows.try_next().await.map_err(unavailable)? {
            if let Some(cell) = row::cell_of((date, written))? {
                each(&username, cell)?;
            }
        }
        Ok(())
    }
}

fn unavailable(error: impl fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
