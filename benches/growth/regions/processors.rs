//! Whose processor time it is: the instance's, that of its own region's nodes, or that of other regions' nodes.

use crate::support::processor::seconds_of;
use crate::support::server::Server;
use crate::support::statistics::median;
use jubilee_lab::Lab;
use std::fmt;
use std::io;
use std::ops::Sub;

/// Seconds of processor time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) instance: f64,
    pub(crate) own_nodes: f64,
    pub(crate) other_nodes: f64,
}

impl Used {
    /// The names of the columns, for [`fmt::Display`].
    pub(crate) const COLUMNS: &str = "instance, processor µs | its region's nodes | other regions' nodes";

    /// The medians, each by itself.
    pub(crate) fn median(all: impl Iterator<Item = Self> + Clone) -> Self {
        let of = |part: fn(Self) -> f64| median(all.clone().map(part));
        Self {
            instance: of(|one| one.instance),
            own_nodes: of(|one| one.own_nodes),
            other_nodes: of(|one| one.other_nodes),
        }
    }

    /// What has been used so far, as an instance of this region sees it.
    pub(crate) fn so_far(lab: &Lab, region: &str, server: &Server) -> io::Result<Self> {
        let mut used = Self { instance: server.cpu_seconds()?, ..Self::default() };
        for name in lab.regions() {
            let nodes = lab.nodes(name).map_err(io::Error::other)?.len();
            for number in 1..=nodes {
                let node = lab.pid(&format!("{name}-{number}"));
                let seconds = seconds_of(node.ok_or_else(|| io::Error::other("a node does not run"))?)?;
                if name == region { used.own_nodes += seconds } else { used.other_nodes += seconds }
            }
        }
        Ok(used)
    }

    /// The same, in microseconds for each of so many requests, once what all of this uses at rest is taken away.
    pub(crate) fn of_each(self, at_rest: Self, requests: f64) -> Self {
        let each = |used: f64, at_rest: f64| (used - at_rest) / requests * 1e6;
        Self {
            instance: each(self.instance, at_rest.instance),
            own_nodes: each(self.own_nodes, at_rest.own_nodes),
            other_nodes: each(self.other_nodes, at_rest.other_nodes),
        }
    }

    /// What is used in so long a time, if it goes on like that.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self {
            instance: self.instance * factor,
            own_nodes: self.own_nodes * factor,
            other_nodes: self.other_nodes * factor,
        }
    }
}

impl fmt::Display for Used {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, own_nodes, other_nodes } = self;
        write!(formatter, "{instance:.0} | {own_nodes:.0} | {other_nodes:.0}")
    }
}

impl Sub for Used {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            instance: self.instance - before.instance,
            own_nodes: self.own_nodes - before.own_nodes,
            other_nodes: self.other_nodes - before.other_nodes,
        }
    }
}
