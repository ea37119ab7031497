//! Faults. None is taken for granted: a probe shows that it took. What ends them is in `recovery.rs`, but for
//! cuts and wrong clocks.

use super::Lab;
use super::parts::Instance;
use crate::cassandra::{Node, STOP};
use crate::keeper::Process;
use crate::partitions::{self, Cut, CutBetween};
use crate::probe::{self, Knock};
use crate::{LabError, instance, skew, wait_for};
use std::time::Duration;

/// How long the effect of a fault may take to be seen.
const EFFECT: Duration = Duration::from_secs(5);
/// What one knock may take, on this machine.
const KNOCK: Duration = Duration::from_millis(500);
/// How long an instance may take to come back with another clock.
const RESTART: Duration = Duration::from_secs(60);

/// What a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'name> {
    /// All database nodes of a region.
    Nodes(&'name str),
    /// One database node of a region; they count from 1.
    Node(&'name str, usize),
    /// The instance of a region.
    Instance(&'name str),
}

impl<'name> Target<'name> {
    pub(super) fn region(self) -> &'name str {
        match self {
            Self::Nodes(region) | Self::Node(region, _) | Self::Instance(region) => region,
        }
    }
}

impl Lab {
    /// Kills (SIGKILL), as a crash would.
    ///
    /// # Errors
    /// If the fault did not take.
    pub fn kill(&self, target: Target<'_>) -> Result<(), LabError> {
        self.strike(target, Knock::Refused, Process::kill)
    }

    /// Stops in its tracks (SIGSTOP): connections stand, nothing answers.
    ///
    /// # Errors
    /// If the fault did not take.
    pub fn hang(&self, target: Target<'_>) -> Result<(), LabError> {
        self.strike(target, Knock::Silent, Process::hang)
    }

    fn strike(
        &self,
        target: Target<'_>,
        expected: Knock,
        blow: impl Fn(&Process) -> Result<(), LabError>,
    ) -> Result<(), LabError> {
        let region = self.region(target.region())?;
        if let Target::Instance(name) = target {
            blow(&self.instance_process(&region))?;
            let address = Instance::new(&region).public;
            return took(&format!("the instance of {name}"), expected, || probe::knock_http(address, KNOCK));
        }
        let nodes = self.targeted(target)?;
        nodes.iter().try_for_each(|node| blow(&node.process))?;
        nodes.iter().try_for_each(|node| {
            took(&format!("the node {}", node.cql()), expected, || probe::knock(node.cql(), KNOCK))
        })
    }

    pub(super) fn targeted(&self, target: Target<'_>) -> Result<Vec<Node>, LabError> {
        let mut nodes = self.nodes_of(&self.region(target.region())?);
        if let Target::Node(region, number) = target {
            if number == 0 || number > nodes.len() {
                let count = nodes.len();
                return Err(LabError::failed(format!(
                    "{region} has {count} nodes, counted from 1; not {number}"
                )));
            }
            nodes = vec![nodes.swap_remove(number - 1)];
        }
        match nodes.is_empty() {
            true => Err(LabError::failed(format!("{} has no nodes", target.region()))),
            false => Ok(nodes),
        }
    }

    /// Drops every packet between two regions, both ways.
    ///
    /// # Errors
    /// If the fault did not take.
    pub fn partition(&self, one: &str, other: &str) -> Result<(), LabError> {
        self.cut(one, other, Cut::Everything)
    }

    /// Drops what the nodes of two regions say to each other, both ways, and nothing else.
    ///
    /// # Errors
    /// If the fault did not take.
    pub fn cut_replication(&self, one: &str, other: &str) -> Result<(), LabError> {
        self.cut(one, other, Cut::Replication)
    }

    /// Ends every partition and cut.
    ///
    /// # Errors
    /// If packets are still dropped.
    pub fn heal(&self) -> Result<(), LabError> {
        self.set_cuts(Vec::new())
    }

    fn cut(&self, one: &str, other: &str, cut: Cut) -> Result<(), LabError> {
        if self.region(one)?.index == self.region(other)?.index {
            return Err(LabError::failed("a region cannot be cut off from itself"));
        }
        let mut cuts = self.cuts();
        cuts.retain(|known| !known.between(one, other));
        cuts.push(CutBetween { one: one.to_owned(), other: other.to_owned(), cut });
        self.set_cuts(cuts)
    }

    fn set_cuts(&self, cuts: Vec<CutBetween>) -> Result<(), LabError> {
        partitions::write(&self.folder, &cuts)?;
        for region in self.plan.regions() {
            partitions::apply(&self.plan, &region, &cuts)?;
        }
        partitions::prove(&self.plan, &cuts)
    }

    /// Who is cut off from whom now.
    pub(super) fn cuts(&self) -> Vec<CutBetween> {
        partitions::read(&self.folder)
    }

    /// Restarts the instance of a region, in good order, with its wall clock off by so many milliseconds. Does not wait
    /// until it is ready: far enough off, it must never be.
    ///
    /// # Errors
    /// If its clock is not off by that afterwards. (A skew of less than 2 s is proven by the library being in place.)
    pub fn skew(&self, region: &str, milliseconds: i64) -> Result<(), LabError> {
        let region = self.region(region)?;
        if milliseconds != 0 {
            skew::library()?;
        }
        let process = self.instance_process(&region);
        skew::remember(&process, milliseconds)?;
        process.stop(STOP + STOP)?;
        instance::start(&self.plan, &region, &self.folder)?;
        let address = region.public();
        if wait_for(RESTART, || skew::is_seen(address, milliseconds)) {
            return Ok(());
        }
        Err(process.failure(format!("the fault did not take: the clock of {} is not off", region.name())))
    }

    /// How far off the clock of a region's instance has been set, in milliseconds.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn skew_of(&self, region: &str) -> Result<i64, LabError> {
        Ok(skew::of(&self.instance_process(&self.region(region)?)))
    }
}

/// Waits until a knock is answered as the fault would have it.
fn took(what: &str, expected: Knock, knock: impl Fn() -> Knock) -> Result<(), LabError> {
    let mut seen = knock();
    if wait_for(EFFECT, || {
        seen = knock();
        seen == expected
    }) {
        return Ok(());
    }
    Err(LabError::failed(format!("the fault did not take: {what} should be {expected:?}, and is {seen:?}")))
}
