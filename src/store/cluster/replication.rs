//! How many replicas each region keeps: as it is, as it is wanted, and the way from one to the other.

use crate::domain::Region;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

const STRATEGY: &str = "NetworkTopologyStrategy";

/// Replicas by datacenter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replication {
    strategy: String,
    /// As texts: other strategies and kinds of replicas have values that are no numbers.
    factors: BTreeMap<String, String>,
}

impl Replication {
    /// What `CLUSTER_REPLICATION` asks for.
    pub(super) fn wanted(regions: &[(Region, usize)]) -> Self {
        let factors = regions.iter().map(|(region, replicas)| (region.to_string(), replicas.to_string()));
        Self { strategy: STRATEGY.to_owned(), factors: factors.collect() }
    }

    /// What the cluster's catalogue says.
    pub(super) fn from_options(mut options: BTreeMap<String, String>) -> Self {
        let class = options.remove("class").unwrap_or_default();
        let strategy = class.rsplit('.').next().unwrap_or_default().to_owned();
        options.retain(|_, replicas| replicas != "0");
        Self { strategy, factors: options }
    }

    /// Whether a region has replicas.
    pub(super) fn knows(&self, region: &Region) -> bool {
        self.strategy == STRATEGY && self.factors.contains_key(region.as_str())
    }

    /// How many replicas, unless they are no plain number.
    fn replicas(&self, region: &str) -> Option<usize> {
        self.factors.get(region).map_or(Some(0), |text| text.parse().ok())
    }

    /// As CQL wants it after `replication =`.
    pub(super) fn to_cql(&self) -> String {
        let options = self.factors.iter().map(|(region, replicas)| format!(", '{region}': {replicas}"));
        format!("{{'class': '{}'{}}}", self.strategy, options.collect::<String>())
    }

    /// What changes on the way to another one, and what must be run for each: a sentence each.
    pub(super) fn chores_towards(&self, wanted: &Self, keyspace: &str) -> Vec<String> {
        if self.strategy != wanted.strategy {
            return vec![format!(
                "every row may have other nodes now: run `nodetool repair --full {keyspace}` on each node of each region; \
                 until then a read may miss what was written before"
            )];
        }
        let regions: BTreeSet<_> = self.factors.keys().chain(wanted.factors.keys()).collect();
        let chore = |region: &String| {
            let after = wanted.replicas(region)?;
            match self.replicas(region) {
                Some(before) if before == after => None,
                Some(0) => Some(format!(
                    "{region} has {after} replicas now and holds nothing yet: run `nodetool rebuild -ks {keyspace} -- REGION`, \
                     with a region that has the data, on each node of {region}, and start its instances after"
                )),
                Some(before) if before > after => Some(format!(
                    "{region} went from {before} replicas to {after}: run `nodetool cleanup {keyspace}` on each node of {region}"
                )),
                _ => Some(format!(
                    "{region} went up to {after} replicas, and its new ones hold nothing yet: run `nodetool repair --full {keyspace}` \
                     on each node of {region}; until then a read there may miss what was written before"
                )),
            }
        };
        regions.into_iter().filter_map(chore).collect()
    }
}

impl fmt::Display for Replication {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.strategy != STRATEGY {
            write!(formatter, "{} ", self.strategy)?;
        }
        let factors: Vec<_> =
            self.factors.iter().map(|(region, replicas)| format!("{region}:{replicas}")).collect();
        formatter.write_str(&factors.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::Replication;
    use crate::domain::Region;

    fn region(name: &str) -> Region {
        Region::parse(name).expect("a name")
    }

    fn wanted(regions: &[(&str, usize)]) -> Replication {
        Replication::wanted(&regions.iter().map(|(name, count)| (region(name), *count)).collect::<Vec<_>>())
    }

    fn actual(options: &[(&str, &str)]) -> Replication {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Replication::from_options(options.iter().map(owned).collect())
    }

    #[test]
    fn what_was_asked_for_is_recognised_in_the_catalogue() {
        let class = ("class", "org.apache.cassandra.locator.NetworkTopologyStrategy");
        let asked = wanted(&[("us", 1), ("eu", 3)]);
        assert_eq!(actual(&[class, ("eu", "3"), ("us", "1"), ("ap", "0")]), asked);
        assert_ne!(actual(&[class, ("eu", "3")]), asked);
        assert_ne!(actual(&[class, ("eu", "3"), ("us", "2")]), asked);
        assert_eq!(asked.to_string(), "eu:3,us:1");
        assert_eq!(asked.to_cql(), "{'class': 'NetworkTopologyStrategy', 'eu': 3, 'us': 1}");
        assert!(asked.knows(&region("us")) && !asked.knows(&region("ap")));
    }

    #[test]
    fn another_strategy_knows_no_region() {
        let simple = actual(&[("class", "org.apache.cassandra.locator.SimpleStrategy"), ("eu", "3")]);
        assert!(!simple.knows(&region("eu")));
        assert_ne!(simple, wanted(&[("eu", 3)]));
        assert_eq!(simple.to_string(), "SimpleStrategy eu:3");
        let [chore] = &simple.chores_towards(&wanted(&[("eu", 3)]), "jubilee")[..] else { panic!("one") };
        assert!(chore.contains("nodetool repair --full jubilee"), "{chore}");
    }

    #[test]
    fn each_change_names_its_chore() {
        let chores = wanted(&[("eu", 1), ("us", 3), ("me", 2)])
            .chores_towards(&wanted(&[("eu", 3), ("us", 1), ("me", 2), ("ap", 1)]), "jubilee");
        let [ap, eu, us] = &chores[..] else { panic!("{chores:?}") };
        assert!(ap.contains("nodetool rebuild -ks jubilee"), "{ap}");
        assert!(eu.contains("nodetool repair --full jubilee"), "{eu}");
        assert!(us.contains("nodetool cleanup jubilee"), "{us}");
    }
}
