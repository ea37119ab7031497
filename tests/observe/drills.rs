//! Faults that must ring, and fall silent when they are over.

use crate::laboratory::turn;
use jubilee_lab::DRILLS;
use std::time::Duration;

/// From the fault until somebody is woken: a laboratory's rules wait for seconds, and a lost region's grace is 10 s.
const WOKEN_WITHIN: Duration = Duration::from_secs(60);
/// Those that are played in `make test`; `make drills` plays all.
const USUAL: [&str; 2] = ["region-lost", "collector-down"];

#[test]
fn each_drill_rings_in_time_and_falls_silent_when_it_is_over() {
    let all = std::env::var_os("JUBILEE_TEST_DRILLS").is_some_and(|which| which == "all");
    let mut watched = turn();
    for drill in DRILLS.iter().filter(|drill| all || USUAL.contains(&drill.name)) {
        let report = watched.drilled(drill.name);
        assert_eq!(report.rang.len(), drill.alerts.len());
        for rang in &report.rang {
            assert!(rang.rings < WOKEN_WITHIN, "{}: {} rang after {:?}", drill.name, rang.alert, rang.rings);
        }
    }
}
