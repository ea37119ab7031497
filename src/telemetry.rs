//! What operators see: log lines, metrics and traces. None of them ever holds a username or a date of birth.

mod batch_writer;
mod json_lines;
#[cfg(test)]
mod kept;
pub mod logs;
pub mod metrics;
pub mod panics;
pub mod traces;

pub use metrics::Metrics;
pub use traces::Traces;
