//! `jubilee config`.

use crate::config::{Config, Origin, SETTINGS, Sources, settings};
use std::io::{self, Write};

pub(super) fn run(sources: &Sources, config: &Config) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for setting in SETTINGS {
        let (origin, text) = sources.effective(setting);
        let worked_out = match setting.name {
            _ if origin != Origin::Default => None,
            name if name == settings::CLUSTER_DATACENTER.name => Some(config.cluster.datacenter.to_string()),
            name if name == settings::WORKERS.name => Some(config.workers.to_string()),
            name if name == settings::MAX_IN_FLIGHT.name => Some(config.max_in_flight.to_string()),
            name if name == settings::DRAIN_DELAY.name => Some(format!("{:?}", config.drain_delay)),
            name if name == settings::LOG_FORMAT.name => {
                Some(format!("{:?}", config.log_format).to_ascii_lowercase())
            }
            _ => None,
        };
        let value = match worked_out.as_deref() {
            _ if setting.is_secret() && origin != Origin::Default => "(hidden)",
            worked_out => worked_out.unwrap_or(text),
        };
        writeln!(out, "{:<33} {value:<20} {origin}", setting.variable())?;
    }
    Ok(())
}
