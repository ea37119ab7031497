//! How the cluster is reached and used.

use super::credentials::{self, Secret};
use super::settings;
use super::sources::Reader;
use super::values;
use crate::domain::Region;
use std::path::PathBuf;
use std::time::Duration;

const MAX_KEYSPACE_BYTES: usize = 48;

/// Everything about the cluster that can be set, checked.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// Nodes to find the cluster through, `host:port` each.
    pub nodes: Vec<String>,
    /// What the cluster calls this instance's region.
    pub datacenter: Region,
    /// The keyspace that holds the tables.
    pub keyspace: String,
    /// Replicas in each region, for `migrate`.
    pub replication: Vec<(Region, usize)>,
    /// Who answers while this region's data centre is lost.
    pub failover_regions: FailoverRegions,
    /// How long this region's data centre may be lost before the instance turns un-ready.
    pub failover_grace: Duration,
    /// The user name that the cluster is given, and the password.
    pub credentials: Option<(String, Secret)>,
    /// The authorities that sign the nodes' certificates; without it TLS is not used.
    pub ca_file: Option<PathBuf>,
}

/// Who answers while this region's data centre is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailoverRegions {
    /// The nearest first, as measured.
    ByRoundTrip,
    /// These, in this order; nobody if there are none.
    InOrder(Vec<Region>),
}

impl ClusterSettings {
    pub(super) fn read(read: &mut Reader<'_>, region: &Region) -> Self {
        Self {
            nodes: read.value(&settings::CLUSTER_NODES, nodes),
            datacenter: read.value_or(
                &settings::CLUSTER_DATACENTER,
                |text| Region::parse(text).ok(),
                || region.clone(),
            ),
            keyspace: read.value(&settings::CLUSTER_KEYSPACE, keyspace),
            replication: read.value(&settings::CLUSTER_REPLICATION, replication),
            failover_regions: read.value_or(&settings::CLUSTER_FAILOVER_REGIONS, failover_regions, || {
                FailoverRegions::ByRoundTrip
            }),
            failover_grace: read.value(&settings::CLUSTER_FAILOVER_GRACE, values::duration("0s", "1h")),
            credentials: credentials::read(read),
            ca_file: read.optional(&settings::CLUSTER_CA_FILE, values::path),
        }
    }
}

/// The parts between commas, each of them understood, none of them twice; at least one.
fn list<T: PartialEq>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let parts: Vec<T> = text.split(',').map(|part| parse(part.trim())).collect::<Option<_>>()?;
    (!has_twice(&parts)).then_some(parts)
}

fn has_twice<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().any(|(index, item)| items[..index].contains(item))
}

fn nodes(text: &str) -> Option<Vec<String>> {
    list(text, |node| {
        let (host, port) = node.rsplit_once(':')?;
        let port: u16 = port.parse().ok()?;
        (!host.is_empty() && port != 0 && !host.contains(char::is_whitespace)).then(|| node.to_owned())
    })
}

fn keyspace(text: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let good = text.len() <= MAX_KEYSPACE_BYTES
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(allowed);
    good.then(|| text.to_owned())
}

fn replication(text: &str) -> Option<Vec<(Region, usize)>> {
    let regions = list(text, |part| {
        let (region, replicas) = part.split_once(':')?;
        let replicas = replicas.parse().ok().filter(|replicas| (1..=9).contains(replicas))?;
        Some((Region::parse(region).ok()?, replicas))
    })?;
    let names: Vec<_> = regions.iter().map(|(region, _)| region).collect();
    (!has_twice(&names)).then_some(regions)
}

fn failover_regions(text: &str) -> Option<FailoverRegions> {
    match text {
        "none" => Some(FailoverRegions::InOrder(Vec::new())),
        regions => list(regions, |region| Region::parse(region).ok()).map(FailoverRegions::InOrder),
    }
}

#[cfg(test)]
mod tests {
    use super::{FailoverRegions, failover_regions, keyspace, nodes, replication};
    use crate::domain::Region;

    fn region(name: &str) -> Region {
        Region::parse(name).expect("a name")
    }

    #[test]
    fn nodes_are_hosts_with_ports() {
        assert_eq!(nodes("a:1, [::1]:2").expect("two"), ["a:1", "[::1]:2"]);
        for text in ["", "a", "a:", ":1", "a:0", "a:65536", "a:1,", "a:1,a:1", "a b:1"] {
            assert_eq!(nodes(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_keyspace_needs_no_quotes_in_cql() {
        assert!(keyspace("jubilee_2").is_some());
        for text in ["", "Jubilee", "2j", "j-b", "j;b", &"j".repeat(49)] {
            assert_eq!(keyspace(text), None, "{text:?}");
        }
    }

    #[test]
    fn replication_names_each_region_once() {
        assert_eq!(replication("eu:3,us:1"), Some(vec![(region("eu"), 3), (region("us"), 1)]));
        for text in ["", "eu", "eu:0", "eu:10", "eu:3,eu:1", "eu:3;us:1"] {
            assert_eq!(replication(text), None, "{text:?}");
        }
    }

    #[test]
    fn failover_can_be_ordered_or_turned_off() {
        let in_order =
            |names: &[&str]| Some(FailoverRegions::InOrder(names.iter().map(|name| region(name)).collect()));
        assert_eq!(failover_regions("none"), in_order(&[]));
        assert_eq!(failover_regions("us,ap"), in_order(&["us", "ap"]));
        assert_eq!(failover_regions("us,us"), None);
    }
}
