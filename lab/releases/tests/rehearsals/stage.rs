//! The one laboratory of all rehearsals, and what must be as before after each.

use jubilee_lab::{Alert, Lab, Options};
use jubilee_releases::install;
use jubilee_test_support::Client;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const REGIONS: [&str; 3] = ["eu", "us", "ap"];
/// The slowest thing that is waited for.
const PATIENCE: Duration = Duration::from_secs(240);

static STAGE: Mutex<Option<Stage>> = Mutex::new(None);

/// A watched laboratory, and a folder for releases and reports.
pub(crate) struct Stage {
    pub(crate) lab: Lab,
    folder: TempDir,
    releases: usize,
}

/// A region, as users and operators have it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) program: PathBuf,
    pub(crate) dial: u8,
    ready: bool,
    served_by: Option<String>,
}

/// A rehearsal's turn with the laboratory.
pub(crate) struct Turn(MutexGuard<'static, Option<Stage>>);

impl std::ops::Deref for Turn {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        self.0.as_ref().expect("the turn began with a laboratory")
    }
}

/// Waits for a turn; the first one starts the laboratory, and the end of the process takes it down.
pub(crate) fn turn() -> Turn {
    let mut stage = STAGE.lock().unwrap_or_else(PoisonError::into_inner);
    if stage.is_none() {
        let folder = TempDir::new().expect("a folder");
        let first = release(&folder, 0, "good");
        // What is told of every request would fill the disk.
        let options = Options::new(first).observe().setting("LOG", "warn,scylla=error");
        let lab = Lab::up_reporting(&options, &|progress| eprintln!("{progress}"));
        let lab = lab.unwrap_or_else(|error| panic!("no laboratory: {error}"));
        *stage = Some(Stage { lab, folder, releases: 0 });
    }
    let turn = Turn(stage);
    turn.wait_until_calm();
    turn
}

impl Turn {
    /// A release with this fault, as a new version: in a folder of its own.
    pub(crate) fn release(&mut self, fault: &str) -> PathBuf {
        let stage = self.0.as_mut().expect("the turn began with a laboratory");
        stage.releases += 1;
        release(&stage.folder, stage.releases, fault)
    }
}

fn release(folder: &TempDir, number: usize, fault: &str) -> PathBuf {
    let folder = folder.path().join(format!("version-{number}"));
    std::fs::create_dir(&folder).expect("a new folder");
    install(fault, &folder).expect("cargo has built the program")
}

impl Stage {
    /// Where the report of a rollout goes.
    pub(crate) fn report(&self, rollout: &str) -> PathBuf {
        self.folder.path().join("reports").join(rollout)
    }

    /// How a region is.
    pub(crate) fn region(&self, region: &str) -> Region {
        let instance = self.lab.instance(region).expect("a region");
        Region {
            program: self.lab.program(region).expect("a region"),
            dial: self.lab.dial(region).expect("a region"),
            ready: instance.is_ready(),
            served_by: self.served_by(region),
        }
    }

    pub(crate) fn regions(&self) -> [Region; 3] {
        REGIONS.map(|region| self.region(region))
    }

    /// Which region answers a client of this one.
    fn served_by(&self, region: &str) -> Option<String> {
        let from = self.lab.client_address(region).expect("a region");
        let mut client = Client::connect_from(from.into(), self.lab.geo_address()).ok()?;
        client.request("GET", "/", &[], b"").ok()?.header("region").map(str::to_owned)
    }

    /// The process of a region's instance.
    pub(crate) fn process(&self, region: &str) -> u32 {
        let path = self.lab.folder().join(format!("processes/{region}-instance/pid"));
        let text = std::fs::read_to_string(path).expect("it runs");
        text.trim().parse().expect("a number")
    }

    /// Waits until each region serves its own clients, and no alert that wakes people rings or is about to: what an
    /// earlier rehearsal has broken is forgotten.
    fn wait_until_calm(&self) {
        let prometheus = self.lab.prometheus().expect("it is watched");
        let pages = |alert: &Alert| alert.labels.get("severity").is_some_and(|severity| severity == "page");
        wait("no alert rings and each region serves its own clients", || {
            let at_home = |region: &&str| self.served_by(region).as_deref() == Some(*region);
            prometheus.alerts().is_ok_and(|alerts| !alerts.iter().any(pages)) && REGIONS.iter().all(at_home)
        });
    }
}

/// Asks again and again until the answer is yes, with the patience that real nodes need.
pub(crate) fn wait(what: &str, mut condition: impl FnMut() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < give_up, "waited {PATIENCE:?} in vain until {what}");
        // Between two questions; the condition decides how long it takes.
        std::thread::sleep(Duration::from_millis(50));
    }
}
