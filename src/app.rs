//! The assembly: builds everything, runs it, and stops it in order.

mod server;
mod system_clock;

pub use system_clock::SystemClock;

use crate::actors::{ClusterStore, EmbeddedStore};
use crate::config::{Config, StoreKind};
use crate::domain::WallClock;
use crate::http::{Drain, Services, Shared, State, public_application};
use crate::store::cluster::Connector;
use crate::store::embedded::{DataDir, Engine};
use crate::store::{Store, StoreError};
use crate::telemetry::{Metrics, Traces};
use actix_web::dev::{Server, ServerHandle};
use actix_web::rt;
use futures_util::future::{Either, select};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The whole service, bound to its addresses and ready to run.
pub struct App {
    addresses: Addresses,
    public: Server,
    admin: Server,
    shared: Shared,
    drain_delay: Duration,
}

/// Where an [`App`] listens.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// The API.
    pub public: SocketAddr,
    /// Metrics and the operator's commands.
    pub admin: SocketAddr,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}{}", listen_hint(source, setting))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The store cannot be opened.
    #[error("{0}")]
    Store(#[from] StoreError),
}

fn listen_hint(error: &io::Error, setting: &str) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!("; stop what listens there, or set {setting} to another port"),
        io::ErrorKind::PermissionDenied => {
            format!("; ports under 1024 need a privilege: set {setting} to a higher port")
        }
        io::ErrorKind::AddrNotAvailable => format!("; this machine has no such address: set {setting}"),
        _ => String::new(),
    }
}

/// Opens the store that the configuration names.
///
/// # Errors
/// [`StoreError`] with what to do.
///
/// # Panics
/// Outside of an actix system.
pub fn open_store(
    config: &Config,
    wall_clock: Arc<dyn WallClock>,
    metrics: &Metrics,
) -> Result<Arc<dyn Store>, StoreError> {
    match config.store {
        StoreKind::Cluster => {
            let connector = Connector::new(config.cluster.clone());
            Ok(Arc::new(ClusterStore::start(connector, wall_clock, config.max_clock_skew, metrics)))
        }
        StoreKind::Embedded => {
            let engine = Engine::open(DataDir::new(&config.data_dir), wall_clock)?;
            Ok(Arc::new(EmbeddedStore::start(engine, metrics, config.max_in_flight.get())))
        }
    }
}

/// The service as it is deployed: the store that the configuration names, the system's clock, both listeners.
///
/// # Errors
/// [`StartError`] with what to do.
///
/// # Panics
/// Outside of an actix system.
pub fn assemble(config: &Config, metrics: Metrics) -> Result<App, StartError> {
    let store = open_store(config, Arc::new(SystemClock), &metrics)?;
    App::build(config, store, Arc::new(SystemClock), metrics)
}

impl App {
    /// Binds both listeners. Port 0 takes a free one; [`App::addresses`] tells which.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub fn build(
        config: &Config,
        store: Arc<dyn Store>,
        wall_clock: Arc<dyn WallClock>,
        metrics: Metrics,
    ) -> Result<Self, StartError> {
        Self::build_with(config, store, wall_clock, metrics, public_application)
    }

    /// The same with an application of one's own on the public listener: [`public_application`] with more around it,
    /// or one put together from the parts in [`crate::http`]. It is made once in each worker.
    ///
    /// # Errors
    /// As [`App::build`].
    pub fn build_with<S: Services>(
        config: &Config,
        store: Arc<dyn Store>,
        wall_clock: Arc<dyn WallClock>,
        metrics: Metrics,
        application: impl Fn(State) -> actix_web::App<S> + Clone + Send + 'static,
    ) -> Result<Self, StartError> {
        let shared = Shared {
            store,
            wall_clock,
            region: config.region.clone(),
            leap_day: config.leap_day,
            request_timeout: config.request_timeout,
            max_clock_skew: config.max_clock_skew,
            drain: Arc::new(Drain::default()),
            traces: Traces::from_environment(config.region.as_str(), &metrics),
            slow_request: config.slow_request,
            metrics,
        };
        let (public, public_address) = server::public(config, &shared, application)?;
        let (admin, admin_address) = server::admin(config, &shared)?;
        let addresses = Addresses { public: public_address, admin: admin_address };
        Ok(Self { addresses, public, admin, shared, drain_delay: config.drain_delay })
    }

    /// Where the app listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Serves until `stop` is ready, then drains and ends: un-ready, still serving for the drain delay,
    /// no new connections, what is in flight, the store, the last spans.
    ///
    /// # Errors
    /// When a listener ends by itself.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let (public, admin) = (self.public.handle(), self.admin.handle());
        let listeners = select(rt::spawn(self.public), rt::spawn(self.admin));
        let ended = match select(std::pin::pin!(stop), listeners).await {
            Either::Left(((), _)) => {
                drain(&self.shared, self.drain_delay, &public).await;
                Ok(())
            }
            Either::Right((Either::Left((result, _)) | Either::Right((result, _)), _)) => Err(result
                .map_or_else(io::Error::other, |ended| {
                    ended.err().unwrap_or_else(|| io::Error::other("a listener ended by itself"))
                })),
        };
        admin.stop(false).await;
        self.shared.store.close();
        let traces = self.shared.traces;
        // On a thread of its own, so that a second signal is heard meanwhile.
        let _ = rt::task::spawn_blocking(move || traces.stop()).await;
        ended
    }
}

async fn drain(shared: &Shared, delay: Duration, public: &ServerHandle) {
    tracing::info!(delay_ms = delay.as_millis() as u64, "stopping: draining");
    shared.drain.stop();
    tokio::time::sleep(delay).await;
    public.stop(true).await;
    match shared.metrics.requests_in_flight.get() {
        0 => tracing::info!("stopping: all requests are answered"),
        cut_off => tracing::warn!(cut_off, "stopping: SHUTDOWN_TIMEOUT ran out before all were answered"),
    }
}
