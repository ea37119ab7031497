//! The keyspace itself: whether the cluster can replicate it as is wanted, and the way there.

use super::{MigrateError, Run};
use crate::store::cluster::catalogue::Keyspace;
use crate::store::cluster::replication::Replication;
use std::collections::BTreeMap;

impl Run<'_> {
    /// Whether each region can keep what is asked of it.
    pub(super) fn check_regions(&self) -> Result<(), MigrateError> {
        let mut nodes = BTreeMap::new();
        for node in self.session.get_cluster_state().get_nodes_info() {
            *nodes.entry(node.datacenter.clone().unwrap_or_default()).or_insert(0) += 1;
        }
        for (region, replicas) in &self.settings.replication {
            let (region, replicas) = (region.clone(), *replicas);
            match nodes.get(region.as_str()) {
                Some(nodes) if *nodes >= replicas => {}
                Some(nodes) => return Err(MigrateError::TooFewNodes { region, replicas, nodes: *nodes }),
                None => {
                    return Err(MigrateError::UnknownRegion {
                        region,
                        datacenters: nodes.into_keys().collect(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Tells a replication that is not the wanted one; gives whether it is to be changed.
    pub(super) fn look_at_replication(&self, before: Option<&Keyspace>, wanted: &Replication) -> bool {
        let Some(before) = before.filter(|before| before.replication != *wanted || !before.durable_writes)
        else {
            return false;
        };
        if !self.options.alter_replication {
            let durable = if before.durable_writes { "" } else { " without durable writes" };
            self.notice(format!(
                "the keyspace {} is replicated {}{durable}, but CLUSTER_REPLICATION asks for {wanted}: left as it is; \
                 --alter-replication changes it",
                self.settings.keyspace, before.replication,
            ));
        }
        self.options.alter_replication
    }

    /// Changes the replication, and says what must be run on the nodes after it.
    pub(super) async fn alter_replication(
        &self,
        before: &Keyspace,
        wanted: &Replication,
    ) -> Result<(), MigrateError> {
        let keyspace = &self.settings.keyspace;
        self.change(&alter_keyspace(keyspace, wanted)).await?;
        self.done(format!("changed the replication from {} to {wanted}", before.replication));
        for chore in before.replication.chores_towards(wanted, keyspace) {
            self.notice(chore);
        }
        Ok(())
    }
}

pub(super) fn create_keyspace(keyspace: &str, wanted: &Replication) -> String {
    format!(
        "CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {} AND durable_writes = true",
        wanted.to_cql()
    )
}

pub(super) fn alter_keyspace(keyspace: &str, wanted: &Replication) -> String {
    format!("ALTER KEYSPACE {keyspace} WITH replication = {} AND durable_writes = true", wanted.to_cql())
}
