//! What can be typed.

use crate::{LabError, Options};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;
use std::time::Duration;

/// What was typed.
#[derive(Debug, PartialEq)]
pub(super) enum Verb {
    Up(Box<UpArguments>),
    Down,
    Status,
    Partition(String, String),
    CutReplication(String, String),
    Heal,
    Kill(Place),
    Hang(Place),
    Start(Place),
    Restart(Place),
    Skew(String, i64),
    /// Without a number: how it stands.
    Dial(String, Option<u8>),
    /// Without a program: which one it is.
    Replace(String, Option<PathBuf>),
    Repair,
    /// Without a name: which drills there are.
    Drill(Option<String>),
    /// Once only, and over which time.
    Top(bool, Duration),
    Logs(Option<String>, bool),
}

/// What a fault is to meet.
#[derive(Debug, PartialEq)]
pub(super) struct Place {
    pub(super) region: String,
    pub(super) node: Option<usize>,
    pub(super) instance: bool,
}

/// What `up` is told; the program is built when it is not given.
#[derive(Debug, PartialEq)]
pub(super) struct UpArguments {
    pub(super) jubilee: Option<PathBuf>,
    nodes: Vec<(Option<String>, u8)>,
    heap_megabytes: u32,
    for_load: bool,
    pub(super) instances: bool,
    observe: bool,
    settings: Vec<(String, String)>,
}

impl UpArguments {
    pub(super) fn options(&self, jubilee: PathBuf) -> Options {
        let mut options = Options::new(jubilee);
        for (region, count) in &self.nodes {
            match region {
                Some(region) => options = options.nodes(region, *count),
                None => options.regions.iter_mut().for_each(|region| region.nodes = *count),
            }
        }
        Options {
            heap_megabytes: self.heap_megabytes,
            for_load: self.for_load,
            instances: self.instances,
            observe: self.observe,
            ..options
        }
        .with_settings(&self.settings)
    }
}

impl Options {
    fn with_settings(mut self, settings: &[(String, String)]) -> Self {
        self.settings.extend(settings.iter().cloned());
        self
    }
}

pub(super) fn command() -> Command {
    let region = || Arg::new("region").value_name("REGION").required(true).help("Such as eu");
    let pair = |name: &'static str, about: &'static str| {
        let other = Arg::new("other").value_name("REGION").required(true);
        Command::new(name).about(about).arg(region()).arg(other)
    };
    let placed = |name: &'static str, about: &'static str| {
        let node = Arg::new("node").long("node").value_name("N").value_parser(value_parser!(usize));
        let instance =
            Arg::new("instance").long("instance").action(ArgAction::SetTrue).conflicts_with("node");
        Command::new(name)
            .about(about)
            .arg(region())
            .arg(node.help("Only this database node, counted from 1"))
            .arg(instance.help("The instance instead of the database nodes"))
    };
    let id = Arg::new("id").long("id").global(true).value_name("NUMBER").value_parser(value_parser!(u16));
    Command::new("cargo lab")
        .about("Regions on one machine: real Cassandra nodes, instances, a balancer, and faults between them")
        .subcommand_required(true)
        .arg(id.help("Which laboratory, when several run"))
        .subcommand(up())
        .subcommand(Command::new("down").about("Ends the laboratory; nothing of it is left"))
        .subcommand(
            Command::new("status").about("Shows nodes, instances, replication lag, and who serves whom"),
        )
        .subcommand(pair("partition", "Drops every packet between two regions"))
        .subcommand(pair("cut-replication", "Drops what the nodes of two regions say to each other"))
        .subcommand(Command::new("heal").about("Ends every partition and cut"))
        .subcommand(placed("kill", "Kills the database nodes of a region (kill -9)"))
        .subcommand(placed("hang", "Stops the database nodes of a region in their tracks (SIGSTOP)"))
        .subcommand(placed("start", "Starts what is dead and lets go on what hangs"))
        .subcommand(placed("restart", "Ends in good order and starts again, one after the other"))
        .subcommand(
            Command::new("skew")
                .about("Restarts the instance of a region with its wall clock off")
                .arg(region())
                .arg(
                    Arg::new("by")
                        .required(true)
                        .allow_hyphen_values(true)
                        .help("Such as 3s, -1.5s, 200ms or 0s"),
                ),
        )
        .subcommand(
            Command::new("dial")
                .about("Leads so many percent of a region's own clients to it, and the others elsewhere; or says how many")
                .arg(region())
                .arg(
                    Arg::new("percent")
                        .value_name("PERCENT")
                        .value_parser(value_parser!(u8).range(..=100))
                        .help("0: nobody, 100: all"),
                ),
        )
        .subcommand(
            Command::new("replace")
                .about("Ends the instance of a region in good order and starts another program; or says which it is")
                .arg(region())
                .arg(Arg::new("program").value_name("PATH").value_parser(value_parser!(PathBuf))),
        )
        .subcommand(Command::new("repair").about("Has every node fetch what it lacks: nodetool repair"))
        .subcommand(
            Command::new("drill")
                .about("Plays a fault, waits until its alerts ring, mends it, and prints the times; needs up --observe")
                .arg(Arg::new("name").value_name("NAME").required_unless_present("list").help("Such as region-lost"))
                .arg(
                    Arg::new("list")
                        .long("list")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("name")
                        .help("Which drills there are, and what each must ring"),
                ),
        )
        .subcommand(
            Command::new("top")
                .about("Shows requests, errors, latency and lag of each region, refreshed in place")
                .arg(Arg::new("once").long("once").action(ArgAction::SetTrue).help("Prints it once"))
                .arg(
                    Arg::new("every")
                        .long("every")
                        .value_name("SECONDS")
                        .default_value("1")
                        .value_parser(value_parser!(u16).range(1..))
                        .help("Between two refreshes"),
                ),
        )
        .subcommand(
            Command::new("logs")
                .about("Prints the log of a part, or the names of all parts")
                .arg(Arg::new("part").value_name("PART").help("Such as eu-1, us-instance or balancer"))
                .arg(Arg::new("follow").long("follow").short('f').action(ArgAction::SetTrue)),
        )
}

fn up() -> Command {
    Command::new("up")
        .about("Starts a laboratory, and keeps it until Ctrl-C")
        .arg(
            Arg::new("jubilee")
                .long("jubilee")
                .value_name("PATH")
                .value_parser(value_parser!(PathBuf))
                .help("The program to run [default: cargo builds it, in release mode]"),
        )
        .arg(
            Arg::new("nodes")
                .long("nodes")
                .value_name("[REGION=]COUNT")
                .value_delimiter(',')
                .value_parser(nodes)
                .help(
                    "Database nodes, everywhere or in one region; 0 everywhere: embedded stores [default: 1]",
                ),
        )
        .arg(
            Arg::new("heap")
                .long("heap")
                .value_name("MB")
                .default_value("384")
                .value_parser(value_parser!(u32).range(192..)) // less, and Cassandra does not start
                .help("The heap of each database node"),
        )
        .arg(
            Arg::new("for-load")
                .long("for-load")
                .action(ArgAction::SetTrue)
                .help("Database nodes that start slower and bear more load once they are warm"),
        )
        .arg(
            Arg::new("no-instances")
                .long("no-instances")
                .action(ArgAction::SetTrue)
                .help("Only nodes, networks and the balancer"),
        )
        .arg(
            Arg::new("observe").long("observe").action(ArgAction::SetTrue).help(
                "With Prometheus, Alertmanager and a collector of spans; the first time, that is built",
            ),
        )
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .value_parser(setting)
                .help("A setting of every instance, without JUBILEE_; or a variable OTEL_..."),
        )
}

fn nodes(text: &str) -> Result<(Option<String>, u8), String> {
    let (region, count) = text.split_once('=').map_or((None, text), |(region, count)| (Some(region), count));
    let count = count.parse().map_err(|_| format!("expected a count or REGION=COUNT, found {text:?}"))?;
    Ok((region.map(str::to_owned), count))
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("expected NAME=VALUE, found {text:?}"))?;
    Ok((name.strip_prefix("JUBILEE_").unwrap_or(name).to_owned(), value.to_owned()))
}

/// A duration with a sign, in milliseconds.
fn milliseconds(text: &str) -> Result<i64, LabError> {
    let bad = || LabError::failed(format!("expected such as 3s, -1.5s or 200ms, found {text:?}"));
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s').ok_or_else(bad)?, 1000.0),
    };
    let number: f64 = number.parse().map_err(|_| bad())?;
    if number.abs() * unit > 1e12 || number.is_nan() {
        Err(bad())
    } else {
        Ok((number * unit).round() as i64)
    }
}

/// Which laboratory, and what to do.
pub(super) fn verb(matches: &ArgMatches) -> Result<(Option<u16>, Verb), LabError> {
    let (name, matches) = matches.subcommand().ok_or_else(|| LabError::failed("a verb is missing"))?;
    let text = |id: &str| matches.get_one::<String>(id).cloned().unwrap_or_default();
    let pair = || (text("region"), text("other"));
    let place = || Place {
        region: text("region"),
        node: matches.get_one("node").copied(),
        instance: matches.get_flag("instance"),
    };
    let verb = match name {
        "up" => Verb::Up(Box::new(UpArguments {
            jubilee: matches.get_one("jubilee").cloned(),
            nodes: matches.get_many("nodes").into_iter().flatten().cloned().collect(),
            heap_megabytes: matches.get_one("heap").copied().unwrap_or_default(),
            for_load: matches.get_flag("for-load"),
            instances: !matches.get_flag("no-instances"),
            observe: matches.get_flag("observe"),
            settings: matches.get_many("set").into_iter().flatten().cloned().collect(),
        })),
        "down" => Verb::Down,
        "status" => Verb::Status,
        "partition" => {
            let (one, other) = pair();
            Verb::Partition(one, other)
        }
        "cut-replication" => {
            let (one, other) = pair();
            Verb::CutReplication(one, other)
        }
        "heal" => Verb::Heal,
        "kill" => Verb::Kill(place()),
        "hang" => Verb::Hang(place()),
        "start" => Verb::Start(place()),
        "restart" => Verb::Restart(place()),
        "skew" => Verb::Skew(text("region"), milliseconds(&text("by"))?),
        "dial" => Verb::Dial(text("region"), matches.get_one("percent").copied()),
        "replace" => Verb::Replace(text("region"), matches.get_one("program").cloned()),
        "repair" => Verb::Repair,
        "drill" => Verb::Drill(matches.get_one("name").cloned()),
        "top" => {
            let every = matches.get_one::<u16>("every").copied().unwrap_or(1);
            Verb::Top(matches.get_flag("once"), Duration::from_secs(every.into()))
        }
        _ => Verb::Logs(matches.get_one("part").cloned(), matches.get_flag("follow")),
    };
    Ok((matches.get_one("id").copied(), verb))
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
