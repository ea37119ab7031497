//! The tools that the suites in tests/regions stand on: who checks the checkers.

mod history;
mod load;
mod proxy;
