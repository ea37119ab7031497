//! Jubilee remembers birthdays and greets people.
//!
//! The crate reads from the bottom to the top; each layer imports those under it and no other:
//!
//! | layer | what it holds |
//! |---|---|
//! | [`domain`] | the words and rules: usernames, dates, the countdown, versions, sync tokens |
//! | [`store`] | what keeps birthdays: the [`store::Store`] trait and its engines |
//! | [`actors`] | the owners of state: `Greeter`, one per HTTP worker; `EmbeddedWriter`, or `SessionKeeper` and `RegionProbe` |
//! | [`http`] | the wire: routes, problems, the border that every request crosses |
//! | [`app`] | the assembly: build, run, stop |
//!
//! [`config`] and [`telemetry`] stand at the side; [`cli`] is the command line on top.

pub mod actors;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod store;
pub mod telemetry;
