//! The command line: `rollout start`, `resume`, `abort`, `status`.

mod arguments;
mod signals;
mod status;

use crate::engine::{Ask, Outcome, open, read_journal};
use crate::k6::K6;
use crate::monitor::Prometheus;
use crate::platform::aws::AwsPlatform;
use crate::platform::lab::LabPlatform;
use crate::stop::Stop;
use crate::tools::{SystemClock, Tools};
use crate::{Platform, PlatformError, Settings, Version};
use arguments::{Here, Verb, Wanted, Where};
use clap::ArgMatches;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::absolute;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

const EXIT_USAGE: u8 = 64;

/// Runs the command line; what it gives is told by `rollout --help`.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match arguments::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(said) => {
            // Where help or the complaint cannot be printed, the exit code still tells.
            let _ = said.print();
            return ExitCode::from(if said.use_stderr() { EXIT_USAGE } else { 0 });
        }
    };
    match carry_out(&matches) {
        Ok(code) => ExitCode::from(code),
        Err(Fault::Usage(why)) => failed(EXIT_USAGE, why),
        Err(Fault::Platform(error)) => failed(1, error),
    }
}

enum Fault {
    /// What was asked makes no sense.
    Usage(String),
    /// The platform cannot be reached.
    Platform(PlatformError),
}

fn carry_out(matches: &ArgMatches) -> Result<u8, Fault> {
    let wanted = arguments::wanted(matches).map_err(Fault::Usage)?;
    let (platform, at_hand) = platform(&wanted)?;
    match wanted.verb {
        Verb::Status => status::print(&*platform).map(|()| 0).map_err(Fault::Platform),
        Verb::Start { version, mut settings, mixed } => {
            if settings.prometheus.is_empty() {
                let why = "--prometheus is missing: with nobody watching nothing is let through";
                settings.prometheus = at_hand.ok_or_else(|| Fault::Usage(why.to_owned()))?;
            }
            for path in [&mut settings.report, &mut settings.k6, &mut settings.scripts] {
                *path = absolute(&*path).map_err(|error| Fault::Usage(error.to_string()))?;
            }
            let version = of_platform(&wanted.place, version)?;
            Ok(roll(&*platform, &settings.clone(), Ask::Start { version, settings, mixed }, &wanted.here))
        }
        Verb::GoOn(ask) => {
            let journal = read_journal(&*platform).map_err(PlatformError::Failed).map_err(Fault::Platform)?;
            let Some(journal) = journal else {
                return Ok(failed_with(1, "there is no rollout to go on with"));
            };
            let mut settings = journal.settings;
            wanted.here.change(&mut settings);
            Ok(roll(&*platform, &settings, ask, &wanted.here))
        }
    }
}

/// The platform, and the Prometheus that it has, if it has one.
fn platform(wanted: &Wanted) -> Result<(Box<dyn Platform>, Option<String>), Fault> {
    match &wanted.place {
        Where::Lab(number) => {
            let lab = LabPlatform::new(*number).map_err(Fault::Platform)?;
            let prometheus = jubilee_lab::Lab::find(Some(lab.number())).and_then(|lab| lab.prometheus());
            Ok((Box::new(lab), prometheus.ok().map(|prometheus| prometheus.url())))
        }
        Where::Aws(file) => Ok((Box::new(AwsPlatform::new(file).map_err(Fault::Platform)?), None)),
    }
}

/// In the laboratory a version is a path, and the journal is read from anywhere.
fn of_platform(place: &Where, version: Version) -> Result<Version, Fault> {
    match place {
        Where::Lab(_) => {
            let path = absolute(&version.0).map_err(|error| Fault::Usage(error.to_string()))?;
            Ok(Version(path.to_string_lossy().into_owned()))
        }
        Where::Aws(_) => Ok(version),
    }
}

fn roll(platform: &dyn Platform, settings: &Settings, ask: Ask, here: &Here) -> u8 {
    static STOP: OnceLock<Arc<Stop>> = OnceLock::new();
    let stop = STOP.get_or_init(Arc::default);
    if let Err(error) = signals::listen(stop) {
        return failed_with(1, error);
    }
    let k6 = K6::new(settings, stop);
    let monitor = Prometheus::new(&settings.prometheus);
    let clock = SystemClock::default();
    let tools = Tools { k6: &k6, monitor: &monitor, clock: &clock, stop, say: &say };
    let outcome = open(platform, tools, &holder(), ask, &|settings| here.change(settings));
    let end = match &outcome {
        Outcome::Done => "done: every region runs it".to_owned(),
        Outcome::Stopped(failure) => format!("stopped by {failure}; what it touched is as it was"),
        Outcome::Stuck(failure) => {
            format!("STUCK: {failure}; not everything could be put back, somebody is needed")
        }
        Outcome::Held(by) => format!("another rollout holds the lock: {by}"),
    };
    say(&end);
    outcome.exit_code()
}

/// Who holds the lock, for people.
fn holder() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let user = std::env::var("USER").unwrap_or_else(|_| "somebody".to_owned());
    let host = read("/proc/sys/kernel/hostname");
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now());
    format!("{user} at {host}, process {}, since {now}", std::process::id())
}

/// With nobody there to read, it goes on all the same.
fn say(text: &str) {
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now());
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{now} {text}").and_then(|()| out.flush());
}

fn failed(code: u8, why: impl Display) -> ExitCode {
    ExitCode::from(failed_with(code, why))
}

fn failed_with(code: u8, why: impl Display) -> u8 {
    // With standard error gone there is nobody to tell.
    let _ = writeln!(io::stderr(), "rollout: {why}");
    code
}
