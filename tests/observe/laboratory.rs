//! The laboratory that all tests share, and the drills that have been played in it.

use jubilee_lab::{DrillReport, Lab, Options};
use jubilee_test_support::history::Recorder;
use jubilee_test_support::load::{Load, RunningLoad, usernames};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) const REGIONS: [&str; 3] = ["eu", "us", "ap"];
/// For what follows from load and faults within seconds, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

static SHARED: Mutex<Option<Watched>> = Mutex::new(None);

/// A laboratory that is watched.
pub(crate) struct Watched {
    pub(crate) lab: Lab,
    began: Instant,
    played: BTreeMap<String, DrillReport>,
}

impl Watched {
    fn start(options: Options) -> Self {
        let lab = Lab::up_reporting(&options.observe(), &|progress| eprintln!("{progress}"));
        let lab = lab.unwrap_or_else(|error| panic!("no laboratory: {error}"));
        Self { lab, began: Instant::now(), played: BTreeMap::new() }
    }

    /// One whose instances keep embedded stores.
    pub(crate) fn embedded() -> Self {
        let program = env!("CARGO_BIN_EXE_jubilee");
        let options = REGIONS.iter().fold(Options::new(program), |options, region| options.nodes(region, 0));
        Self::start(options)
    }

    /// How long it has been up.
    pub(crate) fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// Plays a drill, once in this laboratory, and prints its times.
    pub(crate) fn drilled(&mut self, name: &str) -> &DrillReport {
        if !self.played.contains_key(name) {
            let report = self.lab.drill(name, &|progress| eprintln!("{progress}"));
            let report = report.unwrap_or_else(|error| panic!("{name}: {error}"));
            eprintln!("{report}");
            self.played.insert(name.to_owned(), report);
        }
        &self.played[name]
    }

    /// Clients in every region, at the geo-routed address.
    pub(crate) fn load(&self, users: &str) -> Vec<RunningLoad> {
        let (users, recorder) = (usernames(users, 20), Recorder::default());
        let load = |region| {
            let from = self.lab.client_address(region).expect("a region");
            Load::on(region, self.lab.geo_address(), &recorder)
                .from(from.into())
                .users(&users)
                .clients(2, 10.0)
                .start()
        };
        REGIONS.map(load).into()
    }
}

/// A test's turn with the laboratory on Cassandra, which the first one starts and the end of the process takes down.
pub(crate) struct Turn(MutexGuard<'static, Option<Watched>>);

pub(crate) fn turn() -> Turn {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.get_or_insert_with(|| Watched::start(Options::new(env!("CARGO_BIN_EXE_jubilee"))));
    Turn(shared)
}

impl std::ops::Deref for Turn {
    type Target = Watched;

    fn deref(&self) -> &Watched {
        self.0.as_ref().expect("the turn began with a laboratory")
    }
}

impl std::ops::DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut Watched {
        self.0.as_mut().expect("the turn began with a laboratory")
    }
}

/// Asks again and again until nothing is missing any more; fails with what still is.
pub(crate) fn wait_until_nothing_is_missing(mut missing: impl FnMut() -> Vec<String>) {
    let give_up = Instant::now() + PATIENCE;
    loop {
        let left = missing();
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < give_up, "{} are missing:\n{}", left.len(), left.join("\n"));
        // Between two questions; Prometheus learns something new each second.
        std::thread::sleep(Duration::from_millis(500));
    }
}
