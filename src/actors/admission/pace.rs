//! How fast answers have come lately.

use std::time::Duration;
use tokio::time::Instant;

const SPAN: Duration = Duration::from_millis(50);
/// How many spans with answers in them are remembered.
const REMEMBERED: usize = 3;
/// How much a new observation moves the mean: one part in so many.
const SMOOTHING: u32 = 16;

/// Counts answers in spans of 50 ms. A span without any does not count: a store that stalls for a
/// moment is not a slow one, and the bound on the number holds meanwhile.
#[derive(Debug)]
pub(super) struct Pace {
    span_began: Instant,
    in_this_span: u32,
    in_past_spans: [u32; REMEMBERED],
    mean_stay: Duration,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            span_began: now,
            in_this_span: 0,
            in_past_spans: [u32::MAX; REMEMBERED],
            mean_stay: Duration::ZERO,
        }
    }

    /// Counts an answer that came after `stay`.
    pub(super) fn leave(&mut self, now: Instant, stay: Duration) {
        if now - self.span_began >= SPAN {
            if self.in_this_span > 0 {
                self.in_past_spans.rotate_right(1);
                self.in_past_spans[0] = self.in_this_span;
            }
            self.span_began = now;
            self.in_this_span = 0;
        }
        self.in_this_span += 1;
        self.mean_stay = self.mean_stay - self.mean_stay / SMOOTHING + stay / SMOOTHING;
    }

    /// How long requests have lately stayed.
    pub(super) fn mean_stay(&self) -> Duration {
        self.mean_stay
    }

    /// How long a newcomer waits behind so many, at the best pace of the last spans: one span that
    /// was cut short by a stall says little.
    pub(super) fn wait_behind(&self, inside: usize) -> Duration {
        let best = self.in_past_spans.iter().copied().max().unwrap_or(u32::MAX);
        SPAN.mul_f64(inside as f64 / f64::from(best))
    }
}
