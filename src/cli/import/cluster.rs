//! Importing into the cluster, which may serve meanwhile.

use crate::app::{SystemClock, open_store};
use crate::config::Config;
use crate::store::embedded::Write;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;
use actix_web::rt::{System, SystemRunner};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The cluster gains nothing by large batches, and the progress bar moves once a batch.
pub(super) const BATCH_LINES: usize = 1_000;
/// Writes that the cluster is given at the same time.
const WRITES_IN_FLIGHT: usize = 256;
/// How long one write may take, other regions included; and finding the cluster, at first.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until the cluster can be used, or says why it cannot.
pub(super) fn reach(config: &Config) -> Result<(SystemRunner, Arc<dyn Store>), StoreError> {
    let system = System::new();
    let store = system.block_on(async {
        let store = open_store(config, Arc::new(SystemClock), &Metrics::new())?;
        let give_up = Instant::now() + PATIENCE;
        while let Err(unready) = store.check() {
            if Instant::now() >= give_up {
                return Err(StoreError::Unavailable(unready.to_string()));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(store)
    })?;
    Ok((system, store))
}

/// Writes a batch, many at the same time; ends at the first that fails.
pub(super) async fn write_all(store: &dyn Store, batch: &[Write]) -> Result<(), StoreError> {
    stream::iter(batch)
        .map(|write| store.write(&write.username, write.cell, Instant::now() + PATIENCE))
        .buffer_unordered(WRITES_IN_FLIGHT)
        .try_for_each(async |_| Ok(()))
        .await
}
