//! What the program tells a collector of its requests, and what that may never cost them.
//!
//! The real program, and a collector that keeps what it is sent. What the store's driver tells is in
//! `tests/cluster/traced.rs`; the collector that operators run is driven by `tests/observe`.

mod losing;
mod personal;
mod propagation;
mod sampling;
mod spans;
mod stopping;
mod traced;
