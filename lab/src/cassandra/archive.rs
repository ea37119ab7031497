//! Java with Cassandra's classes archived, made once and kept beside the jars.

use super::{Java, Node, NodePlan, STOP, Security, jars};
use crate::LabError;
use crate::keeper::{Estate, Process, lock};
use crate::single_node::free_address;
use std::fs;
use std::path::Path;

/// Java, the jars and the archive, each downloaded or made if it is not there yet; says what takes long.
pub(crate) fn ready(report: &dyn Fn(&str)) -> Result<Java, LabError> {
    if !jars::are_here()? {
        report("downloads Apache Cassandra from Maven Central, once");
    }
    let cache = jars::ready()?;
    let java = Java::find(&cache)?;
    if java.archive(&cache).exists() {
        return Ok(java);
    }
    let _one_at_a_time = lock(&cache.join("classes.lock"))?;
    if !java.archive(&cache).exists() {
        report("archives Cassandra's classes, once, for faster starts");
        make(&java, &cache)?;
    }
    Java::find(&cache)
}

/// Runs a node once and has it write down what it has loaded.
fn make(java: &Java, cache: &Path) -> Result<(), LabError> {
    let folder =
        tempfile::Builder::new().prefix("classes-").tempdir_in(cache).map_err(LabError::file(cache))?;
    let estate = Estate::found(folder.path())?;
    // The keeper removes it.
    let folder = folder.keep();
    let plan = NodePlan {
        cluster: "classes".into(),
        datacenter: "eu".into(),
        folder: folder.join("node"),
        token: 0,
        heap_megabytes: 384,
        for_load: false,
        jmx_port: None,
        security: Security::default(),
    };
    let node = Node { plan, address: free_address()?, process: Process::new(&folder, "node") };
    let written = folder.join("classes.jsa");
    node.start(&java.archiving(written.clone()), &[node.address], |command| command)?;
    node.wait_until_it_answers()?;
    node.process.stop(STOP + STOP)?;
    let archive = java.archive(cache);
    fs::rename(&written, &archive).map_err(|_| node.process.failure("Java did not archive its classes"))?;
    drop(estate);
    Ok(())
}
