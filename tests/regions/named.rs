//! The regions of a cluster that is there already, with an instance for each on this machine: for tests that break
//! nothing.

use crate::laboratory::Caller;
use jubilee_test_support::{NamedCluster, Process, wait_until};
use scylla::client::session_builder::SessionBuilder;
use std::process::Command;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

type Settings = Vec<(&'static str, String)>;

/// An instance in each of three data centres, and their keyspace; both go in the end.
pub(crate) struct NamedRegions {
    keyspace: String,
    instances: Vec<Process>,
    settings: [Settings; 3],
    data_dir: TempDir,
}

impl NamedRegions {
    /// Those of `JUBILEE_TEST_CLUSTER`, if it is set: the first three data centres, one replica in each.
    pub(crate) fn start() -> Option<Self> {
        let cluster = NamedCluster::from_environment()?;
        let datacenters = cluster.datacenters();
        let three: [&str; 3] = datacenters[..].try_into().expect("three data centres");
        // Others may use the same cluster at the same time.
        let keyspace = format!("regions_{:08x}", fastrand::u32(..));
        let settings = three.map(|datacenter| {
            let mut settings = cluster.settings(datacenter, &three);
            settings.push(("CLUSTER_KEYSPACE", keyspace.clone()));
            settings
        });
        let data_dir = TempDir::new().expect("a folder");
        let mut regions = Self { keyspace, instances: Vec::new(), settings, data_dir };
        regions.migrate();
        for settings in &regions.settings {
            let settings: Vec<_> = settings.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let instance = Process::start(PROGRAM, regions.data_dir.path(), &settings);
            regions.instances.push(instance);
        }
        wait_until("every instance is ready", || {
            regions.instances.iter().all(|instance| {
                let answer = instance.client().request("GET", "/readyz", &[], b"");
                answer.is_ok_and(|answer| answer.status == 200)
            })
        });
        Some(regions)
    }

    /// A connection to each instance.
    pub(crate) fn callers(&self) -> [Caller; 3] {
        [0, 1, 2].map(|at: usize| Caller::at(self.instances[at].public))
    }

    fn migrate(&self) {
        let mut command = Command::new(PROGRAM);
        command.arg("migrate");
        for (name, text) in &self.settings[0] {
            command.env(format!("JUBILEE_{name}"), text);
        }
        let output = command.output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for NamedRegions {
    fn drop(&mut self) {
        self.instances.clear();
        let (_, nodes) = self.settings[0].iter().find(|(name, _)| *name == "CLUSTER_NODES").expect("told");
        let nodes: Vec<_> = nodes.split(',').collect();
        let statement = format!("DROP KEYSPACE IF EXISTS {}", self.keyspace);
        // A test that failed because the cluster is gone has said so already.
        let _ = Runtime::new().expect("a runtime").block_on(async {
            let session = SessionBuilder::new().known_nodes(&nodes).build().await.ok()?;
            session.query_unpaged(statement, ()).await.ok()
        });
    }
}
