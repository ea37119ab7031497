//! Rehearsals: a fault is played under load, the alert that is meant for it must ring, and fall silent once the fault is
//! mended.

mod fault;
mod report;
mod traffic;
mod watch;

pub use report::{DrillReport, Rang};

use super::Lab;
use super::start::wait_until_served;
use crate::{LabError, wait_for, waiting};
use fault::{Fault, Places};
use std::time::{Duration, Instant};
use traffic::Traffic;
use watch::{Expectation, Watch};

/// How long an alert of an earlier fault may take to fall silent.
const QUIET: Duration = Duration::from_secs(120);
/// How long an alert may take to ring; the rules of a laboratory wait for seconds.
const RINGS: Duration = Duration::from_secs(120);
/// How long one may take to fall silent: by then replicas have caught up too.
const SILENT: Duration = Duration::from_secs(240);

/// A fault to be rehearsed.
#[derive(Clone, Copy, Debug)]
pub struct Drill {
    /// What it is called.
    pub name: &'static str,
    /// What is done.
    pub about: &'static str,
    /// The alerts that must ring; the first must be told to people, the others may be suppressed by it.
    pub alerts: &'static [&'static str],
    fault: Fault,
}

/// All that there are.
pub const DRILLS: &[Drill] = &[
    Drill {
        name: "region-lost",
        about: "the database nodes of a region are killed",
        alerts: &["JubileeFailoverInUse", "JubileeRegionUnready"],
        fault: Fault::RegionLost,
    },
    Drill {
        name: "partition",
        about: "every packet between two regions is dropped",
        alerts: &["JubileeReplicationLag"],
        fault: Fault::Partition,
    },
    Drill {
        name: "skew",
        about: "the clock of an instance is 2 s ahead",
        alerts: &["JubileeClockSkew"],
        fault: Fault::Skew,
    },
    Drill {
        name: "overload",
        about: "an instance with little room is asked for more than it can answer",
        alerts: &["JubileeOverload"],
        fault: Fault::Overload,
    },
    Drill {
        name: "collector-down",
        about: "the collector of spans is killed",
        alerts: &["JubileeTargetMissing", "JubileeSpansDropped"],
        fault: Fault::CollectorDown,
    },
];

impl Lab {
    /// Plays a drill, by its name in [`DRILLS`], in a laboratory that is watched. Mends what it broke, whatever happens.
    ///
    /// # Errors
    /// If an alert rings already, the fault does not take, or an alert does not ring or does not fall silent again.
    pub fn drill(&self, name: &str, report: &dyn Fn(&str)) -> Result<DrillReport, LabError> {
        let drill = DRILLS.iter().find(|drill| drill.name == name).ok_or_else(|| {
            let known: Vec<_> = DRILLS.iter().map(|drill| drill.name).collect();
            LabError::failed(format!("{name} is no drill; these are: {}", known.join(", ")))
        })?;
        let places = Places::of(self)?;
        let expectation = |(index, alert): (usize, &&'static str)| Expectation {
            alert,
            must_be_told: index == 0,
            labels: drill.fault.labels(alert, &places),
        };
        let expected = drill.alerts.iter().enumerate().map(expectation).collect();
        let watch = Watch::new(self, expected)?;
        report("waits until what is to ring is silent");
        if !wait_for(QUIET, || watch.is_silent()) {
            return Err(why(format!("what is to ring does so already: {}", watch.ringing())));
        }
        report(&format!("{}: {}", drill.name, drill.fault.told(&places)));
        let _traffic = Traffic::light(self)?;
        watch.while_looking(|| self.play(drill, &places, &watch, report))
    }

    fn play(
        &self,
        drill: &Drill,
        places: &Places,
        watch: &Watch,
        report: &dyn Fn(&str),
    ) -> Result<DrillReport, LabError> {
        watch.strikes_now();
        let began = Instant::now();
        let rang = drill.fault.strike(self, places).and_then(|flood| {
            let struck = began.elapsed();
            report(&format!("waits for {}", drill.alerts.join(" and ")));
            wait_for(RINGS, || watch.all_ring() || self.has_ended());
            drop(flood);
            if watch.all_ring() {
                Ok(struck)
            } else {
                Err(why(format!("did not ring in time: {}", watch.not_ringing())))
            }
        });
        if self.has_ended() {
            return Err(LabError::failed("the laboratory has ended"));
        }
        report("mends it");
        // Whoever is in a hurry can say so once more.
        waiting::forget_interruption();
        watch.mending_now();
        let began = Instant::now();
        let mended = drill.fault.mend(self, places);
        let mending_took = began.elapsed();
        let strike_took = rang?;
        mended?;
        report("waits until all is silent again");
        if !wait_for(SILENT, || watch.all_are_silent_again()) {
            return Err(why(format!("still rings: {}", watch.ringing())));
        }
        if self.plan.options.instances {
            self.plan.regions().try_for_each(|region| wait_until_served(self, &region))?;
        }
        Ok(DrillReport {
            name: drill.name,
            told: drill.fault.told(places),
            strike_took,
            mending_took,
            rang: watch.seen(),
        })
    }

    /// Its owner has taken it down: nothing is left to be mended.
    fn has_ended(&self) -> bool {
        !self.folder.exists()
    }
}

fn why(what: String) -> LabError {
    if waiting::is_interrupted() {
        LabError::failed("the drill was interrupted")
    } else {
        LabError::failed(what)
    }
}

#[cfg(test)]
mod tests;
