//! The HTTP API, over real connections.

mod greeting;
