//! Bad releases on purpose: Jubilee with one fault, for those who must notice it before users do.
//!
//! | what | where |
//! |---|---|
//! | which faults there are | [`Fault`] |
//! | those of the store: readiness, what is read | `faulty_store.rs` |
//! | those of the wire: words, statuses, errors, times, descriptors, tokens | `faulty_wire.rs` |
//! | a release as a program of its own | [`install`] |

mod fault;
mod faulty_store;
mod faulty_wire;
mod installed;

pub use fault::{Fault, UnknownFault};
pub use installed::{InstallError, install};

use faulty_store::FaultyStore;
use jubilee::app::{App, StartError, SystemClock, open_store};
use jubilee::config::Config;
use jubilee::http::State;
use jubilee::telemetry::Metrics;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the command line of a release with this fault. All commands but `serve` are those of the product.
pub fn run(fault: Fault, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    jubilee::cli::run_with(arguments, |config, metrics| assemble(fault, config, metrics))
}

fn assemble(fault: Fault, config: &Config, metrics: Metrics) -> Result<App, StartError> {
    assert!(fault != Fault::CrashesAtStart, "this release crashes at its start");
    let store = open_store(config, Arc::new(SystemClock), &metrics)?;
    let store = Arc::new(FaultyStore { fault, store });
    let application = move |state: State| faulty_wire::application(fault, state);
    App::build_with(config, store, Arc::new(SystemClock), metrics, application)
}
