//! The command line: `up` in one terminal, everything else from a second one.

mod arguments;
mod drill;
mod signals;
mod top;
mod up;

use crate::{Lab, LabError, Target, claim};
use arguments::{Verb, command};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

/// Runs the command line; gives 0, 64 for bad usage, or 1.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(said) => {
            // Where help or the complaint cannot be printed, the exit code still tells.
            let _ = said.print();
            return ExitCode::from(if said.use_stderr() { 64 } else { 0 });
        }
    };
    match arguments::verb(&matches).and_then(|(number, verb)| carry_out(number, verb)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: {error}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(number: Option<u16>, verb: Verb) -> Result<(), LabError> {
    let lab = || Lab::find(number);
    match verb {
        Verb::Up(options) => up::run(*options),
        Verb::Down => down(number),
        Verb::Status => say(&lab()?.status().to_string()),
        Verb::Partition(one, other) => lab()?.partition(&one, &other),
        Verb::CutReplication(one, other) => lab()?.cut_replication(&one, &other),
        Verb::Heal => lab()?.heal(),
        Verb::Kill(place) => lab()?.kill(place.target()),
        Verb::Hang(place) => lab()?.hang(place.target()),
        Verb::Start(place) => lab()?.start(place.target()),
        Verb::Restart(place) => lab()?.restart(place.target()),
        Verb::Skew(region, milliseconds) => lab()?.skew(&region, milliseconds),
        Verb::Dial(region, Some(percent)) => lab()?.set_dial(&region, percent),
        Verb::Dial(region, None) => say(&format!("{}\n", lab()?.dial(&region)?)),
        Verb::Replace(region, Some(program)) => lab()?.replace(&region, &program),
        Verb::Replace(region, None) => say(&format!("{}\n", lab()?.program(&region)?.display())),
        Verb::Repair => lab()?.repair(),
        Verb::Drill(Some(name)) => drill::run(&lab()?, &name),
        Verb::Drill(None) => drill::list(),
        Verb::Top(once, every) => top::run(&lab()?, once, every),
        Verb::Logs(part, follow) => logs(&lab()?, part.as_deref(), follow),
    }
}

impl arguments::Place {
    fn target(&self) -> Target<'_> {
        match (self.instance, self.node) {
            (true, _) => Target::Instance(&self.region),
            (false, Some(number)) => Target::Node(&self.region, number),
            (false, None) => Target::Nodes(&self.region),
        }
    }
}

/// Also sweeps up what is left of laboratories that nobody keeps any more.
fn down(number: Option<u16>) -> Result<(), LabError> {
    let swept = claim::sweep_leftovers()?;
    for leftover in &swept {
        say(&format!("laboratory {leftover} was left behind; it is gone now\n"))?;
    }
    let done = match number {
        Some(number) => swept.contains(&number),
        None => !swept.is_empty() && claim::running().is_empty(),
    };
    if done {
        return Ok(());
    }
    Lab::find(number)?.down()
}

/// Prints the log of one part, or says which parts have one.
fn logs(lab: &Lab, part: Option<&str>, follow: bool) -> Result<(), LabError> {
    let Some(part) = part else { return say(&(lab.parts().join("\n") + "\n")) };
    let path = lab.log_path(part)?;
    let mut log = File::open(&path).map_err(LabError::file(&path))?;
    loop {
        match io::copy(&mut log, &mut io::stdout()).and_then(|_| io::stdout().flush()) {
            // Whoever read it has seen enough.
            Err(_) => return Ok(()),
            Ok(()) if !follow || !path.exists() => return Ok(()),
            // Until more is written: files have no way to say so.
            Ok(()) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

fn say(text: &str) -> Result<(), LabError> {
    io::stdout().write_all(text.as_bytes()).map_err(|error| LabError::failed(error.to_string()))
}
