//! `jubilee check`.

use super::arguments::URL;
use crate::config::Config;
use clap::ArgMatches;
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> Result<(), Box<dyn Error>> {
    let url = arguments.get_one::<String>(URL).cloned().unwrap_or_else(|| readyz_of(config.listen));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .build()
        .into();
    let mut response = agent.get(&url).call().map_err(|error| format!("{url}: {error}"))?;
    let body = response.body_mut().read_to_string()?;
    if !response.status().is_success() {
        return Err(format!("{url}: {} {body}", response.status()).into());
    }
    writeln!(io::stdout(), "{body}")?;
    Ok(())
}

/// An instance that listens on every address is asked on the loopback one.
fn readyz_of(mut listen: SocketAddr) -> String {
    if listen.ip().is_unspecified() {
        listen.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{listen}/readyz")
}
