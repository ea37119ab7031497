//! A cluster that is there already, for the suites to run on.

use std::collections::BTreeSet;

/// What `JUBILEE_TEST_CLUSTER` names: contact points `datacenter=host:port`, separated by commas, the nearest data centre
/// first; several of one data centre are several points. It demands neither password nor TLS.
///
/// ```
/// use jubilee_test_support::NamedCluster;
///
/// let cluster = NamedCluster::parse("eu=10.0.0.1:9042,us=10.0.1.1:9042,eu=10.0.0.2:9042").expect("good");
/// assert_eq!(cluster.datacenters(), ["eu", "us"]);
/// let settings = cluster.settings("us", &["us"]);
/// assert!(settings.contains(&("CLUSTER_NODES", "10.0.1.1:9042,10.0.0.1:9042,10.0.0.2:9042".into())));
/// assert!(settings.contains(&("CLUSTER_REPLICATION", "us:1".into())));
/// assert!(NamedCluster::parse("10.0.0.1:9042").is_err());
/// ```
#[derive(Clone, Debug)]
pub struct NamedCluster {
    /// Data centre and address of each point.
    points: Vec<(String, String)>,
}

impl NamedCluster {
    /// The cluster that the suites are told to run on; without one each starts its own.
    ///
    /// # Panics
    /// If the variable is set and cannot be understood.
    pub fn from_environment() -> Option<Self> {
        let text = std::env::var("JUBILEE_TEST_CLUSTER").ok()?;
        Some(Self::parse(&text).unwrap_or_else(|fault| panic!("JUBILEE_TEST_CLUSTER: {fault}")))
    }

    /// # Errors
    /// Which part is not `datacenter=host:port`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let point = |part: &str| {
            let fault = || format!("{part:?} is not datacenter=host:port");
            let (datacenter, address) = part.trim().split_once('=').ok_or_else(fault)?;
            let (host, port) = address.rsplit_once(':').ok_or_else(fault)?;
            let good = !datacenter.is_empty() && !host.is_empty() && port.parse::<u16>().is_ok();
            good.then(|| (datacenter.to_owned(), address.to_owned())).ok_or_else(fault)
        };
        Ok(Self { points: text.split(',').map(point).collect::<Result<_, _>>()? })
    }

    /// Its data centres, in the order in which they were named.
    pub fn datacenters(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let all = self.points.iter().map(|(datacenter, _)| datacenter.as_str());
        all.filter(|datacenter| seen.insert(*datacenter)).collect()
    }

    /// What an instance in a data centre is told, with one replica in each of some data centres: names without
    /// `JUBILEE_`, and values.
    pub fn settings(&self, datacenter: &str, replicated_to: &[&str]) -> Vec<(&'static str, String)> {
        let (near, far): (Vec<_>, Vec<_>) = self.points.iter().partition(|(point, _)| point == datacenter);
        let nodes: Vec<_> = near.into_iter().chain(far).map(|(_, address)| address.as_str()).collect();
        let replication: Vec<_> = replicated_to.iter().map(|datacenter| format!("{datacenter}:1")).collect();
        vec![
            ("STORE", "cluster".to_owned()),
            ("REGION", datacenter.to_owned()),
            ("CLUSTER_NODES", nodes.join(",")),
            ("CLUSTER_REPLICATION", replication.join(",")),
        ]
    }
}
