//! nodetool, from Cassandra's own jars, inside a node's namespace.

use crate::LabError;
use crate::cassandra::{Java, Node};
use crate::command::run;
use crate::network::inside;
use crate::plan::Region;

/// A full repair of what this node is the first replica of; done on every node it covers everything once.
pub(crate) fn repair(java: &Java, region: &Region<'_>, node: &Node, keyspace: &str) -> Result<(), LabError> {
    let port = node.plan.jmx_port.ok_or_else(|| LabError::failed("this node has no port for nodetool"))?;
    let words = ["repair", "--full", "--partitioner-range", keyspace];
    run(&mut inside(region, &java.nodetool(&node.plan, port, &words)), "util-linux").map(|_| ())
}
