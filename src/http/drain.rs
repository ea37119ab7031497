//! Whether this instance should get traffic.

use std::sync::atomic::{AtomicBool, Ordering};

/// Two reasons to keep traffic away: an operator took the instance out, or it is stopping.
#[derive(Debug, Default)]
pub struct Drain {
    by_hand: AtomicBool,
    stopping: AtomicBool,
}

impl Drain {
    /// Takes the instance out, until [`Drain::undrain`].
    pub fn drain(&self) {
        self.by_hand.store(true, Ordering::Relaxed);
    }

    /// Puts the instance back, unless it is stopping.
    pub fn undrain(&self) {
        self.by_hand.store(false, Ordering::Relaxed);
    }

    /// Takes the instance out for good.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether balancers should look elsewhere.
    pub fn is_draining(&self) -> bool {
        self.by_hand.load(Ordering::Relaxed) || self.stopping.load(Ordering::Relaxed)
    }
}
