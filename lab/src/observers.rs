//! Those who watch a laboratory: Prometheus, Alertmanager and the OpenTelemetry Collector, on the balancer's address.

mod alertmanager;
mod prometheus;

use crate::command::run;
use crate::keeper::{Life, Process};
use crate::plan::Plan;
use crate::{LabError, collector, http, probe};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long one may take to start, beside other laboratories.
const START: Duration = Duration::from_secs(60);
const ASK: Duration = Duration::from_secs(1);

/// One of those who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observer {
    Prometheus,
    Alertmanager,
    Collector,
}

/// All of them.
pub(crate) const ALL: [Observer; 3] = [Observer::Prometheus, Observer::Alertmanager, Observer::Collector];

/// # Errors
/// Names what is not installed, or why the collector cannot be built.
pub(crate) fn require_tools(report: &dyn Fn(&str)) -> Result<(), LabError> {
    for program in [prometheus::PROGRAM, alertmanager::PROGRAM] {
        // The packages are called as the programs are.
        run(Command::new(program).arg("--version"), program)?;
    }
    collector::ready(report).map(|_| ())
}

impl Observer {
    /// The part's name, as `cargo lab logs` takes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Alertmanager => "alertmanager",
            Self::Collector => "collector",
        }
    }

    /// Where it is asked; the collector, where it is told of spans.
    pub(crate) fn address(self, plan: &Plan) -> SocketAddr {
        let port = match self {
            Self::Prometheus => 9090,
            Self::Alertmanager => 9093,
            Self::Collector => collector::OTLP_PORT,
        };
        (plan.balancer(), port).into()
    }

    pub(crate) fn process(self, estate: &Path) -> Process {
        Process::new(estate, self.name())
    }

    /// Starts it and waits until it can be used.
    pub(crate) fn start(self, plan: &Plan, estate: &Path) -> Result<(), LabError> {
        let folder = self.folder(estate)?;
        let process = self.process(estate);
        let command = match self {
            Self::Prometheus => prometheus::command(plan, &folder)?,
            Self::Alertmanager => alertmanager::command(plan, &folder)?,
            Self::Collector => {
                return collector::start(&collector::ready(&|_| {})?, plan.balancer(), &folder, &process);
            }
        };
        process.start(&command)?;
        if process.comes_to(START, || self.state(plan, estate) == "up") {
            return Ok(());
        }
        Err(process.failure(format!("{} does not start", self.name())))
    }

    /// Starts it if it is dead, lets it go on if it hangs.
    pub(crate) fn start_again(self, plan: &Plan, estate: &Path) -> Result<(), LabError> {
        match self.process(estate).life() {
            Life::Dead => self.start(plan, estate),
            Life::Up | Life::Hung => self.process(estate).resume(),
        }
    }

    /// Where its configuration and its data lie.
    fn folder(self, estate: &Path) -> Result<PathBuf, LabError> {
        let folder = estate.join("data").join(self.name());
        fs::create_dir_all(&folder).map_err(LabError::file(&folder))?;
        Ok(folder)
    }

    pub(crate) fn state(self, plan: &Plan, estate: &Path) -> &'static str {
        match self.process(estate).life() {
            Life::Dead => return "dead",
            Life::Hung => return "hung",
            Life::Up => {}
        }
        let address = self.address(plan);
        let answers = match self {
            Self::Collector => probe::accepts(address, ASK),
            Self::Prometheus | Self::Alertmanager => {
                http::get(address, "/-/ready", None, ASK).is_ok_and(|answer| answer.status == 200)
            }
        };
        if answers { "up" } else { "up, but does not answer" }
    }
}
