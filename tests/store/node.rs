//! One real node for all tests of this program, and a keyspace for each test.

use crate::command::{Ended, PROGRAM, finish};
use jubilee::config::{ClusterSettings, Config, SETTINGS, Sources};
use jubilee::domain::Region;
use jubilee::store::cluster::Connector;
use jubilee::store::cluster::schema::{self, SchemaState};
use jubilee_lab::{SingleNode, SingleNodeOptions};
use scylla::client::session::Session;
use scylla::deserialize::row::DeserializeRow;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::{Builder, Runtime};

/// The node, started by the first test that asks. It ends with this process, however that ends.
pub(crate) fn node() -> &'static SingleNode {
    static NODE: OnceLock<SingleNode> = OnceLock::new();
    NODE.get_or_init(|| SingleNode::start(&SingleNodeOptions::default()).expect("a node"))
}

/// The name of a keyspace of its own, which need not exist; dropped in the end.
pub(crate) struct Keyspace {
    pub(crate) name: String,
    pub(crate) settings: ClusterSettings,
    pub(crate) session: Session,
    // Last, and with a thread of its own: the session is alive while the test waits for programs.
    runtime: Runtime,
}

impl Keyspace {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut sources = Sources::new(false);
        for (setting, text) in settings_of(&name) {
            let setting = SETTINGS.iter().find(|known| known.name == setting).expect("a setting");
            sources.add_flag(setting, text);
        }
        let settings = Config::load(&sources).expect("valid").cluster;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let session = runtime.block_on(Connector::new(settings.clone()).connect()).expect("the node answers");
        Self { name, settings, session, runtime }
    }

    /// One that has the schema.
    pub(crate) fn migrated() -> Self {
        let keyspace = Self::new();
        keyspace.migrate(&[]).well();
        keyspace
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Runs a statement in which `KS` stands for the keyspace.
    pub(crate) fn run(&self, statement: &str) {
        let statement = statement.replace("KS", &self.name);
        self.wait(self.session.query_unpaged(statement.as_str(), ())).expect("it can be run");
    }

    /// The rows of a query in which `KS` stands for the keyspace.
    pub(crate) fn rows<R>(&self, query: &str) -> Vec<R>
    where
        R: for<'row> DeserializeRow<'row, 'row>,
    {
        let query = query.replace("KS", &self.name);
        let result = self.wait(self.session.query_unpaged(query.as_str(), ())).expect("an answer");
        let rows = result.into_rows_result().expect("rows");
        rows.rows::<R>().expect("of this type").map(|row| row.expect("readable")).collect()
    }

    pub(crate) fn exists(&self) -> bool {
        let query = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = 'KS'";
        !self.rows::<(String,)>(query).is_empty()
    }

    /// Each table and its id.
    pub(crate) fn table_ids(&self) -> Vec<(String, String)> {
        let query = "SELECT table_name, id FROM system_schema.tables WHERE keyspace_name = 'KS'";
        let rows = self.rows::<(String, scylla::value::CqlValue)>(query);
        rows.into_iter().map(|(table, id)| (table, id.as_uuid().expect("an id").to_string())).collect()
    }

    /// `jubilee migrate` with these arguments.
    pub(crate) fn migrate(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(PROGRAM);
        command.arg("migrate").args(arguments);
        for (name, text) in settings_of(&self.name) {
            command.env(format!("JUBILEE_{name}"), text);
        }
        finish(command, "")
    }

    /// What an instance of a region thinks of the schema.
    pub(crate) fn check(&self, region: &str) -> SchemaState {
        let region = Region::parse(region).expect("a name");
        self.wait(schema::check(&self.session, &self.name, &region)).expect("an answer")
    }
}

fn settings_of(keyspace: &str) -> Vec<(&'static str, String)> {
    let mut settings = node().node_settings();
    settings.push(("CLUSTER_KEYSPACE", keyspace.to_owned()));
    settings
}

impl Drop for Keyspace {
    fn drop(&mut self) {
        // A test that failed because the node is gone has said so already.
        let statement = format!("DROP KEYSPACE IF EXISTS {}", self.name);
        let _ = self.runtime.block_on(self.session.query_unpaged(statement, ()));
    }
}
