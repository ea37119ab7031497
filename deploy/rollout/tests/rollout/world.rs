//! Three regions in memory, which hold the rollout to its promises at every call, and break where they are told to.

use crate::regions::{Died, Fault, State};
use jubilee_rollout::engine::{Ask, open};
use jubilee_rollout::journal::{Failure, Journal};
use jubilee_rollout::k6::{Run, Summary};
use jubilee_rollout::monitor::{Alert, Descriptors};
use jubilee_rollout::stop::Stop;
use jubilee_rollout::tools::{Clock, LoadGenerator, Monitor, RunFailure, Tools};
use jubilee_rollout::{
    Lock, Migration, Numbers, Outcome, Platform, PlatformError, Readiness, Settings, Times, Version,
};
use std::cell::{RefCell, RefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

/// Times that k6 looks up during a run.
const TICKS: usize = 8;

#[derive(Clone, Debug)]
pub(crate) struct World(Rc<RefCell<State>>);

impl World {
    /// All on `old` and well.
    pub(crate) fn new() -> Self {
        Self(Rc::new(RefCell::new(State::new())))
    }

    pub(crate) fn state(&self) -> RefMut<'_, State> {
        self.0.borrow_mut()
    }

    /// Every call counts; at some of them something happens.
    fn act<T>(
        &self,
        what: &str,
        effect: impl FnOnce(&mut State) -> Result<T, String>,
    ) -> Result<T, PlatformError> {
        let fault = self.state().next_call(what);
        match fault {
            Some(Fault::DieBefore) => resume_unwind(Box::new(Died)),
            Some(Fault::FailBefore) => return Err(PlatformError::failed(format!("{what}: planted"))),
            _ => {}
        }
        let result = effect(&mut self.state()).map_err(PlatformError::failed);
        match fault {
            Some(Fault::DieAfter) => resume_unwind(Box::new(Died)),
            Some(Fault::FailAfter) => {
                Err(PlatformError::failed(format!("{what}: planted, after it was done")))
            }
            _ => result,
        }
    }

    /// Opens a rollout in a process of its own: `None` if that died.
    pub(crate) fn open(&self, ask: Ask) -> Option<Outcome> {
        let stop = Stop::default();
        let run = || {
            let this = self.clone();
            let say = move |text: &str| this.state().told(text);
            let tools = Tools {
                k6: &Ticking { world: self, stop: &stop },
                monitor: self,
                clock: self,
                stop: &stop,
                say: &say,
            };
            open(self, tools, "a test", ask, &|_| {})
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(outcome) => Some(outcome),
            Err(died) if died.is::<Died>() => None,
            Err(panicked) => resume_unwind(panicked),
        }
    }

    pub(crate) fn start(&self, version: &str) -> Option<Outcome> {
        self.open(Ask::Start {
            version: Version(version.to_owned()),
            settings: Box::new(settings()),
            mixed: false,
        })
    }

    pub(crate) fn resume(&self) -> Option<Outcome> {
        self.open(Ask::Resume { take_over: false })
    }

    pub(crate) fn abort(&self) -> Option<Outcome> {
        self.open(Ask::Abort { take_over: false, back_all: false })
    }

    pub(crate) fn journal(&self) -> Option<Journal> {
        self.state().journal.as_ref().map(|text| serde_json::from_str(text).expect("a journal"))
    }
}

/// The report has nowhere to go, which must stop nothing; thousands of them would take the most time.
pub(crate) fn settings() -> Settings {
    let seconds = Duration::from_secs;
    Settings {
        environment: "lab".to_owned(),
        prometheus: String::new(),
        remote_write: None,
        report: "/dev/null/report".into(),
        k6: "k6".into(),
        scripts: "k6".into(),
        rate: None,
        users: None,
        descriptors: 10,
        back_all: false,
        times: Times {
            baseline: seconds(5),
            bake: seconds(5),
            warmup: seconds(1),
            watch: seconds(3),
            ready: seconds(8),
            settle: seconds(5),
            poll: seconds(1),
            blind: seconds(2),
        },
    }
}

impl Platform for World {
    fn regions(&self) -> Vec<String> {
        self.state().names()
    }

    fn running(&self, region: &str) -> Result<Version, PlatformError> {
        self.act("running", |state| Ok(Version(state.region(region).version.clone())))
    }

    fn dial(&self, region: &str) -> Result<u8, PlatformError> {
        self.act("dial", |state| Ok(state.region(region).dial))
    }

    fn set_dial(&self, region: &str, percent: u8) -> Result<(), PlatformError> {
        self.act(&format!("set_dial {region} {percent}"), |state| {
            state.set_dial(region, percent);
            Ok(())
        })
    }

    fn replace(&self, region: &str, version: &Version) -> Result<(), PlatformError> {
        self.act(&format!("replace {region} {version}"), |state| state.replace(region, &version.0))
    }

    fn readiness(&self, region: &str) -> Result<Readiness, PlatformError> {
        self.act("readiness", |state| {
            let ready = usize::from(state.region(region).is_ready());
            Ok(Readiness { ready, wanted: 1, reasons: Vec::new() })
        })
    }

    fn address(&self, region: &str) -> Result<String, PlatformError> {
        self.act("address", |_| Ok(format!("http://{region}")))
    }

    fn pending_migrations(&self, _: &Version) -> Result<Vec<Migration>, PlatformError> {
        self.act("pending_migrations", |state| Ok(state.pending.clone()))
    }

    fn migrate(&self, _: &Version) -> Result<(), PlatformError> {
        self.act("migrate", |state| {
            state.migrate();
            Ok(())
        })
    }

    fn load_journal(&self) -> Result<Option<String>, PlatformError> {
        self.act("load_journal", |state| Ok(state.journal.clone()))
    }

    fn save_journal(&self, text: &str) -> Result<(), PlatformError> {
        self.act("save_journal", |state| {
            state.journal = Some(text.to_owned());
            assert!(text.len() < 4096, "{} bytes: {text}", text.len());
            Ok(())
        })
    }

    fn lock(&self, holder: &str, _: bool) -> Result<Box<dyn Lock>, PlatformError> {
        let free = self.act("lock", |state| Ok(!state.held))?;
        if !free {
            return Err(PlatformError::Held("somebody".to_owned()));
        }
        assert!(!holder.is_empty());
        self.state().held = true;
        Ok(Box::new(Held(self.clone())))
    }
}

/// Free again when its process ends, in whatever way.
struct Held(World);

impl Lock for Held {
    fn check(&self) -> Result<(), PlatformError> {
        if self.0.state().taken_over { Err(PlatformError::Held("somebody else".to_owned())) } else { Ok(()) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.state().held = false;
    }
}

/// k6 in virtual time, which looks up as real k6's runner does; somebody may ask to stop meanwhile.
struct Ticking<'world> {
    world: &'world World,
    stop: &'world Stop,
}

impl LoadGenerator for Ticking<'_> {
    fn check(&self) -> Result<(), String> {
        self.world.act("k6 check", |_| Ok(())).map_err(|error| error.to_string())
    }

    fn run(&self, run: &Run, tick: &mut dyn FnMut() -> Result<(), Failure>) -> Result<Summary, RunFailure> {
        let url = run.variables.iter().find(|(name, _)| *name == "BASE_URL").map(|(_, url)| url.clone());
        let region = url
            .as_deref()
            .and_then(|url| url.strip_prefix("http://"))
            .expect("a region's address")
            .to_owned();
        let judged = |why: String| RunFailure::Judged(why, None);
        let verdict = self
            .world
            .act(&format!("k6 {}", run.script), |state| {
                Ok(state.k6(run.script, &region, run.baseline.is_some()))
            })
            .map_err(|error| judged(error.to_string()))?;
        for _ in 0..TICKS {
            if self.world.state().asks_to_stop() {
                self.stop.ask();
            }
            self.world.pause(Duration::from_secs(1));
            tick().map_err(RunFailure::CutShort)?;
        }
        verdict.map_err(judged)?;
        Ok(summary(run))
    }
}

impl Monitor for World {
    fn alerts(&self) -> Result<Vec<Alert>, String> {
        self.act("alerts", |state| Ok(state.alerts())).map_err(|error| error.to_string())
    }

    fn descriptors(&self, region: &str) -> Result<Descriptors, String> {
        self.act("descriptors", |state| Ok(state.descriptors(region))).map_err(|error| error.to_string())
    }

    fn numbers(&self) -> Result<Numbers, String> {
        self.act("numbers", |state| Ok(state.numbers())).map_err(|error| error.to_string())
    }
}

impl Clock for World {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.state().now
    }

    fn pause(&self, time: Duration) {
        self.state().now += time;
    }
}

/// k6 and Prometheus that have nothing to say against anything, for tests of what is beside them.
pub(crate) struct Well;

impl LoadGenerator for Well {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn run(&self, run: &Run, tick: &mut dyn FnMut() -> Result<(), Failure>) -> Result<Summary, RunFailure> {
        (0..TICKS).try_for_each(|_| tick().map_err(RunFailure::CutShort))?;
        Ok(summary(run))
    }
}

impl Monitor for Well {
    fn alerts(&self) -> Result<Vec<Alert>, String> {
        Ok(Vec::new())
    }

    fn descriptors(&self, region: &str) -> Result<Descriptors, String> {
        Ok(Descriptors::from([((region.to_owned(), "0".to_owned()), 20.0)]))
    }

    fn numbers(&self) -> Result<Numbers, String> {
        Ok(Numbers::new())
    }
}

fn summary(run: &Run) -> Summary {
    let url = run.variables.iter().find(|(name, _)| *name == "BASE_URL").map(|(_, url)| url.clone());
    Summary {
        script: run.script.to_owned(),
        environment: "lab".to_owned(),
        base_url: url.unwrap_or_default(),
        valid: true,
        passed: true,
        gates: Vec::new(),
        requests: 100,
        failed_requests: 0,
        dropped_iterations: 0,
        rest: serde_json::Map::new(),
    }
}
