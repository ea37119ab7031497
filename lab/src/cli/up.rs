//! `cargo lab up`: progress while it starts, curl lines to try, then waiting for Ctrl-C.

use super::arguments::UpArguments;
use super::say;
use super::signals::on_signal;
use crate::{Lab, LabError, waiting};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

enum Event {
    Started(Box<Result<Lab, LabError>>),
    Signalled,
}

pub(super) fn run(arguments: UpArguments) -> Result<(), LabError> {
    let (sender, events) = mpsc::channel();
    // Before anything is started: from here on a signal ends the laboratory in good order.
    let signalled = sender.clone();
    // Nobody listens any more once the laboratory has ended.
    on_signal(move || drop(signalled.send(Event::Signalled)))?;
    thread::spawn(move || {
        let started = Event::Started(Box::new(start(&arguments)));
        // Nobody waits any more if the process ends.
        let _ = sender.send(started);
    });
    let mut stopping = false;
    let mut running = None;
    for event in &events {
        match event {
            Event::Signalled if !stopping => {
                stopping = true;
                // Whether or not anybody still reads.
                let _ = say("taking everything down\n");
                waiting::interrupt();
            }
            Event::Signalled => {}
            Event::Started(started) if stopping => {
                drop(started);
                return Ok(());
            }
            Event::Started(started) => running = Some((*started)?),
        }
        if stopping && let Some(lab) = running.take() {
            drop(lab);
            return Ok(());
        }
    }
    Ok(())
}

fn start(arguments: &UpArguments) -> Result<Lab, LabError> {
    let began = Instant::now();
    let progress = Progress::new();
    let jubilee = match &arguments.jubilee {
        Some(path) => std::path::absolute(path).map_err(LabError::file(path))?,
        None if arguments.instances => build(&progress)?,
        None => PathBuf::new(),
    };
    let lab = Lab::up_reporting(&arguments.options(jubilee), &|what| progress.report(what))?;
    progress.end();
    say(&welcome(&lab, arguments.instances, began.elapsed())?)?;
    Ok(lab)
}

/// Builds the product and gives the place of the program.
fn build(progress: &Progress) -> Result<PathBuf, LabError> {
    progress.report("builds jubilee");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments =
        ["build", "--release", "--package", "jubilee", "--bin", "jubilee", "--message-format=json"];
    let mut command = Command::new(cargo);
    let output = command.args(arguments).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| LabError::failed(format!("cargo: {error}")))?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    });
    match programs.next_back() {
        Some(program) if output.status.success() => Ok(program),
        _ => Err(LabError::failed("jubilee does not build; give a program with --jubilee PATH")),
    }
}

/// What to try, in a second terminal.
fn welcome(lab: &Lab, instances: bool, took: Duration) -> Result<String, LabError> {
    let mut text = format!("\n{}", lab.status());
    let _ = writeln!(
        text,
        "\nlaboratory {} is up after {:.0} s; Ctrl-C ends it",
        lab.number(),
        took.as_secs_f64()
    );
    if let (Ok(prometheus), Ok(alertmanager)) = (lab.prometheus(), lab.alertmanager()) {
        let _ = writeln!(
            text,
            "\nPrometheus {}, Alertmanager {}; spans: cargo lab logs collector -f; faults that ring: cargo lab drill --list",
            prometheus.url(),
            alertmanager.url()
        );
    }
    let url = lab.geo_url();
    // The second region, because the first also serves whoever is of no region.
    let regions = lab.regions();
    if let Some(region) = regions.get(1).or(regions.first()).filter(|_| instances) {
        let client = lab.client_address(region)?;
        let _ = write!(
            text,
            "\nTry, in a second terminal, as a client in {region}:\n\n  \
             curl -i --interface {client} -X PUT {url}/hello/ada -d '{{\"dateOfBirth\":\"1815-12-10\"}}'\n  \
             curl -i --interface {client} {url}/hello/ada\n  \
             cargo lab kill {region}    # its database nodes; the same curl goes on, served by other replicas\n  \
             cargo lab start {region}\n  \
             cargo lab status\n"
        );
    }
    Ok(text)
}

/// A line that changes on a terminal; elsewhere a line for each step.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed:>4} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self(bar)
    }

    fn report(&self, what: &str) {
        match &self.0 {
            Some(bar) => bar.set_message(what.to_owned()),
            None => eprintln!("lab: {what}"),
        }
    }

    fn end(&self) {
        self.0.iter().for_each(ProgressBar::finish_and_clear);
    }
}
