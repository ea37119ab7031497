//! What the tests share.
//!
//! - [`Client`]: one connection that can send any bytes, right or wrong
//! - [`TestApp`]: the app in a thread of the test, with its store and its [`ManualClock`] in the test's hands
//! - [`Exposition`]: what `/metrics` says, held against the table of metrics and Prometheus' own check
//! - [`Process`]: the real program, to be killed and stopped
//! - [`Collector`]: takes the spans that it sends
//! - [`NamedCluster`]: a cluster that is there already, for the suites to run on
//! - [`Proxy`]: what stands between a client and one address, and breaks the network on command
//! - [`load`]: many clients at once, who retry as the contract allows
//! - [`history`]: what they saw, and the program that judges it

mod app;
mod client;
mod collector;
mod commit_log;
mod exposition;
pub mod history;
pub mod load;
mod manual_clock;
mod named_cluster;
mod process;
mod proxy;

pub use app::{TestApp, TestAppBuilder};
pub use client::{Client, Response};
pub use collector::{Collector, CollectorRequest, ReceivedSpan};
pub use commit_log::assert_synced_before_acknowledged;
pub use exposition::Exposition;
pub use manual_clock::ManualClock;
pub use named_cluster::NamedCluster;
pub use process::Process;
pub use proxy::{Direction, Proxy};

use std::time::{Duration, Instant};

/// Asks again and again until the answer is yes.
///
/// # Panics
/// If it is still no after 30 seconds.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < give_up, "waited 30 s in vain until {what}");
        // Between two questions; the condition decides how long it takes.
        std::thread::sleep(Duration::from_millis(2));
    }
}
