//! What may stand on the command line.

use crate::engine::Ask;
use crate::{Settings, Times, Version};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;
use std::time::Duration;

/// What is wanted, and where.
pub(super) struct Wanted {
    pub(super) place: Where,
    pub(super) here: Here,
    pub(super) verb: Verb,
}

/// Where the regions run.
pub(super) enum Where {
    /// In a laboratory, of that number or the only one.
    Lab(Option<u16>),
    /// On AWS, as this file describes it.
    Aws(PathBuf),
}

/// What may differ on this machine from what the journal says.
pub(super) struct Here {
    prometheus: Option<String>,
    report: Option<PathBuf>,
    k6: Option<PathBuf>,
    scripts: Option<PathBuf>,
}

pub(super) enum Verb {
    Start { version: Version, settings: Box<Settings>, mixed: bool },
    GoOn(Ask),
    Status,
}

impl Here {
    pub(super) fn change(&self, settings: &mut Settings) {
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if let Some(prometheus) = &self.prometheus {
            settings.prometheus.clone_from(prometheus);
        }
        for (path, changed) in [
            (&mut settings.report, &self.report),
            (&mut settings.k6, &self.k6),
            (&mut settings.scripts, &self.scripts),
        ] {
            *path = changed.as_ref().map_or_else(|| path.clone(), absolute);
        }
    }
}

const TIMES: [(&str, &str); 7] = [
    ("baseline", "Load on the running version, to compare with"),
    ("bake", "Load while ten percent of the region's users are there"),
    ("warmup", "Load before each that is not measured"),
    ("watch", "How long a region is watched at a hundred percent"),
    ("ready-within", "How long instances may take to become ready"),
    ("settle", "How long alerts that replacing has caused may take to end"),
    ("poll", "Between two looks at alerts and readiness"),
];

/// The whole command line.
pub(super) fn command() -> Command {
    let path = |name: &'static str| {
        Arg::new(name).long(name).global(true).value_name("PATH").value_parser(value_parser!(PathBuf))
    };
    Command::new("rollout")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Takes a version through the regions, one at a time, and takes it back where a gate says no")
        .after_help(
            "SIGINT or SIGTERM: it goes back in good order; a second one ends at once.\n\
             Exit codes: 0 done; 1 stopped, what it touched is as it was; 2 stopped, and not everything could be put \
             back: somebody is needed; 64 bad usage; 75 another rollout holds the lock.",
        )
        .subcommand_required(true)
        .arg(text("platform", "PLATFORM").value_parser(["lab", "aws"]).default_value("lab").help("Where the regions run"))
        .arg(text("lab", "NUMBER").value_parser(value_parser!(u16)).help("Which laboratory, when several run"))
        .arg(path("regions").help("On aws: the file that describes the regions (deploy/rollout/README.md)"))
        .arg(text("prometheus", "URL").help("Where alerts are asked for [default: the laboratory's own]"))
        .arg(path("report").help("Where the report goes [default: rollout-report]"))
        .arg(path("k6").help("What runs k6 [default: scripts/k6]"))
        .arg(path("scripts").help("Where k6's scripts are [default: k6]"))
        .subcommand(start())
        .subcommand(take_over(Command::new("resume").about("Goes on with a rollout whose process is dead")))
        .subcommand(take_over(Command::new("abort").about("Goes back with a rollout whose process is dead")).arg(back_all()))
        .subcommand(Command::new("status").about("Says how far it is, and what the regions run"))
}

fn text(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).global(true).value_name(value)
}

fn back_all() -> Arg {
    let help = "Regions that have passed go back too, when a later one fails";
    Arg::new("back-all").long("back-all").action(ArgAction::SetTrue).help(help)
}

fn take_over(command: Command) -> Command {
    let help = "Takes the lock from a process that is dead but cannot be seen to be, on another machine";
    command.arg(Arg::new("take-over").long("take-over").action(ArgAction::SetTrue).help(help))
}

fn start() -> Command {
    let own = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let number = |name: &'static str| own(name, "NUMBER").value_parser(value_parser!(u32).range(1..));
    Command::new("start")
        .about("Starts a rollout")
        .arg(own("version", "VERSION").required(true).help("In the laboratory the path of a program, on aws a digest or a tag"))
        .arg(
            own("environment", "NAME")
                .value_parser(["lab", "staging", "production"])
                .help("Whose objectives hold, and how long everything takes [default: lab in the laboratory, else production]"),
        )
        .arg(number("rate").help("Requests a second of the load [default: k6/load.js's]"))
        .arg(number("users").help("Users of the load [default: k6/load.js's]"))
        .arg(own("remote-write", "URL").help("Where k6 writes what it measures: Prometheus' /api/v1/write"))
        .arg(number("descriptors").default_value("10").help("By how much open descriptors may grow over the bake"))
        .arg(back_all())
        .arg(Arg::new("mixed").long("mixed").action(ArgAction::SetTrue).help("Also where regions run different versions"))
        .args(TIMES.map(|(name, help)| own(name, "TIME").value_parser(humantime::parse_duration).help(help)))
}

/// Reads what was given.
pub(super) fn wanted(matches: &ArgMatches) -> Result<Wanted, String> {
    let (name, of_verb) = matches.subcommand().ok_or("a verb is missing")?;
    let path = |name: &str| of_verb.get_one::<PathBuf>(name).cloned();
    let here = Here {
        prometheus: of_verb.get_one::<String>("prometheus").cloned(),
        report: path("report"),
        k6: path("k6"),
        scripts: path("scripts"),
    };
    let flag = |name: &str| of_verb.get_flag(name);
    let aws = of_verb.get_one::<String>("platform").is_some_and(|platform| platform == "aws");
    let place = match (aws, path("regions")) {
        (true, Some(regions)) => Where::Aws(regions),
        (true, None) => return Err("--platform aws needs --regions FILE".to_owned()),
        (false, Some(_)) => return Err("--regions is for --platform aws".to_owned()),
        (false, None) => Where::Lab(of_verb.get_one("lab").copied()),
    };
    let verb = match name {
        "start" => Verb::Start {
            version: Version(of_verb.get_one::<String>("version").cloned().unwrap_or_default()),
            settings: Box::new(settings(of_verb, &here, if aws { "production" } else { "lab" })),
            mixed: flag("mixed"),
        },
        "resume" => Verb::GoOn(Ask::Resume { take_over: flag("take-over") }),
        "abort" => Verb::GoOn(Ask::Abort { take_over: flag("take-over"), back_all: flag("back-all") }),
        _ => Verb::Status,
    };
    Ok(Wanted { place, here, verb })
}

fn settings(matches: &ArgMatches, here: &Here, by_default: &str) -> Settings {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let environment = text("environment").unwrap_or_else(|| by_default.to_owned());
    let mut times = Times::of(&environment);
    for (place, (name, _)) in [
        &mut times.baseline,
        &mut times.bake,
        &mut times.warmup,
        &mut times.watch,
        &mut times.ready,
        &mut times.settle,
        &mut times.poll,
    ]
    .into_iter()
    .zip(TIMES)
    {
        *place = matches.get_one::<Duration>(name).copied().unwrap_or(*place);
    }
    let or = |path: &Option<PathBuf>, default: &str| path.clone().unwrap_or_else(|| default.into());
    Settings {
        environment,
        prometheus: here.prometheus.clone().unwrap_or_default(),
        remote_write: text("remote-write"),
        report: or(&here.report, "rollout-report"),
        k6: or(&here.k6, "scripts/k6"),
        scripts: or(&here.scripts, "k6"),
        rate: matches.get_one("rate").copied(),
        users: matches.get_one("users").copied(),
        descriptors: matches.get_one("descriptors").copied().unwrap_or_default(),
        back_all: matches.get_flag("back-all"),
        times,
    }
}
