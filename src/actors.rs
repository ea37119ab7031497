//! The owners of state. What is outside sees typed handles, never an address or a message.
//!
//! - [`Greeter`]: the handle of a worker's own actor, which every request goes through
//! - [`EmbeddedStore`]: the embedded engine behind the one actor that writes it
//! - [`ClusterStore`]: the cluster behind the actor that keeps its session and the one that measures it
//! - [`Stages`]: how long a request was in a mailbox and in the store

mod admission;
mod cluster_store;
mod embedded_store;
mod embedded_writer;
mod greeter;
mod region_probe;
mod session_keeper;
mod stages;
mod supervised;
mod workers;

pub use cluster_store::ClusterStore;
pub use embedded_store::EmbeddedStore;
pub use greeter::{Greeter, GreeterError, GreeterParts};
pub use stages::Stages;
pub use workers::Workers;
