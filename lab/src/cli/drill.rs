//! `cargo lab drill`: plays a fault and prints when its alerts rang.

use super::say;
use super::signals::on_signal;
use crate::{DRILLS, Lab, LabError, waiting};
use std::fmt::Write;

pub(super) fn run(lab: &Lab, name: &str) -> Result<(), LabError> {
    // What is broken must be mended first; a second signal ends that too.
    on_signal(|| {
        eprintln!("lab: interrupted; mends what was broken (once more to let it be)");
        waiting::interrupt();
    })?;
    let report = lab.drill(name, &|what| eprintln!("lab: {what}"))?;
    say(&report.to_string())
}

pub(super) fn list() -> Result<(), LabError> {
    let width = DRILLS.iter().map(|drill| drill.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for drill in DRILLS {
        let _ = writeln!(text, "{:width$}  {}: {}", drill.name, drill.about, drill.alerts.join(", "));
    }
    say(&text)
}
