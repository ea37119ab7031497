use super::{ALWAYS_ADMITTED, Admission, Permit};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, advance};

const TIMEOUT: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_millis(1);

/// A store that answers in the order of arrival, so many each millisecond, on a clock of its own.
struct Simulation {
    admission: Arc<Admission>,
    inside: VecDeque<(Instant, Permit)>,
    refused: usize,
    longest_stay: Duration,
    capacity_left: f64,
}

impl Simulation {
    fn new(max_in_flight: usize) -> Self {
        Self {
            admission: Admission::new(max_in_flight, TIMEOUT),
            inside: VecDeque::new(),
            refused: 0,
            longest_stay: Duration::ZERO,
            capacity_left: 0.0,
        }
    }

    async fn run(&mut self, duration: Duration, offered_a_second: u32, answered_a_second: u32) {
        let mut arrivals = 0.0;
        for _ in 0..duration.as_millis() {
            arrivals += f64::from(offered_a_second) / 1000.0;
            while arrivals >= 1.0 {
                arrivals -= 1.0;
                match self.admission.admit(Instant::now()) {
                    Some(permit) => self.inside.push_back((Instant::now(), permit)),
                    None => self.refused += 1,
                }
            }
            advance(TICK).await;
            self.answer(answered_a_second);
        }
    }

    fn answer(&mut self, answered_a_second: u32) {
        self.capacity_left += f64::from(answered_a_second) / 1000.0;
        while self.capacity_left >= 1.0 {
            let Some((admitted, permit)) = self.inside.pop_front() else {
                self.capacity_left = 0.0;
                return;
            };
            self.capacity_left -= 1.0;
            self.longest_stay = self.longest_stay.max(admitted.elapsed());
            permit.answered(Instant::now());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stall_of_one_local_time_out_at_the_target_rate_refuses_nothing() {
    let mut simulation = Simulation::new(10_000);
    for _ in 0..3 {
        simulation.run(Duration::from_secs(2), 10_000, 20_000).await;
        simulation.run(TIMEOUT / 3, 10_000, 0).await;
    }
    simulation.run(Duration::from_secs(5), 10_000, 20_000).await;
    assert_eq!(simulation.refused, 0);
}

#[tokio::test(start_paused = true)]
async fn a_store_at_a_fifth_of_what_is_offered_answers_all_that_were_admitted_in_time() {
    for offered in [500, 5_000, 10_000] {
        let mut simulation = Simulation::new(10_000);
        simulation.run(Duration::from_secs(2), offered, 2 * offered).await;
        simulation.run(Duration::from_secs(10), offered, offered / 5).await;
        assert!(simulation.longest_stay < TIMEOUT, "{offered}/s: {:?}", simulation.longest_stay);
        let share_refused = simulation.refused as f64 / (f64::from(offered) * 10.0);
        assert!((0.6..0.8).contains(&share_refused), "{offered}/s: {share_refused}");

        simulation.run(Duration::from_secs(2), offered / 10, 2 * offered).await;
        simulation.refused = 0;
        simulation.run(Duration::from_secs(5), offered, 2 * offered).await;
        assert_eq!(simulation.refused, 0, "{offered}/s: service is normal when the load falls");
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_after_a_quiet_time_is_let_in() {
    let mut simulation = Simulation::new(1_000);
    simulation.run(Duration::from_secs(2), 1, 1_000).await;
    simulation.run(TICK * 100, 9_000, 1_000).await;
    assert_eq!(simulation.refused, 0);
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_let_in_though_the_store_was_slow_before_a_quiet_time() {
    let mut simulation = Simulation::new(1_000);
    simulation.run(Duration::from_secs(2), 1_000, 100).await;
    simulation.run(Duration::from_secs(3), 0, 100).await;
    assert!(simulation.inside.is_empty() && simulation.refused > 0);
    simulation.refused = 0;
    simulation.run(TICK * 100, 9_000, 1_000).await;
    assert_eq!(simulation.refused, 0);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_bound_are_ever_inside() {
    let mut simulation = Simulation::new(ALWAYS_ADMITTED / 2);
    simulation.run(Duration::from_millis(100), 1_000, 0).await;
    assert_eq!(simulation.inside.len(), ALWAYS_ADMITTED / 2);
    assert_eq!(simulation.refused, 100 - ALWAYS_ADMITTED / 2);
    simulation.inside.clear();
    assert!(simulation.admission.admit(Instant::now()).is_some(), "a dropped permit frees its place");
}
