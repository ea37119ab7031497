//! The wire: what is asked in HTTP, and how it is answered.
//!
//! Every request crosses the [`border`], which gives it an id, counts and logs it, and makes one shape
//! of every failure. [`routes`] is the map from there to the handlers.

pub mod admin;
mod application;
mod asked;
mod body;
pub mod border;
pub mod docs;
pub mod drain;
pub mod hello;
pub mod index;
pub mod probes;
pub mod problem;
mod request_id;
pub mod routes;
mod token_counts;

pub use application::{Services, public_application};
pub use border::Border;
pub use drain::Drain;
pub use problem::{Problem, ProblemCode};
pub use routes::{Route, admin_routes, public_routes};
pub use token_counts::TokenCounts;

use crate::actors::Greeter;
use crate::domain::{LeapDay, Region, WallClock};
use crate::store::Store;
use crate::telemetry::{Metrics, Traces};
use std::sync::Arc;
use std::time::Duration;

/// What every handler may need; one a worker, because each has its own Greeter.
pub struct State {
    /// This worker's Greeter.
    pub greeter: Greeter,
    /// What this worker counts of sync tokens.
    pub tokens: TokenCounts,
    /// What all workers share.
    pub shared: Shared,
}

/// What the handlers of all workers, and of the admin listener, share.
#[derive(Clone)]
pub struct Shared {
    /// Asked for its health; everything else goes through the Greeter.
    pub store: Arc<dyn Store>,
    /// The time of day.
    pub wall_clock: Arc<dyn WallClock>,
    /// The region this instance stands in.
    pub region: Region,
    /// When 29 February is celebrated in a common year.
    pub leap_day: LeapDay,
    /// The deadline of each request.
    pub request_timeout: Duration,
    /// How far ahead a sync token may be.
    pub max_clock_skew: Duration,
    /// Whether this instance should get traffic.
    pub drain: Arc<Drain>,
    /// What operators see.
    pub metrics: Metrics,
    /// What they see of single requests.
    pub traces: Traces,
    /// A request that takes longer is worth a warning.
    pub slow_request: Duration,
}
