//! `rollout status`.

use crate::engine::read_journal;
use crate::journal::Position;
use crate::{Platform, PlatformError};
use std::io::{self, Write};

pub(super) fn print(platform: &dyn Platform) -> Result<(), PlatformError> {
    let mut lines = Vec::new();
    match read_journal(platform).map_err(PlatformError::Failed)? {
        None => lines.push("no rollout yet".to_owned()),
        Some(journal) => {
            lines.push(format!("rollout {} of {}", journal.rollout, journal.version));
            lines.push(match (&journal.position, journal.region()) {
                (Position::Ended(ended), _) => format!("ended: {ended:?}").to_lowercase(),
                (Position::Back(..), Some(before)) => {
                    format!("on its way back: {}, {}", before.region, journal.gate())
                }
                (_, Some(before)) => format!("on its way: {}, {}", before.region, journal.gate()),
                (_, None) => format!("on its way: {}", journal.gate()),
            });
            lines.extend(journal.failure.map(|failure| failure.to_string()));
        }
    }
    for region in platform.regions() {
        let text = |error: PlatformError| error.to_string();
        let runs = platform.running(&region).map_or_else(text, |version| version.0);
        let dial = platform.dial(&region).map_or_else(text, |dial| format!("{dial} %"));
        let ready = platform.readiness(&region).map_or_else(text, |readiness| readiness.to_string());
        lines.push(format!("{region}: dial {dial}, {ready}, runs {runs}"));
    }
    writeln!(io::stdout(), "{}", lines.join("\n")).map_err(PlatformError::failed)
}
