//! What `up` and `down` do, step by step.

use super::Lab;
use super::parts::{ASK, Instance};
use crate::cassandra::{Java, Node, ready_java};
use crate::command::run;
use crate::network::{self, inside};
use crate::observers::Observer;
use crate::plan::Region;
use crate::sightings::has_seen_up;
use crate::{LabError, Options, balancer, http, instance, observers, peers, wait_for};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How long one step may take, with other laboratories on the same machine.
const STEP: Duration = Duration::from_secs(120);

/// # Errors
/// Names the first program that is not installed, with the package that holds it.
pub(super) fn require_tools(options: &Options, report: &dyn Fn(&str)) -> Result<(), LabError> {
    for (program, argument, package) in [
        ("ip", "-V", "iproute2"),
        ("nft", "-v", "nftables"),
        ("haproxy", "-v", "haproxy"),
        ("nsenter", "-V", "util-linux"),
        ("flock", "-V", "util-linux"),
    ] {
        run(Command::new(program).arg(argument), package)?;
    }
    if options.instances && !options.jubilee.is_file() {
        return Err(LabError::failed(format!("there is no program at {}", options.jubilee.display())));
    }
    if options.observe {
        observers::require_tools(report)?;
    }
    Ok(())
}

/// Java and the jars, if there are nodes to run.
pub(super) fn java(options: &Options, report: &dyn Fn(&str)) -> Result<Option<Java>, LabError> {
    if options.regions.iter().all(|region| region.nodes == 0) {
        return Ok(None);
    }
    ready_java(report).map(Some)
}

pub(super) fn bring_up(lab: &Lab, java: Option<&Java>, report: &dyn Fn(&str)) -> Result<(), LabError> {
    report("builds the network");
    network::build(&lab.plan, &lab.folder)?;
    balancer::start(&lab.plan, &lab.folder)?;
    // The first that is there, and the last that is asked: nobody's start is taken for a fault.
    observe(lab, &[Observer::Collector], report)?;
    if let Some(java) = java {
        let nodes = start_nodes(lab, java, report)?;
        wait_until_joined(&nodes)?;
    }
    if lab.plan.options.instances {
        start_instances(lab, report)?;
    }
    observe(lab, &[Observer::Alertmanager, Observer::Prometheus], report)?;
    wait_until_observed(lab)
}

fn observe(lab: &Lab, observers: &[Observer], report: &dyn Fn(&str)) -> Result<(), LabError> {
    let wanted = |observer: &&Observer| lab.observers().contains(observer);
    observers.iter().filter(wanted).try_for_each(|observer| {
        report(&format!("starts {}", observer.name()));
        observer.start(&lab.plan, &lab.folder)
    })
}

fn start_instances(lab: &Lab, report: &dyn Fn(&str)) -> Result<(), LabError> {
    if lab.plan.has_nodes() {
        report("makes the schema: jubilee migrate");
        instance::migrate(&lab.plan, &lab.folder.join("data"))?;
    }
    report("starts the instances");
    for region in lab.plan.regions() {
        instance::start(&lab.plan, &region, &lab.folder)?;
    }
    lab.plan.regions().try_for_each(|region| wait_until_ready(lab, &region))?;
    report("waits until each region serves its own clients");
    lab.plan.regions().try_for_each(|region| wait_until_served(lab, &region))
}

/// Waits until Prometheus, if there is one, has asked every instance.
fn wait_until_observed(lab: &Lab) -> Result<(), LabError> {
    let Ok(prometheus) = lab.prometheus() else { return Ok(()) };
    let instances = lab.plan.regions().filter(|_| lab.plan.options.instances).count();
    let answered = || prometheus.query("up{job=\"jubilee\"} == 1").map_or(0, |series| series.len());
    if wait_for(STEP, || answered() == instances) {
        return Ok(());
    }
    let answered = answered();
    Err(LabError::failed(format!("Prometheus gets metrics of {answered} instances, not of {instances}")))
}

/// Several at once: their tokens are given, and nothing is fetched. Not all at once, if they are many: each start keeps
/// a core busy for seconds.
fn start_nodes(lab: &Lab, java: &Java, report: &dyn Fn(&str)) -> Result<Vec<Node>, LabError> {
    let nodes = |region: Region<'_>| {
        lab.nodes_of(&region).into_iter().map(|node| (region.index, node)).collect::<Vec<_>>()
    };
    let nodes: Vec<_> = lab.plan.regions().flat_map(nodes).collect();
    let regions: Vec<_> = lab.plan.regions().collect();
    let at_once = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    let mut up = 0;
    for batch in nodes.chunks(at_once) {
        for (region, node) in batch {
            node.start(java, &lab.seeds(), |command| inside(&regions[*region], &command))?;
        }
        for (_, node) in batch {
            report(&format!("starts Cassandra: {up} of {} nodes answer", nodes.len()));
            node.wait_until_it_answers()?;
            up += 1;
        }
    }
    Ok(nodes.into_iter().map(|(_, node)| node).collect())
}

/// Waits until each node tells its clients of all others; it does so when they have their places in the ring.
fn wait_until_joined(nodes: &[Node]) -> Result<(), LabError> {
    for node in nodes {
        let others = || nodes.iter().filter(|other| other.address != node.address);
        let joined = wait_for(STEP, || {
            let log = node.process.log();
            let told = peers::told_by(node.cql(), ASK).unwrap_or_default();
            others().all(|other| has_seen_up(&log, other) && told.contains(&other.address))
        });
        if !joined {
            return Err(node.process.failure(format!("{} does not see all others up", node.cql())));
        }
    }
    Ok(())
}

pub(super) fn wait_until_ready(lab: &Lab, region: &Region<'_>) -> Result<(), LabError> {
    let (instance, process) = (Instance::new(region), lab.instance_process(region));
    if process.comes_to(STEP, || instance.is_ready()) {
        return Ok(());
    }
    let why = instance.readiness().map_or_else(|error| error.to_string(), |(_, body)| body);
    Err(process.failure(format!("the instance of {} is not ready: {why}", region.name())))
}

/// Waits until the balancer leads a client of the region to the region's own instance, unless it is to lead nobody there.
pub(super) fn wait_until_served(lab: &Lab, region: &Region<'_>) -> Result<(), LabError> {
    if lab.dial(region.name())? == 0 {
        return Ok(());
    }
    if wait_for(STEP, || served_by(lab, region).as_deref() == Ok(region.name())) {
        return Ok(());
    }
    Err(LabError::failed(format!("the balancer does not lead {} to its own instance", region.name())))
}

/// Which region answers a client of this one, by the header of the answer; else what is answered instead.
pub(super) fn served_by(lab: &Lab, region: &Region<'_>) -> Result<String, String> {
    let answer = http::get(lab.geo_address(), "/", Some(region.client()), ASK);
    let answer = answer.map_err(|error| error.to_string())?;
    answer.header("Region").map(str::to_owned).ok_or_else(|| format!("status {}", answer.status))
}

/// Ends the process that owns a laboratory; its keeper does the rest.
pub(super) fn end_owner(folder: &Path) -> Result<(), LabError> {
    let path = folder.join("owner");
    let owner = std::fs::read_to_string(&path).map_err(LabError::file(&path))?;
    run(Command::new("kill").args(["-s", "TERM", owner.trim()]), "procps")?;
    if wait_for(STEP, || !folder.exists()) {
        return Ok(());
    }
    Err(LabError::failed(format!("the owner of the laboratory, process {}, does not end", owner.trim())))
}
