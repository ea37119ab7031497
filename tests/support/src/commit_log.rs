//! When the nodes of a cluster bring a write to the disk.

use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session_builder::SessionBuilder;
use scylla::policies::load_balancing::{NodeIdentifier, SingleTargetLoadBalancingPolicy};
use scylla::statement::Consistency;
use scylla::statement::unprepared::Statement;

/// Where a node tells its settings: Cassandra, and ScyllaDB, which quotes them.
const TELLERS: [&str; 2] = [
    "SELECT value FROM system_views.settings WHERE name = 'commitlog_sync'",
    "SELECT value FROM system.config WHERE name = 'commitlog_sync'",
];

/// What every node of the cluster says of its `commitlog_sync`, with its address.
async fn commit_log_syncs(contact_points: &[String]) -> Vec<(String, String)> {
    let session = SessionBuilder::new().known_nodes(contact_points).build().await.expect("a session");
    let state = session.get_cluster_state();
    let mut said = Vec::new();
    for node in state.get_nodes_info() {
        let this_one = SingleTargetLoadBalancingPolicy::new(NodeIdentifier::HostId(node.host_id), None);
        let profile = ExecutionProfile::builder()
            .load_balancing_policy(this_one)
            .consistency(Consistency::One)
            .build()
            .into_handle();
        let mut value = None;
        for teller in TELLERS {
            let mut statement = Statement::new(teller);
            statement.set_execution_profile_handle(Some(profile.clone()));
            let answer = session.query_unpaged(statement, ()).await.ok();
            let rows = answer.and_then(|answer| answer.into_rows_result().ok());
            value = value.or(rows.and_then(|rows| rows.single_row::<(String,)>().ok()));
        }
        let (value,) = value.unwrap_or_else(|| panic!("{} does not tell", node.address));
        said.push((node.address.to_string(), value.trim_matches('"').to_owned()));
    }
    said
}

/// Asserts that each node acknowledges a write after its fsync, and gives how many there are.
///
/// # Panics
/// If one does not.
pub async fn assert_synced_before_acknowledged(contact_points: &[String]) -> usize {
    let said = commit_log_syncs(contact_points).await;
    for (node, sync) in &said {
        assert!(["group", "batch"].contains(&sync.as_str()), "{node} has commitlog_sync {sync}");
    }
    said.len()
}
