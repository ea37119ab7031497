//! `jubilee serve`.

use crate::app::{Addresses, App, StartError};
use crate::config::Config;
use crate::telemetry::{Metrics, logs, panics};
use actix_web::rt::System;
use std::error::Error;
use std::io::{self, Write};
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) fn run(
    config: &Config,
    unknown_variables: &[String],
    assemble: impl FnOnce(&Config, Metrics) -> Result<App, StartError>,
) -> Result<(), Box<dyn Error>> {
    let metrics = Metrics::new();
    let _flush = logs::start(config.log_format, config.log.clone(), metrics.log_lines_lost.clone())?;
    panics::log_them();
    for variable in unknown_variables {
        tracing::warn!(variable, "this variable is not a setting of Jubilee; is it misspelt?");
    }
    // Thousands of idle connections need more descriptors than most shells allow at first.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    System::new().block_on(async {
        // Heard from here on, also while the store is opened.
        let signals = StopSignals::listen()?;
        serve(assemble(config, metrics)?, signals).await
    })
}

async fn serve(app: App, mut signals: StopSignals) -> Result<(), Box<dyn Error>> {
    say_hello(app.addresses())?;
    app.run(async {
        signals.next().await;
        actix_web::rt::spawn(async move {
            signals.next().await;
            tracing::warn!("stopping at once: a second signal came");
            std::process::exit(1);
        });
    })
    .await?;
    Ok(())
}

fn say_hello(Addresses { public, admin }: Addresses) -> io::Result<()> {
    tracing::info!(%public, %admin, version = env!("CARGO_PKG_VERSION"), "serving");
    writeln!(
        io::stdout(),
        "Jubilee serves on http://{public} (admin: http://{admin}). Try:\n  \
         curl -i -X PUT http://{public}/hello/ada -d '{{\"dateOfBirth\":\"1815-12-10\"}}'\n  \
         curl -i http://{public}/hello/ada"
    )
}

/// SIGTERM, as supervisors send it, and SIGINT, as a terminal does.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        futures_util::future::select(Box::pin(self.terminate.recv()), Box::pin(self.interrupt.recv())).await;
    }
}
