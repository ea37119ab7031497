//! What Prometheus and Alertmanager say of the alerts that are expected, and when they first said so.

use super::report::Rang;
use crate::prometheus::Alert;
use crate::{Alertmanager, Lab, LabError, Prometheus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Between two looks: rules are evaluated each second.
const PERIOD: Duration = Duration::from_millis(100);
/// An alert that has been silent for so long will not ring again.
const SETTLED: Duration = Duration::from_secs(3);

/// An alert by its name and some of its labels.
#[derive(Clone, Debug)]
pub(super) struct Expectation {
    pub(super) alert: &'static str,
    /// Whether it must be told to people; else it may be suppressed by another, which tells them more.
    pub(super) must_be_told: bool,
    pub(super) labels: Vec<(&'static str, String)>,
}

impl Expectation {
    pub(super) fn fits(&self, alert: &Alert) -> bool {
        let has = |(name, value): &(&str, String)| alert.labels.get(*name) == Some(value);
        alert.name() == self.alert && self.labels.iter().all(has)
    }

    /// Whether Alertmanager, which says this, does with it what it should.
    fn rings(&self, alert: &Alert) -> bool {
        self.fits(alert) && (alert.state == "active" || !self.must_be_told)
    }

    pub(super) fn told(&self) -> String {
        let labels: Vec<_> = self.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{} ({})", self.alert, labels.join(", "))
    }
}

/// When each stage of one alert was first seen; of the silence, when it began.
#[derive(Clone, Debug, Default)]
struct Stages {
    pending: Option<Instant>,
    firing: Option<Instant>,
    rings: Option<Instant>,
    silent: Option<Instant>,
}

impl Stages {
    fn see(&mut self, at: Instant, prometheus: &[&Alert], rings: bool) {
        let first = |seen: &mut Option<Instant>, is: bool| {
            if is && seen.is_none() {
                *seen = Some(at);
            }
        };
        first(&mut self.pending, !prometheus.is_empty());
        first(&mut self.firing, prometheus.iter().any(|alert| alert.state == "firing"));
        first(&mut self.rings, rings);
        if prometheus.is_empty() && !rings {
            self.silent.get_or_insert(at);
        } else {
            self.silent = None;
        }
    }
}

pub(super) struct Watch {
    prometheus: Prometheus,
    alertmanager: Alertmanager,
    expected: Vec<Expectation>,
    state: Mutex<State>,
}

struct State {
    struck: Instant,
    mending: Instant,
    stages: Vec<Stages>,
}

impl Watch {
    pub(super) fn new(lab: &Lab, expected: Vec<Expectation>) -> Result<Self, LabError> {
        let now = Instant::now();
        let state = State { struck: now, mending: now, stages: vec![Stages::default(); expected.len()] };
        Ok(Self {
            prometheus: lab.prometheus()?,
            alertmanager: lab.alertmanager()?,
            expected,
            state: Mutex::new(state),
        })
    }

    /// Looks again and again, beside what is done meanwhile.
    pub(super) fn while_looking<T>(&self, done: impl FnOnce() -> T) -> T {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    self.look();
                    thread::sleep(PERIOD);
                }
            });
            let end = End(&over);
            let result = done();
            drop(end);
            result
        })
    }

    /// Of one that cannot be asked nothing is seen: neither that an alert rings, nor that it is silent.
    fn look(&self) {
        let (Ok(prometheus), Ok(alertmanager)) = (self.prometheus.alerts(), self.alertmanager.alerts())
        else {
            return;
        };
        let at = Instant::now();
        let mut state = self.state();
        for (expected, stages) in self.expected.iter().zip(&mut state.stages) {
            let judged: Vec<_> = prometheus.iter().filter(|alert| expected.fits(alert)).collect();
            stages.see(at, &judged, alertmanager.iter().any(|alert| expected.rings(alert)));
        }
    }

    /// The fault begins: what was seen before does not count.
    pub(super) fn strikes_now(&self) {
        let mut state = self.state();
        state.struck = Instant::now();
        state.stages.fill(Stages::default());
    }

    /// The mending begins: a silence counts from now on.
    pub(super) fn mending_now(&self) {
        let mut state = self.state();
        state.mending = Instant::now();
        state.stages.iter_mut().for_each(|stages| stages.silent = None);
    }

    /// Whether no expected alert is so much as pending now.
    pub(super) fn is_silent(&self) -> bool {
        self.look();
        self.state().stages.iter().all(|stages| stages.silent.is_some())
    }

    pub(super) fn all_ring(&self) -> bool {
        self.state().stages.iter().all(|stages| stages.rings.is_some())
    }

    pub(super) fn all_are_silent_again(&self) -> bool {
        let settled = |stages: &Stages| stages.silent.is_some_and(|since| since.elapsed() >= SETTLED);
        self.state().stages.iter().all(settled)
    }

    pub(super) fn ringing(&self) -> String {
        self.those(|stages| stages.silent.is_none())
    }

    pub(super) fn not_ringing(&self) -> String {
        self.those(|stages| stages.rings.is_none())
    }

    fn those(&self, are: impl Fn(&Stages) -> bool) -> String {
        let state = self.state();
        let those = self.expected.iter().zip(&state.stages).filter(|(_, stages)| are(stages));
        those.map(|(expected, _)| expected.told()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn seen(&self) -> Vec<Rang> {
        let state = self.state();
        let after =
            |from: Instant, seen: Option<Instant>| seen.unwrap_or(from).saturating_duration_since(from);
        let rang = |(expected, stages): (&Expectation, &Stages)| Rang {
            alert: expected.told(),
            pending: after(state.struck, stages.pending),
            firing: after(state.struck, stages.firing),
            rings: after(state.struck, stages.rings),
            silent: after(state.mending, stages.silent),
        };
        self.expected.iter().zip(&state.stages).map(rang).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the looking, also when what is done meanwhile panics.
struct End<'over>(&'over AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Expectation, Stages};
    use crate::prometheus::Alert;
    use std::time::{Duration, Instant};

    fn alert(state: &str, region: &str) -> Alert {
        let labels = [("alertname", "Lost"), ("region", region), ("severity", "page")];
        Alert { labels: labels.map(|(name, value)| (name.into(), value.into())).into(), state: state.into() }
    }

    #[test]
    fn an_alert_is_known_by_its_name_and_the_labels_that_matter() {
        let labels = vec![("region", "us".into())];
        let expected = Expectation { alert: "Lost", must_be_told: true, labels };
        assert!(expected.fits(&alert("firing", "us")));
        assert!(!expected.fits(&alert("firing", "eu")));
        assert!(!Expectation { alert: "Found", ..expected }.fits(&alert("firing", "us")));
    }

    #[test]
    fn an_alert_that_must_be_told_does_not_ring_while_it_is_suppressed() {
        let labels = vec![("region", "us".into())];
        let must = Expectation { alert: "Lost", must_be_told: true, labels };
        assert!(must.rings(&alert("active", "us")) && !must.rings(&alert("suppressed", "us")));
        let may = Expectation { must_be_told: false, ..must };
        assert!(may.rings(&alert("suppressed", "us")) && !may.rings(&alert("active", "eu")));
    }

    #[test]
    fn each_stage_counts_from_its_first_sight_and_a_silence_from_its_last_beginning() {
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let (pending, firing) = (alert("pending", "us"), alert("firing", "us"));
        let mut stages = Stages::default();
        stages.see(at(0), &[], false);
        stages.see(at(1), &[&pending], false);
        stages.see(at(2), &[&pending, &firing], false);
        stages.see(at(3), &[&firing], true);
        stages.see(at(4), &[], true);
        assert_eq!(stages.silent, None);
        stages.see(at(5), &[], false);
        stages.see(at(6), &[&pending], false);
        stages.see(at(7), &[], false);
        stages.see(at(8), &[], false);
        let seen = [stages.pending, stages.firing, stages.rings, stages.silent];
        assert_eq!(seen, [Some(at(1)), Some(at(2)), Some(at(3)), Some(at(7))]);
    }
}
