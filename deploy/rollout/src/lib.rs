//! Takes a version through the regions, one at a time, and takes it back where a gate says no.
//!
//! | what | where |
//! |---|---|
//! | what is asked of the place where the regions run, and the places | `platform.rs`, `platform/` |
//! | which migrations may go first | `migrations.rs` |
//! | what was begun, so that another process can go on | `journal.rs` |

pub mod journal;
mod migrations;
pub mod platform;

pub use migrations::{Migration, Phase};
pub use platform::{Lock, Platform, PlatformError, Readiness, Version};
