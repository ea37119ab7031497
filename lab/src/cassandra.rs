//! One Cassandra node: its files, its process, whether it answers.

mod archive;
mod certificate;
pub(crate) mod jars;
mod java;
mod settings;

pub(crate) use archive::ready as ready_java;
pub(crate) use certificate::path as certificate_path;
pub(crate) use java::Java;

use crate::LabError;
use crate::keeper::{Life, Process};
use crate::probe::{self, Knock};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Where CQL is served.
pub(crate) const CQL_PORT: u16 = 9042;
/// Where nodes talk to each other.
pub(crate) const STORAGE_PORT: u16 = 7000;

/// How long a node may take to answer: several start at once, perhaps beside a build, on two cores.
const START: Duration = Duration::from_secs(240);
/// What a node may take to end in good order.
pub(crate) const STOP: Duration = Duration::from_secs(30);
/// What a node logs when it has made the one role that is known at first, which is after it has begun to serve CQL.
const FIRST_ROLE_IS_THERE: &str = "Created default superuser role";
/// What one question to a node may take.
const ASK: Duration = Duration::from_secs(1);

/// What a node demands of its clients.
#[derive(Clone, Copy, Debug, Default)]
pub struct Security {
    /// A name and a password; at first only `cassandra` with the password `cassandra` is known.
    pub password: bool,
    /// TLS, and nothing but TLS, with a certificate for the node's address that is made when the node starts.
    pub tls: bool,
}

/// What stays the same through all the starts of a node.
#[derive(Clone, Debug)]
pub(crate) struct NodePlan {
    pub(crate) cluster: String,
    pub(crate) datacenter: String,
    /// Its files, data included.
    pub(crate) folder: PathBuf,
    /// Where its part of the ring begins; given, so that nodes that start at once cannot choose the same.
    pub(crate) token: i64,
    pub(crate) heap_megabytes: u32,
    /// Whether Java compiles for throughput, which makes a start twice as dear.
    pub(crate) for_load: bool,
    /// Where nodetool finds it, on the loopback of its namespace; nowhere, if there is none.
    pub(crate) jmx_port: Option<u16>,
    pub(crate) security: Security,
}

/// A node and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) plan: NodePlan,
    pub(crate) address: Ipv4Addr,
    pub(crate) process: Process,
}

impl Node {
    /// Where it serves CQL.
    pub(crate) fn cql(&self) -> SocketAddr {
        (self.address, CQL_PORT).into()
    }

    /// Starts it, with its data if it has any; `place` turns the command into one that runs where the node belongs.
    pub(crate) fn start(
        &self,
        java: &Java,
        seeds: &[Ipv4Addr],
        place: impl FnOnce(Command) -> Command,
    ) -> Result<(), LabError> {
        settings::write(&self.plan, self.address, seeds)?;
        if self.plan.security.tls {
            certificate::make(&self.plan, self.address)?;
        }
        self.process.start(&place(java.node(&self.plan)))
    }

    /// Waits until it serves CQL.
    pub(crate) fn wait_until_it_answers(&self) -> Result<(), LabError> {
        if self.process.comes_to(START, || self.answers()) {
            return Ok(());
        }
        Err(self.process.failure(format!("the Cassandra node at {} does not answer", self.cql())))
    }

    /// Whether it serves CQL now, to those whom it is to know.
    pub(crate) fn answers(&self) -> bool {
        if self.plan.security.password && !self.process.log().contains(FIRST_ROLE_IS_THERE) {
            return false;
        }
        if self.plan.security.tls {
            // It takes a handshake to hear more; the port opens when all else is ready.
            return self.process.life() == Life::Up && probe::accepts(self.cql(), ASK);
        }
        probe::knock(self.cql(), ASK) == Knock::Answered
    }
}
