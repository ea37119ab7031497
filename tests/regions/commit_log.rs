//! What the promise of durability rests on, and no kill -9 can prove: the commit log of every node.

use crate::laboratory::{REGIONS, turn};
use jubilee_test_support::assert_synced_before_acknowledged;
use tokio::runtime::Runtime;

#[test]
fn every_node_acknowledges_a_write_after_its_fsync() {
    let lab = turn();
    let nodes = REGIONS.map(|region| lab.nodes(region).expect("a region")).concat();
    let nodes: Vec<_> = nodes.iter().map(ToString::to_string).collect();
    let asked = Runtime::new().expect("a runtime").block_on(assert_synced_before_acknowledged(&nodes));
    assert_eq!(asked, nodes.len());
}
