//! The HTTP API, over real connections.

mod bad_bodies;
mod bad_dates;
mod bad_usernames;
mod broken_requests;
mod expect;
mod greeting;
mod wrong_routes;
