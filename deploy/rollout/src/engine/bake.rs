//! Watching a region while it has users of the new version: alerts, readiness, descriptors.

use super::Engine;
use crate::journal::{Before, Failure};
use crate::monitor::Descriptors;
use std::collections::BTreeMap;
use std::time::Duration;

/// So many looks in a row that find it un-ready: one may be a lost packet.
const UNREADY_IN_A_ROW: u32 = 2;
/// Of each part that is compared; fewer say nothing.
const SAMPLES: usize = 2;

/// What has been seen since users were let in.
pub(super) struct Watch {
    before: Before,
    seen: Duration,
    unready: u32,
    samples: Vec<Descriptors>,
}

impl Watch {
    pub(super) fn new(engine: &Engine<'_>, before: &Before) -> Self {
        Self { before: before.clone(), seen: engine.tools.clock.elapsed(), unready: 0, samples: Vec::new() }
    }

    /// One look; called every so often.
    pub(super) fn look(&mut self, engine: &Engine<'_>) -> Result<(), Failure> {
        engine.stopped()?;
        engine.lock.check().map_err(|error| Failure::new("lock", None, error))?;
        let region = &self.before.region;
        self.unready = match engine.platform.readiness(region) {
            Ok(readiness) if readiness.is_ready() => 0,
            unready if self.unready + 1 >= UNREADY_IN_A_ROW => {
                let why = unready.map_or_else(|error| error.to_string(), |readiness| readiness.to_string());
                return Err(Failure::new("readiness", Some(region), why));
            }
            _ => self.unready + 1,
        };
        if let Ok(descriptors) = engine.tools.monitor.descriptors(region) {
            self.samples.push(descriptors);
        }
        match self.alerts(engine) {
            Ok(()) => {
                self.seen = engine.tools.clock.elapsed();
                Ok(())
            }
            Err(Seen::Alert(failure)) => Err(failure),
            Err(Seen::Nothing(why)) => {
                let blind = engine.tools.clock.elapsed().saturating_sub(self.seen);
                let at_most = engine.journal.settings.times.blind;
                if blind > at_most { Err(Failure::new("alerts", Some(region), why)) } else { Ok(()) }
            }
        }
    }

    /// The last look, in which nothing may be unknown.
    pub(super) fn last_look(&self, engine: &Engine<'_>) -> Result<String, Failure> {
        match self.alerts(engine) {
            Ok(()) => Ok("none fires, and none that pages is pending".to_owned()),
            Err(Seen::Alert(failure)) => Err(failure),
            Err(Seen::Nothing(why)) => Err(Failure::new("alerts", Some(&self.before.region), why)),
        }
    }

    fn alerts(&self, engine: &Engine<'_>) -> Result<(), Seen> {
        let Before { region, known_alerts, .. } = &self.before;
        let alerts = engine.tools.monitor.alerts().map_err(Seen::Nothing)?;
        match alerts.iter().find(|alert| alert.is_against(region, known_alerts)) {
            Some(alert) => Err(Seen::Alert(Failure::new("alerts", Some(region), alert))),
            None => Ok(()),
        }
    }

    /// Whether the open descriptors have grown.
    pub(super) fn descriptors(&self, engine: &Engine<'_>) -> Result<String, Failure> {
        growth(&self.samples, f64::from(engine.journal.settings.descriptors))
            .map_err(|why| Failure::new("descriptors", Some(&self.before.region), why))
    }
}

enum Seen {
    Alert(Failure),
    Nothing(String),
}

/// Compares the least of the second quarter of the time with the least of the last, instance by instance: the first
/// quarter is for what opens once, and the least leaves out what is opened for a moment.
fn growth(samples: &[Descriptors], allowed: f64) -> Result<String, String> {
    let quarter = samples.len() / 4;
    if quarter < SAMPLES {
        return Err(format!("seen only {} times, which tells nothing", samples.len()));
    }
    let early = least(&samples[quarter..2 * quarter]);
    let late = least(&samples[samples.len() - quarter..]);
    if early.is_empty() {
        return Err("no instance tells its open descriptors".to_owned());
    }
    if early.keys().ne(late.keys()) {
        return Err("an instance came, went or started again meanwhile".to_owned());
    }
    let growth =
        |(instance, before): (&(String, String), &f64)| (instance.0.clone(), late[instance] - before);
    let (instance, most) =
        early.iter().map(growth).max_by(|(_, one), (_, other)| one.total_cmp(other)).unwrap_or_default();
    let text = format!("{instance} has {most:+} open, connections left out");
    if most > allowed { Err(format!("{text}; allowed {allowed:+}")) } else { Ok(text) }
}

/// The least that each instance had, of those that told it at least as often as it takes.
fn least(samples: &[Descriptors]) -> Descriptors {
    let mut told: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for (instance, open) in samples.iter().flatten() {
        told.entry(instance.clone()).or_default().push(*open);
    }
    let enough = told.into_iter().filter(|(_, told)| told.len() >= SAMPLES);
    enough.map(|(instance, told)| (instance, told.into_iter().fold(f64::INFINITY, f64::min))).collect()
}

#[cfg(test)]
#[path = "bake_tests.rs"]
mod tests;
