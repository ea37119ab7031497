//! The laboratory as a whole: up, its addresses, down.

mod drill;
mod faults;
mod observed;
mod parts;
mod recovery;
mod shifts;
mod start;
mod status;
mod top;
mod traffic;

pub use drill::{DRILLS, Drill, DrillReport, Rang};
pub use faults::Target;
pub use parts::Instance;
pub use status::Status;
pub use top::{Reading, View};
pub use traffic::Traffic;

use crate::cassandra::Node;
use crate::keeper::{Estate, Process};
use crate::plan::{Plan, Region};
use crate::{LabError, Options, claim};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Regions on one machine, each in a network namespace of its own: real Cassandra nodes, an instance in each region, and
/// HAProxy in front as the geo-routed address. Needs root.
///
/// Dropped, or its owner dead in whatever way, everything ends and goes: processes, namespaces, addresses, files.
///
/// ```no_run
/// use jubilee_lab::{Lab, LabError, Options, Target};
///
/// # fn main() -> Result<(), LabError> {
/// let lab = Lab::up(&Options::new("target/release/jubilee").nodes("eu", 3))?;
/// println!("{} from {}", lab.geo_url(), lab.client_address("us")?);
/// lab.partition("eu", "us")?;
/// lab.heal()?;
/// lab.kill(Target::Node("eu", 2))?;
/// lab.start(Target::Nodes("eu"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Lab {
    plan: Plan,
    folder: PathBuf,
    /// Of the owner only: whoever comes from a second terminal leaves it running.
    estate: Option<Estate>,
}

impl Lab {
    /// Starts a laboratory and waits until every region serves its own clients.
    ///
    /// # Errors
    /// If it is not run by root, something is not installed, or a part does not come up.
    pub fn up(options: &Options) -> Result<Self, LabError> {
        Self::up_reporting(options, &|_| {})
    }

    /// The same, saying what it does.
    ///
    /// # Errors
    /// As [`Lab::up`].
    pub fn up_reporting(options: &Options, report: &dyn Fn(&str)) -> Result<Self, LabError> {
        claim::require_root()?;
        start::require_tools(options, report)?;
        let java = start::java(options, report)?;
        let (plan, estate) = claim::claim(options)?;
        let folder = estate.folder().to_owned();
        let lab = Self { plan, folder, estate: Some(estate) };
        start::bring_up(&lab, java.as_ref(), report)?;
        Ok(lab)
    }

    /// The laboratory that another process owns: the one of this number, or the only one.
    ///
    /// # Errors
    /// If there is none, or no only one.
    pub fn find(number: Option<u16>) -> Result<Self, LabError> {
        claim::require_root()?;
        let (plan, folder) = claim::find(number)?;
        Ok(Self { plan, folder, estate: None })
    }

    /// Its number, which is part of all its names and addresses.
    pub fn number(&self) -> u16 {
        self.plan.number
    }

    /// The names of its regions.
    pub fn regions(&self) -> Vec<&str> {
        self.plan.regions().map(|region| region.name()).collect()
    }

    /// Where the balancer listens.
    pub fn geo_address(&self) -> SocketAddr {
        (self.plan.balancer(), 8080).into()
    }

    /// The address that every client is given, whatever its region.
    pub fn geo_url(&self) -> String {
        format!("http://{}", self.geo_address())
    }

    /// The address on this host that a client of that region asks from.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn client_address(&self, region: &str) -> Result<Ipv4Addr, LabError> {
        Ok(self.plan.region(region)?.client())
    }

    /// The instance of a region.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn instance(&self, region: &str) -> Result<Instance, LabError> {
        Ok(Instance::new(&self.plan.region(region)?))
    }

    /// Where the nodes of a region serve CQL, the first one's first.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn nodes(&self, region: &str) -> Result<Vec<SocketAddr>, LabError> {
        Ok(self.nodes_of(&self.plan.region(region)?).iter().map(Node::cql).collect())
    }

    /// What an instance of that region is told, variables and values: for one more of them, or for a command.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn environment(&self, region: &str) -> Result<Vec<(String, String)>, LabError> {
        let region = self.plan.region(region)?;
        Ok(crate::instance::environment(&self.plan, &region, &self.folder.join("data")))
    }

    /// Where others may keep what belongs to it; it goes with it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The log of a part, by its name in [`Lab::parts`].
    ///
    /// # Errors
    /// If there is no such part.
    pub fn log_path(&self, part: &str) -> Result<PathBuf, LabError> {
        if self.parts().iter().any(|known| known == part) {
            return Ok(Process::new(&self.folder, part).log_path());
        }
        let known = self.parts().join(", ");
        Err(LabError::failed(format!("{part} is not a part of this laboratory; these are: {known}")))
    }

    /// Ends the laboratory, whoever owns it, and waits until nothing is left.
    ///
    /// # Errors
    /// If its owner cannot be ended.
    pub fn down(self) -> Result<(), LabError> {
        if self.estate.is_some() {
            // Its drop does the rest.
            return Ok(());
        }
        start::end_owner(&self.folder)
    }

    fn region(&self, name: &str) -> Result<Region<'_>, LabError> {
        self.plan.region(name)
    }
}
