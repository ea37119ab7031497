//! When requests are due.

use std::time::Duration;

/// Due times of a Poisson process: what many users make who know nothing of one another. The same seed draws the same.
pub(crate) struct Schedule {
    random: fastrand::Rng,
    rate: f64,
    due: f64,
}

impl Schedule {
    /// So many a second on average.
    pub(crate) fn new(rate: f64, seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), rate, due: 0.0 }
    }
}

impl Iterator for Schedule {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        // 1 - [0, 1) is never 0, whose logarithm there is none of.
        self.due -= (1.0 - self.random.f64()).ln() / self.rate;
        Some(Duration::from_secs_f64(self.due))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_come_at_the_rate_and_as_irregularly_as_independent_users() {
        let due: Vec<f64> = Schedule::new(1000.0, 7).take(100_000).map(|due| due.as_secs_f64()).collect();
        let gaps: Vec<f64> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean - 0.001).abs() < 0.000_02, "mean gap {mean}");
        // An exponential distribution's deviation is its mean.
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.03, "deviation {}", variance.sqrt());
    }

    #[test]
    fn the_same_seed_draws_the_same_arrivals() {
        let drawn = |seed| Schedule::new(50.0, seed).take(10).collect::<Vec<_>>();
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
    }
}
