//! Clock skew: how far this instance's clock is from those of each region's database nodes.

use super::{ANSWER_TIMEOUT, EVERY, RegionProbe};
use crate::store::Unready;
use crate::store::cluster::{Live, RegionLink};
use futures_util::future::join_all;
use std::time::Instant;
use tokio::time::{sleep, timeout};

impl RegionProbe {
    /// Compares clocks, again and again. Where most regions agree that this instance's is off by more
    /// than half of what any two clocks may differ, it turns un-ready: its own writes would lose, or win
    /// over later ones.
    pub(super) async fn measure_skew(&self, live: &Live) {
        loop {
            let skews = join_all(live.all().map(|link| self.skew_of(link))).await;
            let known: Vec<f64> = skews.into_iter().flatten().collect();
            let bound = self.max_clock_skew.as_secs_f64() / 2.0;
            let off = known.iter().filter(|skew| skew.abs() > bound).count();
            let fault = (2 * off > known.len()).then(|| Unready {
                reason: "clock_skewed",
                cause: format!(
                    "this clock is ahead of the regions' by {known:.1?} s; {bound} s is the bound"
                ),
            });
            self.cluster.set_clock_fault(fault);
            sleep(EVERY).await;
        }
    }

    /// By how many seconds this instance's clock is ahead of one of a region's nodes.
    async fn skew_of(&self, link: &RegionLink) -> Option<f64> {
        let (asked_at, asked) = (self.wall_clock.now(), Instant::now());
        let there = timeout(ANSWER_TIMEOUT, link.read_clock()).await.ok()?.ok()?;
        let round_trip = asked.elapsed();
        link.set_round_trip(round_trip);
        // The node looked at its clock somewhere on the way; half-way is the best guess.
        let here = asked_at.plus(round_trip / 2);
        let skew = (here.micros() as f64 - there.micros() as f64) / 1e6;
        self.metrics.clock_skew_seconds.with_label_values(&[link.region.as_str()]).set(skew);
        Some(skew)
    }
}
