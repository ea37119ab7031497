//! Takes a version through the regions, one at a time, and takes it back where a gate says no.
//!
//! | what | where |
//! |---|---|
//! | what is asked of the place where the regions run, and the places | `platform.rs`, `platform/` |
//! | which migrations may go first | `migrations.rs` |
//! | what was begun, so that another process can go on | `journal.rs` |
//! | the steps, forward and back | `engine.rs`, `engine/` |
//! | what it judges with: k6, Prometheus, time, signals | `tools.rs`, `k6.rs`, `monitor.rs`, `stop.rs` |
//! | what it tells | `report.rs` |
//! | the command | `cli.rs`, `main.rs` |

pub mod cli;
pub mod engine;
pub mod journal;
pub mod k6;
mod migrations;
pub mod monitor;
pub mod platform;
pub mod report;
mod settings;
pub mod stop;
pub mod tools;

pub use engine::Outcome;
pub use migrations::{Migration, Numbers, Phase};
pub use platform::{Lock, Platform, PlatformError, Readiness, Version};
pub use settings::{Settings, Times};
