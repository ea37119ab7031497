//! The two listeners and the services behind them.

use super::StartError;
use crate::actors::{Greeter, GreeterParts, Workers};
use crate::config::Config;
use crate::domain::HybridClock;
use crate::http::{Border, Services, Shared, State, TokenCounts, admin_routes};
use actix_web::dev::Server;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use prometheus::IntGauge;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long a client may take to send a request's head. The framework answers an empty 408 then.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that the kernel holds while workers are busy.
const BACKLOG: u32 = 4096;

/// A connection that is counted while it is open.
struct OpenConnection(IntGauge);

impl OpenConnection {
    fn begin(connections: &IntGauge) -> Self {
        connections.inc();
        Self(connections.clone())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The API, each worker with a Greeter of its own.
pub(super) fn public<S: Services>(
    config: &Config,
    shared: &Shared,
    application: impl Fn(State) -> App<S> + Clone + Send + 'static,
) -> Result<(Server, SocketAddr), StartError> {
    let workers = config.workers.get();
    let parts = GreeterParts {
        store: Arc::clone(&shared.store),
        wall_clock: Arc::clone(&shared.wall_clock),
        hybrid_clock: Arc::new(HybridClock::default()),
        metrics: shared.metrics.clone(),
        max_in_flight: config.max_in_flight.get().div_ceil(workers),
        request_timeout: config.request_timeout,
        workers: Arc::new(Workers::default()),
    };
    shared.metrics.at_scrape({
        let workers = Arc::clone(&parts.workers);
        move |families| workers.write_down(families)
    });
    let connections = shared.metrics.connections.clone();
    let shared = shared.clone();
    let server = HttpServer::new(move || {
        let greeter = Greeter::start(parts.clone());
        let tokens = TokenCounts::new(&shared.metrics);
        application(State { greeter, tokens, shared: shared.clone() })
    })
    // What is put among a connection's data goes when it is closed.
    .on_connect(move |_, data| {
        data.insert(OpenConnection::begin(&connections));
    })
    .workers(workers)
    .keep_alive(config.keep_alive)
    .client_request_timeout(HEAD_TIMEOUT)
    // The setting may be finer than whole seconds; the framework's is not.
    .shutdown_timeout(config.shutdown_timeout.as_millis().div_ceil(1000) as u64)
    .backlog(BACKLOG)
    .tcp_nodelay(true)
    .disable_signals()
    .bind(config.listen)
    .map_err(|source| StartError::Listen {
        address: config.listen,
        setting: "JUBILEE_LISTEN",
        source,
    })?;
    let address = server.addrs().first().copied().unwrap_or(config.listen);
    Ok((server.run(), address))
}

/// Metrics, build info, drain and the probes.
pub(super) fn admin(config: &Config, shared: &Shared) -> Result<(Server, SocketAddr), StartError> {
    let shared = shared.clone();
    let server = HttpServer::new(move || {
        App::new().app_data(Data::new(shared.clone())).wrap(Border::admin(&shared)).configure(admin_routes)
    })
    .workers(1)
    .disable_signals()
    .bind(config.admin_listen)
    .map_err(|source| StartError::Listen {
        address: config.admin_listen,
        setting: "JUBILEE_ADMIN_LISTEN",
        source,
    })?;
    let address = server.addrs().first().copied().unwrap_or(config.admin_listen);
    Ok((server.run(), address))
}
