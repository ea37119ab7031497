//! Whole rollouts in the laboratory, under a steady load of clients in all regions: the program that deploys for real,
//! real k6, a real Prometheus, and releases of which all but one are bad on purpose. Needs root.
//!
//! All share one laboratory, one after the other. `make rehearse` plays all of them; without `JUBILEE_REHEARSE=all` the
//! good release and two bad ones are played: one that must be stopped before it has users, one that must be stopped while
//! it has a tenth of them.

mod clients;
mod half_way;
mod program;
mod releases;
mod stage;
mod travellers;

/// Whether everything is to be played.
fn all() -> bool {
    std::env::var("JUBILEE_REHEARSE").is_ok_and(|what| what == "all")
}
