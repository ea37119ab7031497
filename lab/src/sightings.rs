//! Whether nodes see another one up, by what they log.

use crate::cassandra::Node;
use crate::keeper::Life;
use crate::{LabError, wait_for};
use std::time::Duration;

/// What others have seen of a node so far.
pub(crate) struct Sightings {
    node: String,
    log_name: String,
    /// Whether it is about to start; then it is news that somebody sees it up.
    starts: bool,
    /// The others, and how often each has seen it come up.
    others: Vec<(Node, usize)>,
}

impl Sightings {
    pub(crate) fn so_far(node: &Node, others: impl Iterator<Item = Node>) -> Self {
        let log_name = log_name(node);
        let others = others.map(|other| (times_up(&other.process.log(), &log_name), other));
        Self {
            node: node.cql().to_string(),
            others: others.map(|(times, other)| (other, times)).collect(),
            starts: node.process.life() == Life::Dead,
            log_name,
        }
    }

    /// Waits until all others that run see it up.
    pub(crate) fn wait_until_up(&self, at_most: Duration) -> Result<(), LabError> {
        for (other, before) in &self.others {
            let sees = || {
                let log = other.process.log();
                let news = !self.starts || times_up(&log, &self.log_name) > *before;
                other.process.life() != Life::Up || news && is_up(&log, &self.log_name)
            };
            if !wait_for(at_most, sees) {
                return Err(other.process.failure(format!("{} does not see {} up", other.cql(), self.node)));
            }
        }
        Ok(())
    }
}

/// Whether a node's log says that it has seen another one up.
pub(crate) fn has_seen_up(log: &str, other: &Node) -> bool {
    times_up(log, &log_name(other)) > 0
}

/// Whether a node's log says that it takes another one for dead now.
pub(crate) fn takes_for_dead(log: &str, other: &Node) -> bool {
    !is_up(log, &log_name(other))
}

/// As nodes call each other in their logs.
fn log_name(node: &Node) -> String {
    format!("/{}:7000 is now ", node.address)
}

fn times_up(log: &str, name: &str) -> usize {
    log.matches(&format!("{name}UP")).count()
}

/// Whether the last that was said of it is that it is up.
fn is_up(log: &str, name: &str) -> bool {
    log.rfind(name).is_none_or(|at| log[at + name.len()..].starts_with("UP"))
}

#[cfg(test)]
mod tests {
    use super::{is_up, times_up};

    #[test]
    fn the_last_word_on_a_node_counts() {
        let name = "/198.18.0.43:7000 is now ";
        let up = "InetAddress /198.18.0.43:7000 is now UP\n";
        let down = "InetAddress /198.18.0.43:7000 is now DOWN\n";
        let other = "InetAddress /198.18.0.44:7000 is now DOWN\n";
        let log = format!("{up}{other}{down}{up}{other}");
        assert!(is_up(&log, name) && is_up("", name));
        assert!(!is_up(&format!("{log}{down}"), name));
        assert_eq!(times_up(&log, name), 2);
    }
}
