//! Waiting for conditions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Ends all waiting in this process, so that what is half started fails, and is taken down.
pub(crate) fn interrupt() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Has all waiting go on as if nothing had been said: for what must be mended after an interruption.
pub(crate) fn forget_interruption() {
    INTERRUPTED.store(false, Ordering::Relaxed);
}

/// Asks again and again until the answer is yes or the time is up; gives the last answer.
pub(crate) fn wait_for(at_most: Duration, condition: impl FnMut() -> bool) -> bool {
    wait(at_most, condition, is_interrupted)
}

/// The same, also after an interruption: for what must end.
pub(crate) fn wait_for_end(at_most: Duration, condition: impl FnMut() -> bool) -> bool {
    wait(at_most, condition, || false)
}

fn wait(at_most: Duration, mut condition: impl FnMut() -> bool, interrupted: impl Fn() -> bool) -> bool {
    let give_up = Instant::now() + at_most;
    loop {
        if condition() {
            return true;
        }
        if interrupted() || Instant::now() >= give_up {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
