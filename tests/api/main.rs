//! The HTTP API, over real connections.

mod admin;
mod bad_bodies;
mod bad_dates;
mod bad_usernames;
mod broken_requests;
mod busy_worker;
mod connections;
mod counted;
mod docs;
mod expect;
mod faulty_store;
mod forgetting;
mod greeting;
mod head;
mod index;
mod metrics;
mod overload;
mod panics;
mod probes;
mod request_ids;
mod store_errors;
mod sync_tokens;
mod wrong_routes;
mod zones;
