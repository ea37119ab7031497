//! What an operator can set: flag > `JUBILEE_*` variable > `jubilee.toml` > default.

mod cluster;
mod credentials;
pub mod settings;
mod sources;
mod standard;
mod values;

pub use cluster::{ClusterSettings, FailoverRegions};
pub use credentials::Secret;
pub use settings::{SETTINGS, Setting};
pub use sources::{Origin, Sources};
pub use standard::{STANDARD_VARIABLES, StandardVariable};
pub use values::LogFormat;

use crate::domain::{LeapDay, Region};
use sources::Reader;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::filter::Targets;

/// Everything that can be set, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the API is served.
    pub listen: SocketAddr,
    /// Where metrics and the operator's commands are served; never public.
    pub admin_listen: SocketAddr,
    /// The region this instance stands in.
    pub region: Region,
    /// Which engine keeps the birthdays.
    pub store: StoreKind,
    /// Where the embedded engine keeps its file.
    pub data_dir: PathBuf,
    /// How the cluster is reached and used.
    pub cluster: ClusterSettings,
    /// HTTP workers, each a thread with a `Greeter`.
    pub workers: NonZeroUsize,
    /// Requests admitted at the same time, over all workers.
    pub max_in_flight: NonZeroUsize,
    /// The deadline of each request, from its head on.
    pub request_timeout: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long to go on serving, un-ready, before closing.
    pub drain_delay: Duration,
    /// How long requests in flight may take to finish after that.
    pub shutdown_timeout: Duration,
    /// When 29 February is celebrated in a common year.
    pub leap_day: LeapDay,
    /// The greatest difference between any two clocks.
    pub max_clock_skew: Duration,
    /// A request that takes longer is logged as a warning.
    pub slow_request: Duration,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written.
    pub log: Targets,
}

/// The engines that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// One process, one file.
    Embedded,
    /// Cassandra or ScyllaDB, replicated across regions.
    Cluster,
}

/// Everything that is wrong with the configuration, a line each.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration is not usable:\n{}", .0.iter().map(|fault| format!("  {fault}\n")).collect::<String>())]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Checks every value.
    ///
    /// # Errors
    /// [`ConfigError`] with all faults at once, each naming the setting, what was expected and what
    /// was found.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let on_terminal = sources.on_terminal;
        let mut read = Reader::new(sources);
        let request_timeout = read.value(&settings::REQUEST_TIMEOUT, values::duration("10ms", "5m"));
        let region = read.value(&settings::REGION, |text| Region::parse(text).ok());
        let config = Self {
            listen: read.value(&settings::LISTEN, values::address),
            admin_listen: read.value(&settings::ADMIN_LISTEN, values::address),
            cluster: ClusterSettings::read(&mut read, &region),
            region,
            store: read.value(&settings::STORE, values::store),
            data_dir: read.value(&settings::DATA_DIR, values::path),
            workers: read.value_or(&settings::WORKERS, values::count(1024), values::available_cores),
            max_in_flight: read.value_or(&settings::MAX_IN_FLIGHT, values::count(1_000_000), || {
                values::default_max_in_flight(request_timeout)
            }),
            request_timeout,
            keep_alive: read.value(&settings::KEEP_ALIVE, values::duration("1s", "1h")),
            drain_delay: read.value_or(&settings::DRAIN_DELAY, values::duration("0s", "1h"), || {
                if on_terminal { Duration::ZERO } else { Duration::from_secs(5) }
            }),
            shutdown_timeout: read.value(&settings::SHUTDOWN_TIMEOUT, values::duration("0s", "1h")),
            leap_day: read.value(&settings::LEAP_DAY, values::leap_day),
            max_clock_skew: read.value(&settings::MAX_CLOCK_SKEW, values::duration("1ms", "1h")),
            slow_request: read.value(&settings::SLOW_REQUEST, values::duration("1ms", "1h")),
            log_format: read.value_or(&settings::LOG_FORMAT, values::log_format, || {
                if on_terminal { LogFormat::Pretty } else { LogFormat::Json }
            }),
            log: read.value(&settings::LOG, values::log_filter),
        };
        let faults = read.into_faults();
        if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults)) }
    }
}

#[cfg(test)]
mod tests;
