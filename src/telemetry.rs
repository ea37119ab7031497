//! What operators see: log lines and metrics. Neither ever holds a username or a date of birth.

mod batch_writer;
mod json_lines;
#[cfg(test)]
mod kept;
pub mod logs;
pub mod metrics;
pub mod panics;

pub use metrics::Metrics;
