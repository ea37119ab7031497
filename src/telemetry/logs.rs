//! Log lines: set up once, written in batches.

pub use super::batch_writer::FlushOnDrop;

use super::batch_writer::BatchWriter;
use super::json_lines::JsonLines;
use crate::config::LogFormat;
use prometheus::IntCounter;
use std::io::{self, IsTerminal};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The target of the one line that each request gets.
pub const REQUEST_TARGET: &str = "jubilee::request";

/// Sends log lines to standard error from now on. What is gathered is written when the guard is
/// dropped.
///
/// # Errors
/// When the log's thread cannot be started.
pub fn start(format: LogFormat, filter: Targets, lost_lines: IntCounter) -> io::Result<FlushOnDrop> {
    let (writer, flush) = BatchWriter::start(io::stderr(), lost_lines)?;
    let lines = fmt::layer().with_writer(writer);
    let lines = match format {
        LogFormat::Pretty => lines.with_ansi(io::stderr().is_terminal()).with_target(false).boxed(),
        LogFormat::Json => lines.event_format(JsonLines).fmt_fields(JsonLines).boxed(),
    };
    // A second start in the same process (tests do that) keeps the first one's lines.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    Ok(flush)
}
