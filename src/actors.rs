//! The owners of state. What is outside sees typed handles, never an address or a message.
//!
//! - [`Greeter`]: the handle of a worker's own actor, which every request goes through
//! - [`EmbeddedStore`]: the embedded engine behind the one actor that writes it

mod admission;
mod embedded_store;
mod embedded_writer;
mod greeter;
mod supervised;

pub use embedded_store::EmbeddedStore;
pub use greeter::{Greeter, GreeterError, GreeterParts};
