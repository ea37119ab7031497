//! The OpenTelemetry Collector: the real one, which prints the spans that it receives.

mod build;

pub(crate) use build::ready;

use crate::keeper::{Estate, Life, Process};
use crate::{LabError, loopback, probe};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Where it receives OTLP over HTTP.
pub(crate) const OTLP_PORT: u16 = 4318;
/// Where it shows its own metrics.
pub(crate) const METRICS_PORT: u16 = 8888;

const CONFIGURATION: &str = include_str!("../../observability/collector/collector.yaml");
const START: Duration = Duration::from_secs(60);
const ASK: Duration = Duration::from_secs(1);

/// Starts it and waits until it listens.
pub(crate) fn start(
    program: &Path,
    address: Ipv4Addr,
    folder: &Path,
    process: &Process,
) -> Result<(), LabError> {
    let path = folder.join("collector.yaml");
    fs::write(&path, CONFIGURATION).map_err(LabError::file(&path))?;
    let mut command = Command::new(program);
    command.arg("--config").arg(&path).env("COLLECTOR_ADDRESS", address.to_string());
    process.start(&command)?;
    let listens =
        || [OTLP_PORT, METRICS_PORT].iter().all(|port| probe::accepts((address, *port).into(), ASK));
    if process.comes_to(START, listens) {
        return Ok(());
    }
    Err(process.failure("the collector does not start"))
}

/// A collector on a loopback address of its own, for tests that need no regions; needs no root.
///
/// Dropped, or its owner dead, it ends and its files go.
#[derive(Debug)]
pub struct Collector {
    program: PathBuf,
    address: Ipv4Addr,
    process: Process,
    estate: Estate,
}

impl Collector {
    /// Starts one; the first time ever it is built, which takes minutes.
    ///
    /// # Errors
    /// If it cannot be built, or does not start.
    pub fn start() -> Result<Self, LabError> {
        let program = ready(&|_| {})?;
        let folder = tempfile::Builder::new().prefix("jubilee-collector-").tempdir();
        let folder = folder.map_err(LabError::file(&std::env::temp_dir()))?;
        let estate = Estate::found(folder.path())?;
        // The keeper removes it.
        let folder = folder.keep();
        let process = Process::new(&folder, "collector");
        let collector =
            Self { program, address: loopback::free(&[OTLP_PORT, METRICS_PORT])?, process, estate };
        collector.begin()?;
        Ok(collector)
    }

    fn begin(&self) -> Result<(), LabError> {
        start(&self.program, self.address, self.estate.folder(), &self.process)
    }

    /// Where it receives OTLP over HTTP.
    pub fn otlp(&self) -> SocketAddr {
        (self.address, OTLP_PORT).into()
    }

    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.otlp())
    }

    /// All that it has printed: spans, with their ids and attributes.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Whether its process runs.
    pub fn life(&self) -> Life {
        self.process.life()
    }

    /// Kills it with SIGKILL and waits until it is gone.
    ///
    /// # Errors
    /// If it does not go.
    pub fn kill(&self) -> Result<(), LabError> {
        self.process.kill()
    }

    /// Stops it in its tracks (SIGSTOP): connections stand, nothing answers.
    ///
    /// # Errors
    /// If it cannot be signalled.
    pub fn hang(&self) -> Result<(), LabError> {
        self.process.hang()
    }

    /// Lets it go on after [`Collector::hang`], starts it again after [`Collector::kill`].
    ///
    /// # Errors
    /// If it does not come up.
    pub fn restart(&self) -> Result<(), LabError> {
        match self.process.life() {
            Life::Dead => self.begin(),
            Life::Up | Life::Hung => self.process.resume(),
        }
    }
}
