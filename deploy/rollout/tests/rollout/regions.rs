//! The regions themselves, and what must never happen to them.

use jubilee_rollout::monitor::{Alert, Descriptors};
use jubilee_rollout::{Migration, Numbers};
use std::time::Duration;

/// Dies like a process: nothing is cleaned up but what the system cleans up.
pub(crate) struct Died;

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    DieBefore,
    DieAfter,
    FailBefore,
    FailAfter,
}

pub(crate) const FAULTS: [Fault; 4] =
    [Fault::DieBefore, Fault::DieAfter, Fault::FailBefore, Fault::FailAfter];

#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dial: u8,
    /// Whether a program runs there at all.
    pub(crate) up: bool,
    /// Whether something beside the program keeps it from being ready.
    pub(crate) lost: bool,
}

impl Region {
    pub(crate) fn is_ready(&self) -> bool {
        self.up && !self.lost && self.version != "never-ready"
    }
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) regions: Vec<Region>,
    pub(crate) journal: Option<String>,
    pub(crate) held: bool,
    pub(crate) taken_over: bool,
    pub(crate) pending: Vec<Migration>,
    pub(crate) migrated: usize,
    /// Alerts that are there whatever runs.
    pub(crate) ringing: Vec<Alert>,
    /// Told of each region by its instances.
    pub(crate) number: String,
    pub(crate) now: Duration,
    /// Calls so far.
    pub(crate) calls: usize,
    /// What happens at which call.
    pub(crate) faults: Vec<(usize, Fault)>,
    /// At which call somebody asks to stop.
    pub(crate) stop_at: Option<usize>,
    /// Where no new version can be put.
    pub(crate) refuses: Option<String>,
    /// Nor the old one.
    pub(crate) refuses_back: bool,
    /// At which call another takes the lock over.
    pub(crate) lose_lock_at: Option<usize>,
    /// Which region is lost at which call.
    pub(crate) lose_at: Option<(String, usize)>,
    pub(crate) lines: Vec<String>,
    pub(crate) violations: Vec<String>,
    /// Descriptors that a leaking program has open.
    leaked: f64,
}

impl State {
    pub(crate) fn new() -> Self {
        let region = |name: &str| Region {
            name: name.to_owned(),
            version: "old".to_owned(),
            dial: 100,
            up: true,
            lost: false,
        };
        Self {
            regions: ["eu", "us", "ap"].map(region).to_vec(),
            journal: None,
            held: false,
            taken_over: false,
            pending: Vec::new(),
            migrated: 0,
            ringing: Vec::new(),
            number: "1.0.0".to_owned(),
            now: Duration::ZERO,
            calls: 0,
            faults: Vec::new(),
            stop_at: None,
            refuses: None,
            refuses_back: false,
            lose_lock_at: None,
            lose_at: None,
            lines: Vec::new(),
            violations: Vec::new(),
            leaked: 0.0,
        }
    }

    pub(crate) fn next_call(&mut self, what: &str) -> Option<Fault> {
        let call = self.calls;
        self.calls += 1;
        self.taken_over |= self.lose_lock_at.is_some_and(|at| call >= at);
        if let Some((name, _)) = self.lose_at.clone().filter(|(_, at)| call >= *at) {
            self.region(&name).lost = true;
        }
        let fault = self.faults.iter().find(|(at, _)| *at == call).map(|(_, fault)| *fault);
        if let Some(fault) = fault {
            self.lines.push(format!("call {call}, {what}: {fault:?}"));
        }
        fault
    }

    pub(crate) fn told(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    pub(crate) fn asks_to_stop(&self) -> bool {
        self.stop_at.is_some_and(|at| self.calls >= at)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.regions.iter().map(|region| region.name.clone()).collect()
    }

    pub(crate) fn region(&mut self, name: &str) -> &mut Region {
        self.regions.iter_mut().find(|region| region.name == name).expect("a region")
    }

    fn never(&mut self, broken: bool, what: impl FnOnce() -> String) {
        if broken {
            self.violations.push(what());
        }
    }

    pub(crate) fn set_dial(&mut self, name: &str, percent: u8) {
        let region = self.region(name).clone();
        if percent < region.dial {
            let unfit: Vec<_> = self.regions.iter().filter(|other| other.name != name).cloned().collect();
            let unfit: Vec<_> = unfit.iter().filter(|other| other.dial < 100 || !other.is_ready()).collect();
            self.never(!unfit.is_empty(), || format!("{name} was dialled to {percent} % beside {unfit:?}"));
        }
        if percent > region.dial {
            self.never(!region.is_ready(), || format!("an un-ready region got users: {region:?}"));
            let smokes = region.version == "fails-smoke";
            self.never(smokes, || format!("what fails smoke got users: {region:?}"));
            let bad = !matches!(region.version.as_str(), "old" | "good" | "fails-at-full");
            self.never(bad && percent > 10, || format!("a bad version got {percent} % of users: {region:?}"));
        }
        self.region(name).dial = percent;
    }

    pub(crate) fn replace(&mut self, name: &str, version: &str) -> Result<(), String> {
        let region = self.region(name).clone();
        self.never(region.dial > 0, || format!("{name} was replaced while it had users"));
        if version != "old" {
            let reached = self.regions.iter().filter(|other| other.name != name && other.version == version);
            let unproven = reached.filter(|other| other.dial < 100).cloned().collect::<Vec<_>>();
            self.never(!unproven.is_empty(), || format!("{version} went to {name} beside {unproven:?}"));
            let bad = version != "good"
                && self.regions.iter().any(|other| other.name != name && other.version == version);
            self.never(bad, || format!("{version} reached a second region: {name}"));
        }
        if self.refuses.as_deref() == Some(name) && (version != "old" || self.refuses_back) {
            self.region(name).up = false;
            return Err(format!("no room for {version} in {name}"));
        }
        let region = self.region(name);
        version.clone_into(&mut region.version);
        region.up = version != "crashes";
        self.leaked = 0.0;
        if version == "crashes" { Err(format!("{version} ended with 101")) } else { Ok(()) }
    }

    pub(crate) fn migrate(&mut self) {
        self.pending.clear();
        self.migrated += 1;
    }

    /// `Err` if the script says no.
    pub(crate) fn k6(&mut self, script: &str, name: &str, compares: bool) -> Result<(), String> {
        let region = self.region(name).clone();
        let no = match region.version.as_str() {
            _ if !region.is_ready() => true,
            "fails-smoke" => script == "smoke",
            "fails-load" => script == "load",
            "slow" => script == "load" && compares,
            _ => false,
        };
        if no { Err(format!("{script} of {name}: {}", region.version)) } else { Ok(()) }
    }

    pub(crate) fn alerts(&self) -> Vec<Alert> {
        let rings = |region: &&Region| match region.version.as_str() {
            "rings" => region.dial > 0,
            "fails-at-full" => region.dial == 100,
            _ => false,
        };
        let alert = |region: &Region| Alert {
            name: "JubileeFault".to_owned(),
            region: Some(region.name.clone()),
            pages: true,
            fires: false,
        };
        self.regions.iter().filter(rings).map(alert).chain(self.ringing.iter().cloned()).collect()
    }

    pub(crate) fn descriptors(&mut self, name: &str) -> Descriptors {
        if self.region(name).version == "leaks" {
            self.leaked += 10.0;
        }
        let open = if self.region(name).version == "leaks" { 20.0 + self.leaked } else { 20.0 };
        Descriptors::from([((name.to_owned(), "0".to_owned()), open)])
    }

    pub(crate) fn numbers(&self) -> Numbers {
        self.names().into_iter().map(|name| (name, [self.number.clone()].into())).collect()
    }

    /// What runs where, such as `new new old`.
    pub(crate) fn versions(&self) -> String {
        self.regions.iter().map(|region| region.version.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Nothing forbidden happened, and every region has all of its users and serves them.
    pub(crate) fn is_well(&self) -> Result<(), String> {
        let unwell = self.regions.iter().any(|region| region.dial != 100 || !region.is_ready());
        if self.violations.is_empty() && !unwell && !self.held {
            return Ok(());
        }
        Err(format!("{:?}\n{:?}\n{}", self.violations, self.regions, self.lines.join("\n")))
    }
}
