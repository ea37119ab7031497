//! What the tests share.
//!
//! - [`Client`]: one connection that can send any bytes, right or wrong
//! - [`TestApp`]: the app in a thread of the test, with its clock and store in the test's hands
//! - [`Process`]: the real program, to be killed and stopped

mod app;
mod client;
mod process;

pub use app::{ManualClock, TestApp, TestAppBuilder};
pub use client::{Client, Response};
pub use process::Process;

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
