//! What is logged of a panic.

use std::panic;

/// Logs where each panic happened. Its text may quote what a client sent, so it is left out above
/// the level `debug`.
pub fn log_them() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        tracing::error!(location, thread = thread.name(), "panic");
        tracing::debug!(text = info.payload_as_str(), "panic");
    }));
}
