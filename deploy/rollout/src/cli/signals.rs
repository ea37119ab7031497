//! What a person or a machine says with SIGINT, SIGTERM or SIGHUP: the first time to go back in good order, the second
//! time to end at once.

use crate::stop::Stop;
use std::io;
use std::sync::Arc;
use std::thread;
use tokio::signal::unix::{SignalKind, signal};

/// As if something could not be put back: `rollout resume` goes on.
const ENDED_AT_ONCE: i32 = 2;

pub(super) fn listen(stop: &Arc<Stop>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let entered = runtime.enter();
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let (mut signals, stop) = (signal(kind)?, Arc::clone(stop));
        runtime.spawn(async move {
            while signals.recv().await.is_some() {
                heard(&stop);
            }
        });
    }
    drop(entered);
    thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    Ok(())
}

fn heard(stop: &Stop) {
    if stop.ask() {
        stop.end_child();
        super::say("ends at once; `rollout resume` goes on, `rollout abort` goes back");
        std::process::exit(ENDED_AT_ONCE);
    }
    super::say("goes back in good order; once more ends at once");
}
