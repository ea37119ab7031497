//! HAProxy in front of all regions.

mod dials;
mod socket;

pub(crate) use dials::Dials;

use crate::keeper::Process;
use crate::plan::{Plan, Region};
use crate::template::render;
use crate::{LabError, probe, wait_for};
use dials::shifted;
use socket::{Server, Socket};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const CONFIGURATION: &str = include_str!("../haproxy/haproxy.cfg");
/// How long what is in flight may take: the balancer waits 5 s for an answer, and may try twice.
const IN_FLIGHT: Duration = Duration::from_secs(20);

/// Starts it; it finds out by itself which instances are ready.
pub(crate) fn start(plan: &Plan, estate: &Path) -> Result<(), LabError> {
    let map =
        plan.regions().map(|region| format!("{} {}\n", region.block(), region.name())).collect::<String>();
    let path = estate.join("haproxy.cfg");
    for (path, text) in [(estate.join("regions.map"), map), (path.clone(), configuration(plan, estate))] {
        fs::write(&path, text).map_err(LabError::file(&path))?;
    }
    let process = Process::new(estate, "balancer");
    process.start(Command::new("haproxy").arg("-db").arg("-f").arg(path))?;
    let listens = || probe::accepts((plan.balancer(), 8080).into(), Duration::from_secs(1));
    if process.comes_to(Duration::from_secs(10), listens) {
        return Ok(());
    }
    Err(process.failure("HAProxy does not start"))
}

fn socket(estate: &Path) -> Socket {
    Socket(estate.join("haproxy.sock"))
}

fn backend(region: &Region<'_>) -> String {
    format!("region-{}", region.name())
}

/// Has every region's clients led as the dials say, from the next request on; connections that are open make no
/// difference.
pub(crate) fn turn(plan: &Plan, estate: &Path, dials: &Dials) -> Result<(), LabError> {
    let of = |region: Region<'_>| {
        let backend = backend(&region);
        let weights = dials.weights(&region);
        weights.into_iter().map(move |(server, weight)| (backend.clone(), server, weight))
    };
    let weights: Vec<_> = plan.regions().flat_map(of).collect();
    let socket = socket(estate);
    socket.set_weights(&weights)?;
    let servers = socket.servers()?;
    let has = |(backend, name, weight): &(String, String, u16)| {
        servers
            .iter()
            .any(|server| server.backend == *backend && server.name == *name && server.weight == *weight)
    };
    match weights.iter().find(|weight| !has(weight)) {
        None => Ok(()),
        Some((backend, name, weight)) => {
            Err(LabError::failed(format!("{backend}/{name} has not the weight {weight}: {servers:?}")))
        }
    }
}

/// Waits until nothing is in flight at a region's instance, by the balancer's count.
pub(crate) fn wait_until_idle(plan: &Plan, estate: &Path, region: &Region<'_>) -> Result<(), LabError> {
    let (name, shifted, socket) = (region.name(), shifted(region.name()), socket(estate));
    let backends: Vec<_> = plan.regions().map(|region| backend(&region)).collect();
    let there = |server: &Server| {
        backends.contains(&server.backend) && (server.name == name || server.name == shifted)
    };
    let mut in_flight = 0;
    let idle = wait_for(IN_FLIGHT, || match socket.servers() {
        Ok(servers) => {
            in_flight = servers.iter().filter(|server| there(server)).map(|server| server.requests).sum();
            in_flight == 0
        }
        Err(_) => false,
    });
    match idle {
        true => Ok(()),
        false => Err(LabError::failed(format!("{in_flight} requests are still in flight at {name}"))),
    }
}

fn configuration(plan: &Plan, estate: &Path) -> String {
    let mut backends = String::new();
    for region in plan.regions() {
        let _ = writeln!(backends, "\nbackend {}", backend(&region));
        for (index, server) in region.nearest_first().iter().enumerate() {
            let backup = if index == 0 { "" } else { " backup" };
            let _ = writeln!(backends, "    server {} {}{backup}", server.name(), server.public());
        }
        // Those who take what the region's dial leaves over. None of them counts while it has no weight.
        for server in region.nearest_first().iter().skip(1) {
            let (name, shifted) = (server.name(), shifted(server.name()));
            let _ =
                writeln!(backends, "    server {shifted} {} weight 0 no-check track {name}", server.public());
        }
    }
    let first = plan.regions().next().map(|region| region.name()).unwrap_or_default();
    render(
        CONFIGURATION,
        &[
            ("socket", &socket(estate).0.display().to_string()),
            ("address", &plan.balancer().to_string()),
            ("map", &estate.join("regions.map").display().to_string()),
            ("first", first),
            ("backends", &backends),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::configuration;
    use crate::Options;
    use crate::plan::Plan;
    use std::path::Path;

    #[test]
    fn a_region_is_served_by_itself_then_by_the_others_in_order() {
        let plan = Plan::new(0, &Options::new("jubilee")).expect("a good plan");
        let text = configuration(&plan, Path::new("/run/jubilee-lab/0"));
        let us = "backend region-us\n    server us 198.18.0.66:8080\n    server eu 198.18.0.34:8080 backup\n    \
                  server ap 198.18.0.98:8080 backup\n    \
                  server shift-eu 198.18.0.34:8080 weight 0 no-check track eu\n    \
                  server shift-ap 198.18.0.98:8080 weight 0 no-check track ap\n";
        assert!(text.contains(us), "{text}");
        assert!(text.contains("map_ip(/run/jubilee-lab/0/regions.map,eu)"), "{text}");
    }
}
