//! What a person at the terminal says with Ctrl-C.

use crate::LabError;
use std::thread;
use tokio::signal::unix::{SignalKind, signal};

/// From now on SIGINT, SIGTERM and SIGHUP do this, and end nothing by themselves.
pub(super) fn on_signal(act: impl Fn() + Clone + Send + 'static) -> Result<(), LabError> {
    let failed = |error: std::io::Error| LabError::failed(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let entered = runtime.enter();
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let (mut signals, act) = (signal(kind).map_err(failed)?, act.clone());
        runtime.spawn(async move {
            while signals.recv().await.is_some() {
                act();
            }
        });
    }
    drop(entered);
    thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    Ok(())
}
