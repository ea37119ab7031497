//! `cargo lab top`: a table that is refreshed in place.

use super::say;
use crate::{Lab, LabError};
use std::io::IsTerminal;
use std::thread;
use std::time::Duration;

/// Clears the terminal; and for each refresh, goes to its beginning without a flicker.
const CLEAR: &str = "\x1b[2J";
const HOME: &str = "\x1b[H";
const TO_END_OF_LINE: &str = "\x1b[K\n";
const TO_END: &str = "\x1b[J";

/// Until Ctrl-C; once, where nobody looks on.
pub(super) fn run(lab: &Lab, once: bool, every: Duration) -> Result<(), LabError> {
    let once = once || !std::io::stdout().is_terminal();
    let mut before = lab.read_metrics();
    if !once {
        say(CLEAR)?;
    }
    loop {
        thread::sleep(every);
        let now = lab.read_metrics();
        let view = now.since(&before).to_string();
        if once {
            return say(&view);
        }
        let note = format!("\nlaboratory {}, the last {every:?}; Ctrl-C ends this", lab.number());
        say(&format!("{HOME}{}{TO_END}", (view + &note + "\n").replace('\n', TO_END_OF_LINE)))?;
        before = now;
    }
}
