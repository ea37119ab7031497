//! The program and its cluster: starting without one, losing it, getting it back.
//!
//! One real node for all tests. What breaks it takes it alone, and mends it in the end.

mod asking;
mod counted;
mod deadlines;
mod instance;
mod joining;
mod losing;
mod node;
mod proxied;
mod refused;
mod starting;
mod traced;
mod under_load;
