//! The promises that span regions, on the laboratory: real nodes, instances, balancer and faults.
//!
//! The tests share one laboratory and take turns. Counts are bounded so that the whole fits into
//! `make test`; `JUBILEE_TEST_SCALE=10`, as `make nightly` sets it, makes them ten times as large.

mod clients;
mod clocks;
mod commit_log;
mod cql;
mod hung_region;
mod laboratory;
mod lost_instance;
mod lost_region;
mod migrations;
mod named;
mod partitions;
mod read_your_writes;
mod rolling;
mod three_nodes;
