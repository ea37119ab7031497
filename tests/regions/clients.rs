//! Clients in every region, who ask the geo-routed address as people there would, and what they have seen.

use crate::laboratory::{REGIONS, wait};
use jubilee_lab::Lab;
use jubilee_test_support::history::{FinalStates, Operation, Outcome, Recorder, check, stale_reads};
use jubilee_test_support::load::{Answer, Load, Report, RunningLoad, final_state, usernames};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Of each region; each asks so many times a second.
const CLIENTS: usize = 3;
const PER_SECOND: f64 = 6.0;

/// A load from every region, under way.
pub(crate) struct Clients {
    users: Vec<String>,
    recorder: Recorder,
    running: Vec<(&'static str, RunningLoad)>,
}

impl Clients {
    /// Starts them, on users who are named so and whom nobody has written yet. Returns when all regions
    /// are served.
    pub(crate) fn start(lab: &Lab, users: &str, count: usize) -> Self {
        let (users, recorder) = (usernames(users, count), Recorder::default());
        let start = |region| {
            let from = lab.client_address(region).expect("a region");
            let load = Load::on(region, lab.geo_address(), &recorder).from(from.into()).users(&users);
            (region, load.clients(CLIENTS, PER_SECOND).start())
        };
        let running = REGIONS.map(start).into();
        let clients = Self { users, recorder, running };
        clients.wait_for_more(20);
        clients
    }

    /// The time of their history.
    pub(crate) fn now(&self) -> Duration {
        self.recorder.now()
    }

    /// Waits until so many more requests of each region have come to their end.
    pub(crate) fn wait_for_more(&self, requests: usize) {
        let done = || self.running.iter().map(|(_, load)| load.done());
        let before: Vec<_> = done().collect();
        wait("requests are answered in each region", || {
            done().zip(&before).all(|(now, before)| now >= before + requests as u64)
        });
    }

    /// Waits until it is so late in their history.
    pub(crate) fn wait_until(&self, time: Duration) {
        wait("it is late enough", || self.now() >= time);
    }

    /// Ends the load.
    pub(crate) fn stop(self) -> Seen {
        let reports = self.running.into_iter().map(|(region, load)| (region, load.stop())).collect();
        Seen { users: self.users, operations: self.recorder.operations(), reports }
    }
}

/// What clients have seen.
pub(crate) struct Seen {
    users: Vec<String>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) reports: BTreeMap<&'static str, Report>,
}

impl Seen {
    /// Holds that every request was answered well in the end, after the retries that the contract allows,
    /// but for failures of these kinds; gives their number.
    pub(crate) fn nothing_failed_but(&self, allowed: &[&str]) -> u64 {
        let failures = || self.reports.values().flat_map(|report| &report.failures);
        let forbidden: Vec<_> = failures().filter(|(kind, _)| !allowed.contains(&kind.as_str())).collect();
        assert!(forbidden.is_empty(), "requests failed: {forbidden:?}; {}", self.summary());
        failures().map(|(_, count)| count).sum()
    }

    /// How many writes were acknowledged to clients of a region, sent in this span.
    pub(crate) fn writes_of(&self, region: &str, from: Duration, to: Duration) -> usize {
        let sent_then = |operation: &&Operation| (from..to).contains(&operation.invoked);
        let of_region = self.operations.iter().filter(|operation| &*operation.asked == region);
        of_region.filter(sent_then).filter(|operation| operation.acknowledged().is_some()).count()
    }

    /// The attempts of clients of a region that brought no answer.
    pub(crate) fn failed_attempts_of(&self, region: &str) -> Vec<&Operation> {
        let failed =
            |operation: &&Operation| matches!(operation.outcome, Outcome::NotMade | Outcome::Unknown);
        self.operations.iter().filter(|operation| &*operation.asked == region).filter(failed).collect()
    }

    /// When clients of a region were first answered by another one.
    pub(crate) fn left_at(&self, region: &str) -> Duration {
        let elsewhere = |answer: &&Answer| answer.region.as_deref().is_some_and(|by| by != region);
        let answers = self.reports[region].answers.iter().filter(elsewhere);
        answers.map(|answer| answer.sent + answer.latency).min().expect("they were moved away")
    }

    /// Holds that of what clients of these regions sent in this span, less than one part in so many took so long or
    /// longer: a busy machine slows a few, a loss that nobody has noticed yet a whole share.
    pub(crate) fn few_took(
        &self,
        regions: &[&str],
        span: Range<Duration>,
        slowed: Duration,
        one_part_in: usize,
    ) {
        let answers = regions.iter().flat_map(|region| &self.reports[*region].answers);
        let sent_then: Vec<_> = answers.filter(|answer| span.contains(&answer.sent)).collect();
        let slow = sent_then.iter().filter(|answer| answer.latency >= slowed).count();
        eprintln!("{slow} of {} requests took {slowed:?} or more", sent_then.len());
        assert!(slow * one_part_in < sent_then.len(), "the loss was not noticed");
    }

    /// What each region's own instance says of each user.
    pub(crate) fn final_states(&self, lab: &Lab) -> FinalStates {
        let of = |region: &&str| {
            let instance = lab.instance(region).expect("a region").public;
            let load = Load::on(region, instance, &Recorder::default()).users(&self.users);
            ((*region).to_owned(), final_state(&load))
        };
        REGIONS.iter().map(of).collect()
    }

    /// Waits until all regions say the same, holds that against the history, and says how long it took.
    pub(crate) fn converge(&self, lab: &Lab, since: Instant, within: Duration) {
        let finals = loop {
            let finals = self.final_states(lab);
            if differences(&finals) == 0 {
                break finals;
            }
            assert!(since.elapsed() < within, "{} users differ after {within:?}", differences(&finals));
        };
        eprintln!("{}; the same everywhere after {:.1?}", self.summary(), since.elapsed());
        self.judge(&finals);
    }

    /// Holds the history and what stands in the end against all promises.
    pub(crate) fn judge(&self, finals: &FinalStates) {
        check(&self.operations, finals).expect("every promise is kept");
    }

    /// Prints the figures, and holds that nothing failed and that what clients were told keeps all promises.
    pub(crate) fn every_promise_was_kept(&self) {
        eprintln!("{}", self.summary());
        assert_eq!(self.nothing_failed_but(&[]), 0);
        self.judge(&FinalStates::new());
    }

    /// The figures in a line.
    pub(crate) fn summary(&self) -> String {
        let sum = |of: fn(&Report) -> u64| self.reports.values().map(of).sum::<u64>();
        let writes = self.operations.iter().filter(|operation| operation.acknowledged().is_some()).count();
        let failed: Vec<_> =
            self.reports.iter().map(|(region, report)| (region, &report.failed_attempts)).collect();
        format!(
            "{} requests, {writes} writes, {} retried, {} failed, {} stale reads without a token; attempts \
             that failed: {failed:?}",
            sum(|report| report.answers.len() as u64) + sum(Report::failed),
            sum(Report::retries),
            sum(Report::failed),
            stale_reads(&self.operations).len(),
        )
    }
}

/// Of how many users the regions say different things.
pub(crate) fn differences(finals: &FinalStates) -> usize {
    let mut users: Vec<_> = finals.values().flat_map(BTreeMap::keys).collect();
    users.sort();
    users.dedup();
    let differ = |user: &&&String| {
        let mut cells = finals.values().map(|cells| cells.get(**user));
        let first = cells.next();
        cells.any(|cell| Some(cell) != first)
    };
    users.iter().filter(differ).count()
}
