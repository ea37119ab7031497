//! The laboratory: real Cassandra nodes, instances and a balancer on one machine, for tests, benches and people.
//!
//! - [`SingleNode`]: one plain node on a loopback address of its own; no root, no namespaces
//! - [`Lab`]: regions in network namespaces, with nodes, instances and HAProxy, and faults between them
//!
//! Nothing outlives its owner: drop it, or die in any way, and its processes and files go too. How: `keeper.rs`.
//!
//! | what | where |
//! |---|---|
//! | names and addresses, and who has which | `plan.rs`, `claim.rs` |
//! | the parts | `cassandra.rs`, `instance.rs`, `balancer.rs`, `network.rs` |
//! | traffic moved between regions, programs replaced | `lab/shifts.rs`, `balancer/dials.rs` |
//! | faults and their proofs | `lab/faults.rs`, `partitions.rs`, `skew.rs`, `probe.rs` |
//! | who watches: Prometheus, Alertmanager, the collector | `observers.rs`, `prometheus.rs`, `alertmanager.rs`, `collector.rs` |
//! | rehearsals of faults, and the alerts that they ring | `lab/drill.rs` |
//! | coming back from them | `lab/recovery.rs`, `sightings.rs` |
//! | the command `cargo lab` | `main.rs`, `cli.rs` |

mod alertmanager;
mod balancer;
mod cache;
mod cassandra;
mod claim;
pub mod cli;
mod collector;
mod command;
mod error;
mod exposition;
mod http;
mod instance;
mod keeper;
mod lab;
mod loopback;
mod network;
mod observers;
mod options;
mod partitions;
mod peers;
mod plan;
mod probe;
mod prometheus;
mod sightings;
mod single_node;
mod skew;
mod template;
mod waiting;

pub use alertmanager::Alertmanager;
pub use cassandra::Security;
pub use collector::Collector;
pub use error::LabError;
pub use keeper::Life;
pub use lab::{DRILLS, Drill, DrillReport, Instance, Lab, Rang, Reading, Status, Target, Traffic, View};
pub use options::{Options, RegionOptions};
pub use probe::Knock;
pub use prometheus::{Alert, Prometheus, Series};
pub use single_node::{SingleNode, SingleNodeOptions, free_address};
use waiting::wait_for;
