//! The load generator against the real service: what it counts, how it retries, and that what it
//! writes down passes the check.

mod conduct;
mod lone_server;
mod retries;
mod whole_runs;
