//! Replication lag: how long after another region's quorum has a write this one's has it too.

use super::{ANSWER_TIMEOUT, EVERY, RegionProbe};
use crate::domain::Region;
use crate::store::cluster::{Live, RegionLink};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// The finest lag that is told from none.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(20);
/// A long lag is told less finely, by one part in so many: who asks often while replication is behind holds it up.
const ONE_PART_IN: u32 = 8;

impl RegionProbe {
    /// Reads the other region's canary there, then waits until it is as new here; again and again. All
    /// of it is timed by one monotonic clock.
    pub(super) async fn measure_lag(&self, live: &Live, from: &RegionLink) {
        let labels = [from.region.as_str(), live.home().region.as_str()];
        let gauge = self.metrics.replication_lag_seconds.with_label_values(&labels);
        // Unknown until it has been measured: a zero would say that all is well.
        gauge.set(f64::NAN);
        loop {
            let began = Instant::now();
            // A measurement that cannot be ended counts as at least its age.
            let still_waiting = || gauge.set(gauge.get().max(began.elapsed().as_secs_f64()));
            let beat = loop {
                match canary(from, &from.region).await {
                    Some(beat) => break beat,
                    None => still_waiting(),
                }
                ask_again(began).await;
            };
            let written = Instant::now();
            while canary(live.home(), &from.region).await.is_none_or(|here| here < beat) {
                still_waiting();
                ask_again(began).await;
            }
            gauge.set(written.elapsed().as_secs_f64());
            sleep(EVERY).await;
        }
    }
}

async fn ask_again(began: Instant) {
    sleep(ASK_AGAIN_AFTER.max(began.elapsed() / ONE_PART_IN)).await;
}

/// When a region's canary last sang, as the quorum of `link` knows it; `None` if that cannot be had.
async fn canary(link: &RegionLink, of: &Region) -> Option<i64> {
    timeout(ANSWER_TIMEOUT, link.read_canary(of)).await.ok()?.ok()?
}
