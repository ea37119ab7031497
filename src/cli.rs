//! The command line: `jubilee [serve]`, `migrate`, `import`, `export`, `check`, `openapi`, `config`.

mod arguments;
mod check;
mod export;
mod import;
mod line;
mod migrate;
mod serve;
mod show_config;

use crate::app::{self, App, StartError};
use crate::config::{Config, Sources, StoreKind};
use crate::http::docs;
use crate::telemetry::Metrics;
use clap::ArgMatches;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Bad usage or configuration (`EX_USAGE` of BSD's sysexits).
const EXIT_USAGE: u8 = 64;
const CONFIG_FILE: &str = "jubilee.toml";

/// Runs the command that the arguments name; the first argument is the program itself.
///
/// The exit code is 0 if all went well, 64 for bad usage or configuration, 1 for anything else.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    run_with(arguments, app::assemble)
}

/// The same for a program that serves an [`App`] of its own; `assemble` is called in an actix system.
pub fn run_with(
    arguments: impl IntoIterator<Item = OsString>,
    assemble: impl FnOnce(&Config, Metrics) -> Result<App, StartError>,
) -> ExitCode {
    let matches = match arguments::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            let _ = error.print();
            return if error.use_stderr() { EXIT_USAGE.into() } else { ExitCode::SUCCESS };
        }
    };
    let (name, of_command) = matches.subcommand().unwrap_or(("serve", &matches));
    let sources = sources(&matches, of_command);
    let config = match Config::load(&sources) {
        Ok(config) => config,
        Err(error) => return failed(EXIT_USAGE, error),
    };
    let result = match name {
        "migrate" if config.store == StoreKind::Embedded => return failed(EXIT_USAGE, migrate::NO_CLUSTER),
        "migrate" => migrate::run(&config, of_command),
        "import" => import::run(&config, of_command),
        "export" => export::run(&config, of_command),
        "check" => check::run(&config, of_command),
        "openapi" => writeln!(io::stdout(), "{}", docs::openapi()).map_err(Into::into),
        "config" => show_config::run(&sources, &config).map_err(Into::into),
        _ => serve::run(&config, &sources.unknown_variables, assemble),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(1, error),
    }
}

fn sources(matches: &ArgMatches, of_command: &ArgMatches) -> Sources {
    let mut sources = Sources::new(io::stdout().is_terminal() && io::stderr().is_terminal());
    match std::fs::read_to_string(CONFIG_FILE) {
        Ok(text) => sources.add_file(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => sources.add_file_fault(format!("it cannot be read: {error}")),
    }
    sources.add_variables(std::env::vars_os().filter_map(|(name, text)| {
        // A variable that is no text cannot be one of ours.
        Some((name.into_string().ok()?, text.into_string().ok()?))
    }));
    arguments::add_flags(matches, &mut sources);
    arguments::add_flags(of_command, &mut sources);
    sources
}

fn failed(code: u8, error: impl Display) -> ExitCode {
    // With standard error gone there is nobody to tell.
    let _ = writeln!(io::stderr(), "jubilee: {error}");
    code.into()
}
