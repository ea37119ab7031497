//! The parts of a laboratory by name and place.

use super::Lab;
use crate::cassandra::{Node, NodePlan, Security};
use crate::keeper::Process;
use crate::plan::Region;
use crate::{http, instance};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What one question may take.
pub(super) const ASK: Duration = Duration::from_secs(2);

/// Where an instance is served.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The API.
    pub public: SocketAddr,
    /// Metrics and commands.
    pub admin: SocketAddr,
}

impl Instance {
    pub(super) fn new(region: &Region<'_>) -> Self {
        Self { public: region.public(), admin: region.admin() }
    }

    /// The API, past the balancer.
    pub fn url(&self) -> String {
        format!("http://{}", self.public)
    }

    /// Metrics and commands.
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin)
    }

    /// Whether `/readyz` says yes.
    pub fn is_ready(&self) -> bool {
        http::get(self.public, "/readyz", None, ASK).is_ok_and(|answer| answer.status == 200)
    }

    /// The status and the body of `/readyz`.
    ///
    /// # Errors
    /// Why there is none.
    pub fn readiness(&self) -> io::Result<(u16, String)> {
        http::get(self.public, "/readyz", None, ASK).map(|answer| (answer.status, answer.body))
    }
}

impl Lab {
    /// The names of all parts that have a log: nodes such as `eu-1`, instances such as `eu-instance`, `balancer`, and
    /// those who watch.
    pub fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        for region in self.plan.regions() {
            parts.extend((1..=region.nodes().len()).map(|number| format!("{}-{number}", region.name())));
            if self.plan.options.instances {
                parts.push(format!("{}-instance", region.name()));
            }
        }
        parts.push("balancer".into());
        parts.extend(self.observers().iter().map(|observer| observer.name().to_owned()));
        parts
    }

    /// The process id of a part, by its name in [`Lab::parts`], while it runs.
    pub fn pid(&self, part: &str) -> Option<u32> {
        Process::new(&self.folder, part).pid()
    }

    pub(super) fn nodes_of(&self, region: &Region<'_>) -> Vec<Node> {
        let addresses = region.nodes();
        let count = addresses.len();
        addresses
            .into_iter()
            .enumerate()
            .map(|(index, address)| self.node(region, index, count, address))
            .collect()
    }

    fn node(&self, region: &Region<'_>, index: usize, count: usize, address: Ipv4Addr) -> Node {
        let name = format!("{}-{}", region.name(), index + 1);
        // Spread evenly within a region; regions a little apart, since no two nodes may have the same.
        let step = u64::MAX / count as u64;
        let token = i64::MIN.wrapping_add_unsigned(step * index as u64) + 1000 * (region.index as i64 + 1);
        let plan = NodePlan {
            cluster: format!("jubilee-{}", self.plan.number),
            datacenter: region.name().to_owned(),
            folder: self.folder.join("data").join(&name),
            token,
            heap_megabytes: self.plan.options.heap_megabytes,
            for_load: self.plan.options.for_load,
            jmx_port: Some(7199 + u16::try_from(index).expect("a few nodes")),
            security: Security::default(),
        };
        Node { plan, address, process: Process::new(&self.folder, &name) }
    }

    /// Every node: one that finds nobody else, as in a partition, starts all the same only if it is a seed itself.
    pub(super) fn seeds(&self) -> Vec<Ipv4Addr> {
        self.plan.regions().flat_map(|region| region.nodes()).collect()
    }

    pub(super) fn instance_process(&self, region: &Region<'_>) -> Process {
        instance::process(region, &self.folder)
    }
}
