//! Durations, all of them kept, so that percentiles are exact.

use std::time::Duration;

/// Durations in the order in which they were seen.
#[derive(Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn push(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The least one that this part of all does not exceed, in microseconds, for each part; 0 where there are none.
    pub(crate) fn percentiles<const PARTS: usize>(&mut self, parts: [f64; PARTS]) -> [f64; PARTS] {
        self.0.sort_unstable();
        parts.map(|part| {
            let rank = (part * self.0.len() as f64).ceil() as usize;
            self.0.get(rank.saturating_sub(1)).map_or(0.0, |latency| latency.as_nanos() as f64 / 1000.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_least_that_enough_do_not_exceed() {
        let mut latencies = Latencies::default();
        for millis in (1..=1000).rev() {
            latencies.push(Duration::from_millis(millis));
        }
        assert_eq!(latencies.percentiles([0.5, 0.99, 0.999, 1.0]), [500e3, 990e3, 999e3, 1000e3]);
    }

    #[test]
    fn none_have_no_percentile() {
        assert_eq!(Latencies::default().percentiles([0.5]), [0.0]);
    }
}
