//! Names and addresses of a laboratory: all of them follow from its number and its options.
//!
//! Each laboratory has one /24 of 198.18.0.0/15, which is set aside for tests of networks (RFC 2544), and region number
//! r, from 1, has the block .(32r)/27 in it.

use crate::{LabError, Options, RegionOptions};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// How many laboratories fit into 198.18.0.0/15.
pub(crate) const NUMBERS: u16 = 512;

const REGIONS: usize = 6;
const NODES: u8 = 20;

/// A laboratory on paper.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) number: u16,
    pub(crate) options: Options,
}

impl Plan {
    /// # Errors
    /// If regions are too many, have too many nodes, or bad names.
    pub(crate) fn new(number: u16, options: &Options) -> Result<Self, LabError> {
        let regions = &options.regions;
        if regions.is_empty() || regions.len() > REGIONS {
            return Err(LabError::failed(format!(
                "there may be 1 to {REGIONS} regions, not {}",
                regions.len()
            )));
        }
        for (index, RegionOptions { name, nodes }) in regions.iter().enumerate() {
            let plain =
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if name.is_empty() || name.len() > 16 || !plain {
                return Err(LabError::failed(format!(
                    "{name:?} is not a region name: 1 to 16 of a-z, 0-9 and -"
                )));
            }
            if regions[..index].iter().any(|earlier| earlier.name == *name) {
                return Err(LabError::failed(format!("the region {name} is named twice")));
            }
            if *nodes > NODES {
                return Err(LabError::failed(format!("{name} may have up to {NODES} nodes, not {nodes}")));
            }
        }
        Ok(Self { number, options: options.clone() })
    }

    /// The third and second number of every address: 198.18.0.x to 198.19.255.x.
    fn host(&self, last: u8) -> Ipv4Addr {
        let [high, low] = self.number.to_be_bytes();
        Ipv4Addr::new(198, 18 + high, low, last)
    }

    /// Where the balancer listens.
    pub(crate) fn balancer(&self) -> Ipv4Addr {
        self.host(1)
    }

    pub(crate) fn bridge(&self) -> String {
        format!("jb{}", self.number)
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = Region<'_>> {
        (0..self.options.regions.len()).map(|index| Region { plan: self, index })
    }

    /// # Errors
    /// If there is no such region.
    pub(crate) fn region(&self, name: &str) -> Result<Region<'_>, LabError> {
        self.regions().find(|region| region.name() == name).ok_or_else(|| {
            let known: Vec<_> = self.regions().map(|region| region.name().to_owned()).collect();
            LabError::failed(format!(
                "{name} is not a region of this laboratory; these are: {}",
                known.join(", ")
            ))
        })
    }

    /// Whether there is a database at all.
    pub(crate) fn has_nodes(&self) -> bool {
        self.options.regions.iter().any(|region| region.nodes > 0)
    }
}

/// One region of a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region<'plan> {
    plan: &'plan Plan,
    pub(crate) index: usize,
}

impl<'plan> Region<'plan> {
    pub(crate) fn name(&self) -> &'plan str {
        &self.plan.options.regions[self.index].name
    }

    fn address(&self, offset: usize) -> Ipv4Addr {
        let last = 32 * (self.index + 1) + offset;
        self.plan.host(u8::try_from(last).expect("at most 6 regions of 32"))
    }

    /// Its part of the network.
    pub(crate) fn block(&self) -> String {
        format!("{}/27", self.address(0))
    }

    pub(crate) fn namespace(&self) -> String {
        format!("jubilee-{}-{}", self.plan.number, self.name())
    }

    /// The end of its cable in the bridge; such names may have 15 characters.
    pub(crate) fn link(&self) -> String {
        format!("{}-{}", self.plan.bridge(), self.index + 1)
    }

    /// Who asks from here belongs to this region; on the host.
    pub(crate) fn client(&self) -> Ipv4Addr {
        self.address(1)
    }

    pub(crate) fn instance(&self) -> Ipv4Addr {
        self.address(2)
    }

    pub(crate) fn public(&self) -> SocketAddr {
        (self.instance(), 8080).into()
    }

    pub(crate) fn admin(&self) -> SocketAddr {
        (self.instance(), 9180).into()
    }

    /// The addresses of its nodes, the first one's first.
    pub(crate) fn nodes(&self) -> Vec<Ipv4Addr> {
        let nodes = usize::from(self.plan.options.regions[self.index].nodes);
        (1..=nodes).map(|number| self.address(10 + number)).collect()
    }

    /// This region, then all others in their order: whom a client of this region may be served by.
    pub(crate) fn nearest_first(&self) -> Vec<Self> {
        let mut regions: Vec<_> = self.plan.regions().collect();
        let own = regions.remove(self.index);
        regions.insert(0, own);
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::Options;

    fn plan(number: u16, options: &Options) -> Plan {
        Plan::new(number, options).expect("a good plan")
    }

    #[test]
    fn addresses_follow_from_the_number_and_the_region() {
        let plan = plan(300, &Options::new("jubilee").nodes("us", 2));
        let us = plan.region("us").expect("it is one");
        assert_eq!(plan.balancer().to_string(), "198.19.44.1");
        assert_eq!((us.block(), us.client().to_string()), ("198.19.44.64/27".into(), "198.19.44.65".into()));
        assert_eq!(us.public().to_string(), "198.19.44.66:8080");
        let nodes: Vec<_> = us.nodes().iter().map(ToString::to_string).collect();
        assert_eq!(nodes, ["198.19.44.75", "198.19.44.76"]);
        assert_eq!((us.namespace().as_str(), us.link().as_str()), ("jubilee-300-us", "jb300-2"));
        let order: Vec<_> = us.nearest_first().iter().map(|region| region.name().to_owned()).collect();
        assert_eq!(order, ["us", "eu", "ap"]);
    }

    #[test]
    fn six_regions_of_twenty_nodes_fit_into_their_blocks() {
        let mut options = Options::new("jubilee");
        for name in ["eu", "us", "ap", "sa", "af", "me"] {
            options = options.nodes(name, 20);
        }
        let plan = plan(511, &options);
        let last = plan.region("me").expect("it is one");
        assert_eq!(
            (last.block().as_str(), last.nodes()[19].to_string().as_str()),
            ("198.19.255.192/27", "198.19.255.222")
        );
        assert!(Plan::new(0, &options.nodes("oc", 1)).is_err());
    }

    #[test]
    fn bad_regions_are_refused() {
        let options = Options::new("jubilee");
        assert!(Plan::new(0, &options.clone().nodes("e u", 1)).is_err());
        assert!(Plan::new(0, &options.clone().nodes("eu", 21)).is_err());
        let mut twice = options;
        twice.regions.push(twice.regions[0].clone());
        assert!(Plan::new(0, &twice).is_err());
    }
}
