//! One plain node on a loopback address.

use crate::cassandra::{
    self, CQL_PORT, Java, Node, NodePlan, STORAGE_PORT, Security, certificate_path, ready_java,
};
use crate::keeper::{Estate, Process};
use crate::{Knock, LabError, Life, loopback, probe};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a [`SingleNode`] is set up.
#[derive(Clone, Debug)]
pub struct SingleNodeOptions {
    /// The region, and so the data centre, that it stands in.
    pub region: String,
    /// The heap of its JVM; it takes about 400 MB more.
    pub heap_megabytes: u32,
    /// Whether Java compiles for throughput: for benches. A start takes twice the time of the processor.
    pub for_load: bool,
    /// What it demands of its clients.
    pub security: Security,
}

impl Default for SingleNodeOptions {
    fn default() -> Self {
        Self { region: "eu".into(), heap_megabytes: 384, for_load: false, security: Security::default() }
    }
}

/// A real Cassandra node on a free address 127.x.y.z with the usual ports; needs no root.
///
/// Dropped, or its owner dead in whatever way, it ends and its data goes.
///
/// ```no_run
/// use jubilee_lab::{LabError, SingleNode, SingleNodeOptions};
///
/// # fn main() -> Result<(), LabError> {
/// let mut node = SingleNode::start(&SingleNodeOptions::default())?;
/// println!("CQL at {}", node.address());
/// node.kill()?;
/// node.restart()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SingleNode {
    java: Java,
    node: Node,
    // The estate ends its processes first, then the folder goes.
    _estate: Estate,
}

impl SingleNode {
    /// Starts a node and waits until it serves CQL.
    ///
    /// # Errors
    /// If Java or the jars cannot be had, or the node does not come up.
    pub fn start(options: &SingleNodeOptions) -> Result<Self, LabError> {
        let java = ready_java(&|_| {})?;
        let folder = tempfile::Builder::new().prefix("jubilee-node-").tempdir();
        let folder = folder.map_err(LabError::file(&std::env::temp_dir()))?;
        let estate = Estate::found(folder.path())?;
        // From here on the keeper removes it, even when this process is killed.
        let folder = folder.keep();
        let plan = NodePlan {
            cluster: "jubilee".into(),
            datacenter: options.region.clone(),
            folder: folder.join("node"),
            token: 0,
            heap_megabytes: options.heap_megabytes,
            for_load: options.for_load,
            jmx_port: None,
            security: options.security,
        };
        let node = Node { plan, address: free_address()?, process: Process::new(&folder, "node") };
        let single = Self { java, node, _estate: estate };
        single.begin()?;
        Ok(single)
    }

    fn begin(&self) -> Result<(), LabError> {
        self.node.start(&self.java, &[self.node.address], |command| command)?;
        self.node.wait_until_it_answers()
    }

    /// Where it serves CQL.
    pub fn address(&self) -> SocketAddr {
        self.node.cql()
    }

    /// What an instance needs to use it: names without `JUBILEE_` and values, with replication factor 1.
    pub fn node_settings(&self) -> Vec<(&'static str, String)> {
        let region = &self.node.plan.datacenter;
        let mut settings = vec![
            ("STORE", "cluster".to_owned()),
            ("REGION", region.clone()),
            ("CLUSTER_NODES", self.address().to_string()),
            ("CLUSTER_REPLICATION", format!("{region}:1")),
        ];
        if self.node.plan.security.password {
            settings.push(("CLUSTER_USERNAME", "cassandra".to_owned()));
            settings.push(("CLUSTER_PASSWORD", "cassandra".to_owned()));
        }
        settings.extend(self.certificate().map(|path| ("CLUSTER_CA_FILE", path.display().to_string())));
        settings
    }

    /// The certificate that it shows, in PEM, if it demands TLS. It is made anew at each start.
    pub fn certificate(&self) -> Option<PathBuf> {
        self.node.plan.security.tls.then(|| certificate_path(&self.node.plan))
    }

    /// Where its files lie, while it lives.
    pub fn folder(&self) -> &Path {
        self.node.plan.folder.parent().expect("it is joined to one")
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.node.process.pid()
    }

    /// Whether its process runs.
    pub fn life(&self) -> Life {
        self.node.process.life()
    }

    /// What it says to a client that knocks now (on a node that demands TLS nothing can answer).
    pub fn knock(&self, at_most: Duration) -> Knock {
        probe::knock(self.address(), at_most)
    }

    /// Kills it with SIGKILL and waits until it is gone. Its data stays.
    ///
    /// # Errors
    /// If it does not go.
    pub fn kill(&mut self) -> Result<(), LabError> {
        self.node.process.kill()
    }

    /// Stops it in its tracks (SIGSTOP): connections stand, nothing answers.
    ///
    /// # Errors
    /// If it cannot be signalled.
    pub fn hang(&mut self) -> Result<(), LabError> {
        self.node.process.hang()
    }

    /// Lets it go on after [`SingleNode::hang`].
    ///
    /// # Errors
    /// If it cannot be signalled.
    pub fn resume(&mut self) -> Result<(), LabError> {
        self.node.process.resume()
    }

    /// Starts it again, with its data and at its address; one that runs is ended first, in good order. Waits until it
    /// serves CQL.
    ///
    /// # Errors
    /// If it does not end or does not come up.
    pub fn restart(&mut self) -> Result<(), LabError> {
        self.restart_at(self.node.address)
    }

    /// Starts it again with its data, but at another address; see [`free_address`].
    ///
    /// # Errors
    /// If it does not end or does not come up.
    pub fn restart_at(&mut self, address: Ipv4Addr) -> Result<(), LabError> {
        self.node.process.stop(cassandra::STOP)?;
        self.node.address = address;
        self.begin()
    }

    /// All that it has logged.
    pub fn log(&self) -> String {
        self.node.process.log()
    }
}

/// A loopback address whose ports for CQL and for other nodes are free.
///
/// # Errors
/// If none is found.
pub fn free_address() -> Result<Ipv4Addr, LabError> {
    loopback::free(&[CQL_PORT, STORAGE_PORT])
}
