//! Faults, and the end of each. None is taken for granted: a probe shows that it took.

use super::Lab;
use super::parts::Instance;
use super::start::{seen_up, wait_until_ready, wait_until_served};
use crate::cassandra::{Java, Node, STOP, jars};
use crate::keeper::{Life, Process};
use crate::network::inside;
use crate::partitions::{self, Cut, CutBetween};
use crate::plan::Region;
use crate::probe::{self, Knock};
use crate::{LabError, instance, nodetool, skew, wait_for};
use std::time::Duration;

/// How long the effect of a fault may take to be seen.
const EFFECT: Duration = Duration::from_secs(5);
/// What one knock may take, on this machine.
const KNOCK: Duration = Duration::from_millis(500);
/// How long nodes may take to find each other again.
const REJOIN: Duration = Duration::from_secs(60);

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
    fn region(self) -> &'name str {
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

    /// Starts what is dead, with its data and address, lets go on what hangs, and waits until it answers.
    ///
    /// # Errors
    /// If it does not come up.
    pub fn start(&self, target: Target<'_>) -> Result<(), LabError> {
        let region = self.region(target.region())?;
        if let Target::Instance(_) = target {
            let process = self.instance_process(&region);
            match process.life() {
                Life::Dead => instance::start(&self.plan, &region, &self.folder)?,
                Life::Up | Life::Hung => process.resume()?,
            }
            return wait_until_ready(self, &region);
        }
        let nodes = self.targeted(target)?;
        for node in &nodes {
            match node.process.life() {
                Life::Dead => self.start_node(&region, node)?,
                Life::Up | Life::Hung => node.process.resume()?,
            }
        }
        nodes.iter().try_for_each(Node::wait_until_it_answers)
    }

    /// Ends in good order and starts again, then waits until everyone takes note: the others see the node up, the
    /// balancer the instance. Several nodes go one after the other.
    ///
    /// # Errors
    /// If it does not end or does not come up.
    pub fn restart(&self, target: Target<'_>) -> Result<(), LabError> {
        let region = self.region(target.region())?;
        if let Target::Instance(_) = target {
            self.instance_process(&region).stop(STOP + STOP)?;
            instance::start(&self.plan, &region, &self.folder)?;
            wait_until_ready(self, &region)?;
            return wait_until_served(self, &region);
        }
        self.targeted(target)?.iter().try_for_each(|node| self.restart_node(&region, node))
    }

    fn restart_node(&self, region: &Region<'_>, node: &Node) -> Result<(), LabError> {
        let up = self.plan.regions().flat_map(|region| self.nodes_of(&region));
        let others = up.filter(|other| other.address != node.address && other.process.life() == Life::Up);
        let sightings = |other: &Node| other.process.log().matches(&seen_up(node)).count();
        let others: Vec<_> = others.map(|other| (sightings(&other), other)).collect();
        node.process.stop(STOP)?;
        self.start_node(region, node)?;
        node.wait_until_it_answers()?;
        for (before, other) in &others {
            if !wait_for(REJOIN, || sightings(other) > *before) {
                return Err(other.process.failure(format!(
                    "{} does not see {} again",
                    other.cql(),
                    node.cql()
                )));
            }
        }
        Ok(())
    }

    fn start_node(&self, region: &Region<'_>, node: &Node) -> Result<(), LabError> {
        let java = Java::find(&jars::ready()?)?;
        node.start(&java, &self.seeds(), |command| inside(region, &command))
    }

    fn targeted(&self, target: Target<'_>) -> Result<Vec<Node>, LabError> {
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
        if wait_for(REJOIN, || skew::is_seen(address, milliseconds)) {
            return Ok(());
        }
        Err(process.failure(format!("the fault did not take: the clock of {} is not off", region.name())))
    }

    /// Has every node compare what it has with its replicas and fetch what it lacks: `nodetool repair`.
    ///
    /// # Errors
    /// If a node's repair fails.
    pub fn repair(&self) -> Result<(), LabError> {
        let java = Java::find(&jars::ready()?)?;
        for region in self.plan.regions() {
            for node in self.nodes_of(&region) {
                nodetool::repair(&java, &region, &node, self.keyspace())?;
            }
        }
        Ok(())
    }

    fn keyspace(&self) -> &str {
        let mut settings = self.plan.options.settings.iter().rev();
        let told = settings.find(|(name, _)| name == "CLUSTER_KEYSPACE");
        told.map_or("jubilee", |(_, value)| value.as_str())
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
