//! The instances: what they are told, and how they are started.

use crate::cassandra::CQL_PORT;
use crate::command::run;
use crate::keeper::Process;
use crate::network::inside;
use crate::observers::Observer;
use crate::plan::{Plan, Region};
use crate::{LabError, skew};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything an instance of this region is told: variables and values.
pub(crate) fn environment(plan: &Plan, region: &Region<'_>, data: &Path) -> Vec<(String, String)> {
    let mut settings = vec![
        ("REGION", region.name().to_owned()),
        ("LISTEN", region.public().to_string()),
        ("ADMIN_LISTEN", region.admin().to_string()),
        ("LOG_FORMAT", "json".to_owned()),
        // HAProxy has noticed after 2 checks, 500 ms apart.
        ("DRAIN_DELAY", "1500ms".to_owned()),
    ];
    if plan.has_nodes() {
        let near = region.nearest_first();
        let nodes = near.iter().flat_map(Region::nodes).map(|node| format!("{node}:{CQL_PORT}"));
        settings.push(("STORE", "cluster".to_owned()));
        settings.push(("CLUSTER_NODES", nodes.collect::<Vec<_>>().join(",")));
        settings.push(("CLUSTER_REPLICATION", replication(plan)));
    } else {
        settings.push(("STORE", "embedded".to_owned()));
        settings.push(("DATA_DIR", data.join(region.name()).display().to_string()));
    }
    if plan.options.observe {
        let collector = Observer::Collector.address(plan);
        settings.push(("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}")));
        // Whoever wants to see a request's spans says so with it; printing all of a load's would cost more than the load.
        settings.push(("OTEL_TRACES_SAMPLER", "parentbased_traceidratio".to_owned()));
        settings.push(("OTEL_TRACES_SAMPLER_ARG", "0.1".to_owned()));
    }
    let own = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
    // What the options say comes last and wins.
    own.chain(plan.options.settings.iter().cloned()).map(|(name, value)| (variable(&name), value)).collect()
}

/// Traces are set up by the variables that OpenTelemetry's specification names, all else by our own.
fn variable(setting: &str) -> String {
    if setting.starts_with("OTEL_") { setting.to_owned() } else { format!("JUBILEE_{setting}") }
}

/// Up to three replicas a region.
fn replication(plan: &Plan) -> String {
    let regions = plan.options.regions.iter().filter(|region| region.nodes > 0);
    regions.map(|region| format!("{}:{}", region.name, region.nodes.min(3))).collect::<Vec<_>>().join(",")
}

/// What is written down about an instance that is to be short of room.
const ROOM: &str = "room";
/// What is written down about one that has been replaced.
const PROGRAM: &str = "program";
/// How often `migrate` is tried: nodes that have just started may not agree on the schema in time.
const MIGRATE_TRIES: usize = 3;

/// Makes the schema, from the first region.
pub(crate) fn migrate(plan: &Plan, data: &Path) -> Result<(), LabError> {
    let region = plan.regions().next().ok_or_else(|| LabError::failed("there is no region"))?;
    let mut command = command(plan, &region, data, &plan.options.jubilee);
    command.arg("migrate");
    let migrate = || run(&mut inside(&region, &command), "util-linux").map(|_| ());
    (1..MIGRATE_TRIES).fold(migrate(), |result, _| result.or_else(|_| migrate()))
}

/// Starts the instance of a region, with its clock as wrong as it was last told to be.
pub(crate) fn start(plan: &Plan, region: &Region<'_>, estate: &Path) -> Result<(), LabError> {
    let process = process(region, estate);
    let mut command = command(plan, region, &estate.join("data"), &program(plan, &process));
    command.arg("serve");
    if let Some(room) = process.note(ROOM).filter(|room| !room.is_empty()) {
        command.env("JUBILEE_MAX_IN_FLIGHT", room);
    }
    process.start(&inside(region, &skew::wrap(command, skew::of(&process))?))
}

/// Has the instance admit next to nobody from its next start on, or as many as it is told again.
pub(crate) fn leave_little_room(process: &Process, little: bool) -> Result<(), LabError> {
    process.write_note(ROOM, if little { "2" } else { "" })
}

/// Has the instance be this program from its next start on.
pub(crate) fn remember_program(process: &Process, program: &Path) -> Result<(), LabError> {
    process.write_note(PROGRAM, &program.display().to_string())
}

/// The program of an instance: that of the laboratory, until it was replaced.
pub(crate) fn program(plan: &Plan, process: &Process) -> PathBuf {
    process.note(PROGRAM).map_or_else(|| plan.options.jubilee.clone(), PathBuf::from)
}

pub(crate) fn process(region: &Region<'_>, estate: &Path) -> Process {
    Process::new(estate, &format!("{}-instance", region.name()))
}

fn command(plan: &Plan, region: &Region<'_>, data: &Path, program: &Path) -> Command {
    let mut command = Command::new(program);
    // What this process is told is not meant for the instance.
    let meant_for_it = |name: &str| name.starts_with("JUBILEE_") || name.starts_with("OTEL_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| meant_for_it(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command.envs(environment(plan, region, data));
    command
}

#[cfg(test)]
mod tests {
    use super::environment;
    use crate::Options;
    use crate::plan::Plan;
    use std::path::Path;

    fn told(options: &Options, name: &str) -> String {
        let plan = Plan::new(0, options).expect("a good plan");
        let region = plan.region("us").expect("it is one");
        let variables = environment(&plan, &region, Path::new("/data"));
        let told = variables.iter().rev().find(|(known, _)| known == name);
        told.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    #[test]
    fn an_instance_is_told_its_own_nodes_first_and_up_to_three_replicas_a_region() {
        let options = Options::new("jubilee").nodes("eu", 4);
        let nodes = told(&options, "JUBILEE_CLUSTER_NODES");
        assert!(nodes.starts_with("198.18.0.75:9042,198.18.0.43:9042,198.18.0.44:9042,"), "{nodes}");
        assert_eq!(told(&options, "JUBILEE_CLUSTER_REPLICATION"), "eu:3,us:1,ap:1");
        assert_eq!(told(&options, "JUBILEE_LISTEN"), "198.18.0.66:8080");
    }

    #[test]
    fn without_nodes_the_store_is_embedded_and_the_options_have_the_last_word() {
        let options = Options::new("jubilee").nodes("eu", 0).nodes("us", 0).nodes("ap", 0);
        assert_eq!(told(&options, "JUBILEE_DATA_DIR"), "/data/us");
        assert_eq!(told(&options.setting("STORE", "other"), "JUBILEE_STORE"), "other");
    }

    #[test]
    fn spans_go_to_the_collector_of_a_laboratory_that_is_watched() {
        let endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
        assert_eq!(told(&Options::new("jubilee"), endpoint), "");
        assert_eq!(told(&Options::new("jubilee").observe(), endpoint), "http://198.18.0.1:4318");
        let options = Options::new("jubilee").observe().setting("OTEL_TRACES_SAMPLER_ARG", "0.5");
        assert_eq!(told(&options, "OTEL_TRACES_SAMPLER_ARG"), "0.5");
    }
}
