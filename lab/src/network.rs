//! One network namespace a region, all on one bridge.

use crate::LabError;
use crate::command::{run, through};
use crate::plan::{Plan, Region};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Builds the network; what is made is first written down in the estate's folder, for the keeper.
pub(crate) fn build(plan: &Plan, estate: &Path) -> Result<(), LabError> {
    let namespaces: Vec<_> = plan.regions().map(|region| region.namespace()).collect();
    // Each link too: a namespace that is deleted lives on while a dead process's connections are being closed.
    let links: Vec<_> = plan.regions().map(|region| region.link()).chain([plan.bridge()]).collect();
    for (name, names) in [("namespaces", namespaces), ("links", links)] {
        let text = names.join("\n") + "\n";
        let path = estate.join(name);
        fs::write(&path, text).map_err(LabError::file(&path))?;
    }
    let bridge = plan.bridge();
    ip(&format!("link add {bridge} type bridge"))?;
    ip(&format!("address add {}/24 dev {bridge}", plan.balancer()))?;
    for region in plan.regions() {
        ip(&format!("address add {}/24 dev {bridge}", region.client()))?;
    }
    ip(&format!("link set {bridge} up"))?;
    plan.regions().try_for_each(|region| connect(&region, &bridge))
}

fn connect(region: &Region<'_>, bridge: &str) -> Result<(), LabError> {
    let (namespace, link) = (region.namespace(), region.link());
    ip(&format!("netns add {namespace}"))?;
    ip(&format!("link add {link} type veth peer name eth0 netns {namespace}"))?;
    ip(&format!("link set {link} master {bridge} up"))?;
    let own = [region.instance()].into_iter().chain(region.nodes());
    for address in own {
        ip(&format!("-n {namespace} address add {address}/24 dev eth0"))?;
    }
    ip(&format!("-n {namespace} link set lo up"))?;
    ip(&format!("-n {namespace} link set eth0 up"))
}

fn ip(words: &str) -> Result<(), LabError> {
    run(Command::new("ip").args(words.split(' ')), "iproute2").map(|_| ())
}

/// The same command, run in the namespace of a region.
pub(crate) fn inside(region: &Region<'_>, command: &Command) -> Command {
    let mut inside = Command::new("nsenter");
    inside.arg(format!("--net=/run/netns/{}", region.namespace())).arg("--");
    through(inside, command)
}
