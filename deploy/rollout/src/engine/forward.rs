//! A region's way to the new version.

use super::Engine;
use super::bake::Watch;
use crate::journal::{Before, Failure, Step};
use crate::migrations::compatible;
use crate::tools::RunFailure;

/// How many of the region's users are let in first.
const FEW: u8 = 10;

impl Engine<'_> {
    /// Applies what is pending, if all that runs bears it.
    pub(super) fn migrations(&mut self) -> Result<(), Failure> {
        self.gate(|engine| engine.migrate().map_err(|why| engine.failure(why)))
    }

    fn migrate(&self) -> Result<String, String> {
        let version = &self.journal.version;
        let pending = self.platform.pending_migrations(version).map_err(|error| error.to_string())?;
        if pending.is_empty() {
            return Ok("nothing to do".to_owned());
        }
        let regions: Vec<_> = self.journal.regions.iter().map(|before| before.region.clone()).collect();
        compatible(&pending, &regions, &self.tools.monitor.numbers()?)?;
        self.platform.migrate(version).map_err(|error| error.to_string())?;
        let left = self.platform.pending_migrations(version).map_err(|error| error.to_string())?;
        if left.is_empty() {
            Ok(format!("applied {}", pending.len()))
        } else {
            Err(format!("{} are left", left.len()))
        }
    }

    /// One step; each may be done again.
    pub(super) fn forward(&mut self, region: usize, step: Step) -> Result<(), Failure> {
        let before = self.journal.regions[region].clone();
        match step {
            Step::Baseline => self.baseline(&before),
            Step::Drain => {
                self.gate(|engine| engine.drain_forward(&before).map_err(|why| engine.failure(why)))
            }
            Step::Replace => self.gate(|engine| engine.replace(&before).map_err(|why| engine.failure(why))),
            Step::Readiness => self.gate(|engine| {
                let ready = engine.await_ready(&before.region, &engine.journal.version);
                ready.map_err(|why| engine.failure(why))
            }),
            Step::Smoke => self.smoke(&before),
            Step::TenPercent => self.ten_percent(&before),
            Step::Full => self.full(&before),
        }
    }

    fn baseline(&mut self, before: &Before) -> Result<(), Failure> {
        let load = self.load(before, self.journal.settings.times.baseline, None)?;
        let summary = self.k6_gate(&load, &mut |engine| engine.stopped())?;
        self.journal.baseline = Some(summary.as_baseline());
        Ok(())
    }

    fn drain_forward(&self, before: &Before) -> Result<String, String> {
        if let Some(alert) = self.tools.monitor.alerts()?.iter().find(|alert| alert.is_paging()) {
            return Err(format!("not now: {alert}"));
        }
        self.drain(&before.region)?;
        Ok("no users, nothing in flight".to_owned())
    }

    fn replace(&self, before: &Before) -> Result<String, String> {
        // Who resumes may find that somebody has turned the dial meanwhile.
        self.drain(&before.region)?;
        let version = &self.journal.version;
        self.platform.replace(&before.region, version).map_err(|error| error.to_string())?;
        Ok(format!("{} replaced by {version}", before.version))
    }

    /// Lets few users in while k6 asks and everything is watched.
    fn ten_percent(&mut self, before: &Before) -> Result<(), Failure> {
        let mut load = self.load(before, self.journal.settings.times.bake, self.journal.baseline.clone())?;
        if load.baseline.is_none() {
            return Err(self.failure("there is no baseline to compare with"));
        }
        let settled = self.wait_until(self.journal.settings.times.settle, || {
            let alerts = self.tools.monitor.alerts()?;
            let against = alerts.iter().find(|alert| alert.is_against(&before.region, &before.known_alerts));
            against.map_or(Ok(()), |alert| Err(alert.to_string()))
        });
        if let Err(why) = settled {
            let failure =
                Failure::new("alerts", Some(&before.region), format!("before users were let in: {why}"));
            return self.failed_gate("alerts", failure);
        }
        self.set_dial(&before.region, FEW).map_err(|why| self.failure(why))?;
        let mut watch = Watch::new(self, before);
        load.poll = self.journal.settings.times.poll;
        let ran = self.k6_gate(&load, &mut |engine| watch.look(engine));
        ran?;
        let seen = watch.last_look(self);
        self.judged("alerts", seen)?;
        let descriptors = watch.descriptors(self);
        self.judged("descriptors", descriptors)?;
        self.runs(&before.region, &self.journal.version).map_err(|why| self.failure(why))
    }

    fn full(&mut self, before: &Before) -> Result<(), Failure> {
        self.gate(|engine| {
            engine.set_dial(&before.region, before.dial).map_err(|why| engine.failure(why))?;
            let clock = engine.tools.clock;
            let until = clock.elapsed() + engine.journal.settings.times.watch;
            let mut watch = Watch::new(engine, before);
            while clock.elapsed() < until {
                watch.look(engine)?;
                clock.pause(engine.journal.settings.times.poll);
            }
            watch.last_look(engine)?;
            engine.runs(&before.region, &engine.journal.version).map_err(|why| engine.failure(why))?;
            Ok(format!("{} % of its users, and no alert", before.dial))
        })
    }

    pub(super) fn stopped(&self) -> Result<(), Failure> {
        match self.tools.stop.is_asked() {
            true => Err(Failure::new("stop", None, "somebody asked to stop")),
            false => Ok(()),
        }
    }

    fn failed_gate(&mut self, name: &str, failure: Failure) -> Result<(), Failure> {
        let mut gate = self.begin_gate(name);
        gate.fail(&failure);
        self.end_gate(gate);
        Err(failure)
    }

    fn judged(&mut self, name: &str, result: Result<String, Failure>) -> Result<(), Failure> {
        match result {
            Ok(detail) => {
                let mut gate = self.begin_gate(name);
                gate.detail = detail;
                self.end_gate(gate);
                Ok(())
            }
            Err(failure) => self.failed_gate(&failure.gate.clone(), failure),
        }
    }

    /// What k6's failure means for the rollout.
    pub(super) fn run_failure(&self, failure: &RunFailure) -> Failure {
        match failure {
            RunFailure::CutShort(failure) => failure.clone(),
            RunFailure::Judged(why, _) => self.failure(why),
        }
    }
}
