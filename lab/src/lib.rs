//! The laboratory: real Cassandra nodes, for tests, benches and people.
//!
//! - [`SingleNode`]: one plain node on a loopback address of its own; no root, no namespaces
//!
//! Nothing outlives its owner: drop it, or die in any way, and its processes and files go too.

mod cassandra;
mod command;
mod error;
mod keeper;
mod probe;
mod single_node;
mod template;

pub use cassandra::Security;
pub use error::LabError;
pub use keeper::Life;
pub use probe::Knock;
pub use single_node::{SingleNode, SingleNodeOptions, free_address};

use std::time::{Duration, Instant};

/// Asks again and again until the answer is yes or the time is up; gives the last answer.
fn wait_for(at_most: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let give_up = Instant::now() + at_most;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= give_up {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
