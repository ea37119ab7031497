//! What the promise of durability rests on, and no kill -9 can prove: the nodes' commit log.

use crate::node::Keyspace;
use jubilee_test_support::assert_synced_before_acknowledged;

#[test]
fn every_node_acknowledges_a_write_after_its_fsync() {
    let keyspace = Keyspace::new();
    let nodes = keyspace.wait(assert_synced_before_acknowledged(&keyspace.settings.nodes));
    assert!(nodes >= keyspace.settings.nodes.len(), "only {nodes} nodes were asked");
}
