//! Packets dropped between regions, by nftables in the namespaces of both.

use crate::cassandra::{CQL_PORT, STORAGE_PORT};
use crate::command::feed;
use crate::network::inside;
use crate::plan::{Plan, Region};
use crate::{LabError, wait_for};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cut {
    Everything,
    /// Only what nodes say to each other.
    Replication,
}

/// What is dropped between two regions, both ways.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CutBetween {
    pub(crate) one: String,
    pub(crate) other: String,
    pub(crate) cut: Cut,
}

impl CutBetween {
    pub(crate) fn between(&self, one: &str, other: &str) -> bool {
        (self.one == one && self.other == other) || (self.one == other && self.other == one)
    }
}

const FILE: &str = "cuts.json";
/// How long the effect of a cut, or of its end, may take to be seen.
const EFFECT: Duration = Duration::from_secs(15);

pub(crate) fn read(folder: &Path) -> Vec<CutBetween> {
    let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

pub(crate) fn write(folder: &Path, cuts: &[CutBetween]) -> Result<(), LabError> {
    let path = folder.join(FILE);
    let text = serde_json::to_string(cuts).map_err(|error| LabError::failed(error.to_string()))?;
    fs::write(&path, text).map_err(LabError::file(&path))
}

/// Makes the cuts that concern a region in its namespace, and no others.
pub(crate) fn apply(plan: &Plan, region: &Region<'_>, cuts: &[CutBetween]) -> Result<(), LabError> {
    let others = plan.regions().filter(|other| other.index != region.index);
    let cut = |other: Region<'_>| Some((other.block(), cut_between(region, &other, cuts)?));
    let own: Vec<_> = others.filter_map(cut).collect();
    feed(&mut inside(region, Command::new("nft").args(["-f", "-"])), &rules(&own), "nftables")
}

fn cut_between(one: &Region<'_>, other: &Region<'_>, cuts: &[CutBetween]) -> Option<Cut> {
    cuts.iter().find(|cut| cut.between(one.name(), other.name())).map(|cut| cut.cut)
}

/// The whole table, replaced at once. Established connections have no privilege.
fn rules(cuts: &[(String, Cut)]) -> String {
    let mut text =
        "table inet jubilee_lab\ndelete table inet jubilee_lab\ntable inet jubilee_lab {\n".to_owned();
    for (chain, side) in [("input", "saddr"), ("output", "daddr")] {
        let _ = writeln!(text, "  chain {chain} {{\n    type filter hook {chain} priority 0; policy accept;");
        for (block, cut) in cuts {
            let _ = match cut {
                Cut::Everything => writeln!(text, "    ip {side} {block} drop"),
                Cut::Replication => writeln!(
                    text,
                    "    ip {side} {block} tcp dport {STORAGE_PORT} drop\n    \
                     ip {side} {block} tcp sport {STORAGE_PORT} drop"
                ),
            };
        }
        text.push_str("  }\n");
    }
    text + "}\n"
}

/// Knocks from each region at each other one, and compares what comes back with what the cuts would have.
///
/// A port that nobody listens on refuses; only dropped packets leave a knock without any answer. So this holds whether
/// or not the nodes there run.
///
/// # Errors
/// If packets get through that should not, or are dropped that should get through.
pub(crate) fn prove(plan: &Plan, cuts: &[CutBetween]) -> Result<(), LabError> {
    for from in plan.regions() {
        for to in plan.regions().filter(|to| to.index != from.index) {
            let cut = cut_between(&from, &to, cuts);
            let node = to.nodes().first().copied().unwrap_or(to.instance());
            for (port, dropped) in [(CQL_PORT, cut == Some(Cut::Everything)), (STORAGE_PORT, cut.is_some())] {
                // More than once: on a busy machine an answer may take longer than a knock is given.
                if !wait_for(EFFECT, || is_dropped(&from, node, port) == Some(dropped)) {
                    let what = if dropped { "still get through" } else { "are dropped" };
                    let (from, to) = (from.name(), to.name());
                    return Err(LabError::failed(format!(
                        "the fault did not take: packets from {from} to port {port} of {to} {what}"
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Whether a connection attempt from inside a region gets no answer at all, not even a refusal; `None` if it cannot be
/// made.
fn is_dropped(from: &Region<'_>, to: Ipv4Addr, port: u16) -> Option<bool> {
    /// What `timeout` ends with when the time is up.
    const TIME_IS_UP: i32 = 124;
    let mut knock = Command::new("timeout");
    knock.args(["0.5", "bash", "-c", &format!(": </dev/tcp/{to}/{port}")]);
    let output = inside(from, &knock).output().ok()?;
    Some(output.status.code() == Some(TIME_IS_UP))
}

#[cfg(test)]
mod tests {
    use super::{Cut, rules};
    use crate::Options;
    use crate::plan::Plan;

    #[test]
    fn cuts_work_both_ways_and_on_connections_that_stand() {
        let plan = Plan::new(0, &Options::new("jubilee")).expect("a good plan");
        let region = |name| plan.region(name).expect("it is one");
        let text =
            rules(&[(region("us").block(), Cut::Everything), (region("ap").block(), Cut::Replication)]);
        for rule in [
            "ip saddr 198.18.0.64/27 drop",
            "ip daddr 198.18.0.64/27 drop",
            "ip saddr 198.18.0.96/27 tcp dport 7000 drop",
            "ip saddr 198.18.0.96/27 tcp sport 7000 drop",
            "ip daddr 198.18.0.96/27 tcp dport 7000 drop",
            "ip daddr 198.18.0.96/27 tcp sport 7000 drop",
        ] {
            assert!(text.contains(rule), "{rule} is not in {text}");
        }
    }
}
