//! What each drill breaks, and how it is mended.

use super::traffic::Traffic;
use crate::observers::Observer;
use crate::{Lab, LabError, Target, instance};

/// Within `MAX_CLOCK_SKEW`, so that the instance stays in traffic, and beyond what the alert allows.
const SKEW_MILLISECONDS: i64 = 2000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    RegionLost,
    Partition,
    Skew,
    Overload,
    CollectorDown,
}

/// Where a fault strikes.
#[derive(Clone, Debug)]
pub(super) struct Places {
    struck: String,
    other: String,
}

impl Places {
    /// The second region is struck: the first also serves whoever is of no region.
    pub(super) fn of(lab: &Lab) -> Result<Self, LabError> {
        match lab.regions()[..] {
            [other, struck, ..] => Ok(Self { struck: struck.to_owned(), other: other.to_owned() }),
            _ => Err(LabError::failed("a drill needs two regions")),
        }
    }
}

impl Fault {
    pub(super) fn told(self, Places { struck, other }: &Places) -> String {
        match self {
            Self::RegionLost => format!("the database nodes of {struck} are killed"),
            Self::Partition => format!("every packet between {other} and {struck} is dropped"),
            Self::Skew => format!("the clock of the instance of {struck} is {SKEW_MILLISECONDS} ms ahead"),
            Self::Overload => format!("the instance of {struck} is asked for more than it has room for"),
            Self::CollectorDown => "the collector is killed".to_owned(),
        }
    }

    /// The labels by which the alert that is meant for this fault is known.
    pub(super) fn labels(
        self,
        alert: &str,
        Places { struck, other }: &Places,
    ) -> Vec<(&'static str, String)> {
        let labels: &[(&'static str, &str)] = match (self, alert) {
            (Self::RegionLost, _) => &[("region", struck), ("severity", "page")],
            (Self::Partition, _) => &[("from", other), ("to", struck), ("severity", "page")],
            (Self::CollectorDown, "JubileeTargetMissing") => &[("job", "collector")],
            _ => &[("region", struck)],
        };
        labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    /// Gives what must go on for as long as the fault is to last.
    pub(super) fn strike(
        self,
        lab: &Lab,
        Places { struck, other }: &Places,
    ) -> Result<Option<Traffic>, LabError> {
        match self {
            Self::RegionLost => lab.kill(Target::Nodes(struck))?,
            Self::Partition => lab.partition(other, struck)?,
            Self::Skew => lab.skew(struck, SKEW_MILLISECONDS)?,
            Self::CollectorDown => Observer::Collector.process(&lab.folder).kill()?,
            Self::Overload => {
                instance::leave_little_room(&lab.instance_process(&lab.region(struck)?), true)?;
                lab.restart(Target::Instance(struck))?;
                return Traffic::flood(lab, struck).map(Some);
            }
        }
        Ok(None)
    }

    /// Does nothing where nothing is broken, as after a strike that failed half-way.
    pub(super) fn mend(self, lab: &Lab, Places { struck, .. }: &Places) -> Result<(), LabError> {
        match self {
            Self::RegionLost => lab.start(Target::Nodes(struck)),
            Self::Partition => lab.heal(),
            Self::Skew => lab.skew(struck, 0),
            Self::Overload => {
                instance::leave_little_room(&lab.instance_process(&lab.region(struck)?), false)?;
                lab.restart(Target::Instance(struck))
            }
            Self::CollectorDown => Observer::Collector.start_again(&lab.plan, &lab.folder),
        }
    }
}
