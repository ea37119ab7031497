//! How fast answers have come lately.

use std::time::Duration;
use tokio::time::Instant;

/// A span lasts so long at least, and has so many answers at least: fewer say little.
const SHORTEST_SPAN: Duration = Duration::from_millis(50);
const FEWEST_ANSWERS: u32 = 10;
/// How many spans are remembered.
const REMEMBERED: usize = 3;
/// How much a new observation moves the mean: one part in so many.
const SMOOTHING: u32 = 16;

/// Counts answers in spans of time, and goes by the best of the last few: a span in which the store
/// stalled for a moment does not make it a slow one. The bound on the number holds meanwhile.
#[derive(Debug)]
pub(super) struct Pace {
    span_began: Instant,
    answers_in_span: u32,
    /// Mean time between two answers in each of the last spans, in seconds; infinite before there were
    /// so many.
    past_gaps: [f64; REMEMBERED],
    mean_stay: Duration,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            span_began: now,
            answers_in_span: 0,
            past_gaps: [f64::INFINITY; REMEMBERED],
            mean_stay: Duration::ZERO,
        }
    }

    /// Somebody came in while nobody was inside: what was before says nothing about a queue.
    pub(super) fn begin(&mut self, now: Instant) {
        self.past_gaps = [f64::INFINITY; REMEMBERED];
        self.begin_span(now);
    }

    fn begin_span(&mut self, now: Instant) {
        self.span_began = now;
        self.answers_in_span = 0;
    }

    /// Counts an answer that came after `stay`.
    pub(super) fn answered(&mut self, now: Instant, stay: Duration) {
        self.mean_stay = self.mean_stay - self.mean_stay / SMOOTHING + stay / SMOOTHING;
        self.answers_in_span += 1;
        let span = now - self.span_began;
        if span >= SHORTEST_SPAN && self.answers_in_span >= FEWEST_ANSWERS {
            self.past_gaps.rotate_right(1);
            self.past_gaps[0] = span.as_secs_f64() / f64::from(self.answers_in_span);
            self.begin_span(now);
        }
    }

    /// How long requests have lately stayed.
    pub(super) fn mean_stay(&self) -> Duration {
        self.mean_stay
    }

    /// How long a newcomer waits behind so many; `None` while too little has been seen to tell.
    pub(super) fn wait_behind(&self, inside: usize) -> Option<Duration> {
        let all_known = self.past_gaps.iter().all(|gap| gap.is_finite());
        let best = self.past_gaps.into_iter().fold(f64::INFINITY, f64::min);
        all_known.then(|| Duration::from_secs_f64(best * inside as f64))
    }
}
