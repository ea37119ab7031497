//! What brings nodes and instances back, and what an operator does afterwards.

use super::Lab;
use super::faults::Target;
use super::start::{wait_until_ready, wait_until_served};
use crate::cassandra::{Java, Node, STOP, jars};
use crate::command::run;
use crate::keeper::Life;
use crate::network::inside;
use crate::plan::Region;
use crate::sightings::{Sightings, takes_for_dead};
use crate::{LabError, instance};
use std::time::Duration;

/// How long nodes may take to find each other again.
const REJOIN: Duration = Duration::from_secs(120);

impl Lab {
    /// Starts what is dead, with its data and address, lets go on what hangs, and waits until everyone takes note: the
    /// nodes that it is not cut off from see a node up, the balancer sees an instance.
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
            wait_until_ready(self, &region)?;
            return wait_until_served(self, &region);
        }
        self.start_nodes(&region, &self.targeted(target)?)
    }

    /// Ends in good order and starts again, and waits as [`Lab::start`]. Several nodes go one after the other.
    ///
    /// # Errors
    /// If it does not end or does not come up.
    pub fn restart(&self, target: Target<'_>) -> Result<(), LabError> {
        let region = self.region(target.region())?;
        if let Target::Instance(_) = target {
            self.instance_process(&region).stop(STOP + STOP)?;
            return self.start(target);
        }
        self.targeted(target)?.iter().try_for_each(|node| {
            node.process.stop(STOP)?;
            self.start_nodes(&region, std::slice::from_ref(node))
        })
    }

    /// Has every node compare what it has with its replicas and fetch what it lacks: `nodetool repair`.
    ///
    /// # Errors
    /// If a node's repair fails.
    pub fn repair(&self) -> Result<(), LabError> {
        for region in self.plan.regions() {
            for number in 1..=region.nodes().len() {
                // Of what a node is the first replica of: done on every node it covers everything once.
                let words = ["repair", "--full", "--partitioner-range", self.keyspace()];
                self.nodetool(region.name(), number, &words)?;
            }
        }
        Ok(())
    }

    /// Tells a node something, as an operator does; nodes count from 1. Gives what `nodetool` prints.
    ///
    /// # Errors
    /// If there is no such node, or it refuses.
    pub fn nodetool(&self, region: &str, number: usize, words: &[&str]) -> Result<String, LabError> {
        let nodes = self.targeted(Target::Node(region, number))?;
        let node = nodes.first().expect("the one that was named");
        let port =
            node.plan.jmx_port.ok_or_else(|| LabError::failed("this node has no port for nodetool"))?;
        let command = Java::find(&jars::ready()?)?.nodetool(&node.plan, port, words);
        run(&mut inside(&self.region(region)?, &command), "util-linux")
    }

    /// How many of the other nodes this one takes for dead now; nodes count from 1.
    ///
    /// # Errors
    /// If there is no such node.
    pub fn taken_for_dead_by(&self, region: &str, number: usize) -> Result<usize, LabError> {
        let nodes = self.targeted(Target::Node(region, number))?;
        let node = nodes.first().expect("the one that was named");
        let log = node.process.log();
        let others = self.plan.regions().flat_map(|region| self.nodes_of(&region));
        let others = others.filter(|other| other.address != node.address);
        Ok(others.filter(|other| takes_for_dead(&log, other)).count())
    }

    fn start_nodes(&self, region: &Region<'_>, nodes: &[Node]) -> Result<(), LabError> {
        let sightings: Vec<_> = nodes.iter().map(|node| self.sightings(region, node)).collect();
        for node in nodes {
            match node.process.life() {
                Life::Dead => self.start_node(region, node)?,
                Life::Up | Life::Hung => node.process.resume()?,
            }
        }
        nodes.iter().try_for_each(Node::wait_until_it_answers)?;
        sightings.iter().try_for_each(|sightings| sightings.wait_until_up(REJOIN))
    }

    /// What the nodes that are not cut off from this one have seen of it so far.
    fn sightings(&self, region: &Region<'_>, node: &Node) -> Sightings {
        let cuts = self.cuts();
        let reached = |other: &Region<'_>| !cuts.iter().any(|cut| cut.between(region.name(), other.name()));
        let others = self.plan.regions().filter(reached).flat_map(|region| self.nodes_of(&region));
        Sightings::so_far(node, others.filter(|other| other.address != node.address))
    }

    fn keyspace(&self) -> &str {
        let mut settings = self.plan.options.settings.iter().rev();
        let told = settings.find(|(name, _)| name == "CLUSTER_KEYSPACE");
        told.map_or("jubilee", |(_, value)| value.as_str())
    }

    fn start_node(&self, region: &Region<'_>, node: &Node) -> Result<(), LabError> {
        let java = Java::find(&jars::ready()?)?;
        node.start(&java, &self.seeds(), |command| inside(region, &command))
    }
}
