//! Clients in every region, who ask the address that all are given while a release goes through.

use crate::stage::{REGIONS, Stage, wait};
use jubilee_test_support::history::{FinalStates, Recorder, check};
use jubilee_test_support::load::{Load, Report, RunningLoad, usernames};
use std::collections::BTreeMap;

/// Of each region; each asks so many times a second.
const CLIENTS: usize = 3;
const PER_SECOND: f64 = 4.0;
const USERS: usize = 60;

/// A load from every region, under way.
pub(crate) struct Clients {
    recorder: Recorder,
    running: Vec<RunningLoad>,
}

/// What clients have met.
#[derive(Debug)]
pub(crate) struct Met {
    pub(crate) requests: u64,
    /// After the retries that the contract allows.
    pub(crate) failed: BTreeMap<String, u64>,
    /// Those that were tried again are among them.
    pub(crate) failed_attempts: BTreeMap<String, u64>,
}

impl Clients {
    /// Starts them, on users whom nobody has written yet; returns when all regions are served.
    pub(crate) fn start(stage: &Stage, users: &str) -> Self {
        let (users, recorder) = (usernames(users, USERS), Recorder::default());
        let start = |region| {
            let from = stage.lab.client_address(region).expect("a region");
            let load = Load::on(region, stage.lab.geo_address(), &recorder).from(from.into()).users(&users);
            load.clients(CLIENTS, PER_SECOND).start()
        };
        let running: Vec<_> = REGIONS.map(start).into();
        wait("clients of each region are answered", || running.iter().all(|load| load.done() > 20));
        Self { recorder, running }
    }

    /// Ends the load, and holds what clients were told against every promise.
    pub(crate) fn stop(self) -> Met {
        let reports: Vec<_> = self.running.into_iter().map(RunningLoad::stop).collect();
        check(&self.recorder.operations(), &FinalStates::new()).expect("every promise is kept");
        let sum = |kinds: fn(&Report) -> &BTreeMap<String, u64>| {
            let mut sum = BTreeMap::new();
            for (kind, count) in reports.iter().flat_map(kinds) {
                *sum.entry(kind.clone()).or_default() += count;
            }
            sum
        };
        Met {
            requests: reports.iter().map(|report| report.answers.len() as u64 + report.failed()).sum(),
            failed: sum(|report| &report.failures),
            failed_attempts: sum(|report| &report.failed_attempts),
        }
    }
}

impl Met {
    pub(crate) fn failed(&self) -> u64 {
        self.failed.values().sum()
    }

    pub(crate) fn failed_attempts(&self) -> u64 {
        self.failed_attempts.values().sum()
    }
}
