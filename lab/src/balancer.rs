//! HAProxy in front of all regions.

use crate::keeper::Process;
use crate::plan::Plan;
use crate::template::render;
use crate::{LabError, probe};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const CONFIGURATION: &str = include_str!("../haproxy/haproxy.cfg");

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

fn configuration(plan: &Plan, estate: &Path) -> String {
    let mut backends = String::new();
    for region in plan.regions() {
        let _ = write!(backends, "\nbackend region-{}\n", region.name());
        for (index, server) in region.nearest_first().iter().enumerate() {
            let backup = if index == 0 { "" } else { " backup" };
            let _ = writeln!(backends, "    server {} {}{backup}", server.name(), server.public());
        }
    }
    let first = plan.regions().next().map(|region| region.name()).unwrap_or_default();
    render(
        CONFIGURATION,
        &[
            ("socket", &estate.join("haproxy.sock").display().to_string()),
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
                  server ap 198.18.0.98:8080 backup\n";
        assert!(text.contains(us), "{text}");
        assert!(text.contains("map_ip(/run/jubilee-lab/0/regions.map,eu)"), "{text}");
    }
}
