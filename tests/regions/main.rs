//! The service in several regions: what the suites stand on, and the suites.

mod history;
mod load;
mod proxy;
