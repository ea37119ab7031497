//! Start, memory, and ten million users. See `benches/README.md`.

mod big;
#[path = "../support/measured.rs"]
mod measured;
#[path = "../support/server.rs"]
mod server;
mod small;
#[path = "../support/statistics.rs"]
mod statistics;
#[path = "../support/users.rs"]
mod users;
#[path = "../support/wrk.rs"]
mod wrk;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::error::Error;
use std::fmt::Display;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

fn main() -> Result<(), Box<dyn Error>> {
    let options = options();
    if !options.get_flag("bench") {
        // `cargo test --benches` only wants to know that it builds.
        return Ok(());
    }
    wrk::check_installed()?;
    // On the same disk as the build, which `/tmp` may not be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let number = |name: &str| options.get_one::<u64>(name).copied().unwrap_or(1);
    println!("\n| what | figure | goal |\n|---|---|---|");
    small::start(folder.path())?;
    small::memory(folder.path(), number("connections"))?;
    let big = big::Big::import(folder.path(), number("users"))?;
    big.start_after_kill()?;
    big.reads(number("rounds"), number("seconds"))
}

fn options() -> ArgMatches {
    let number = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .default_value(default)
            .value_parser(value_parser!(u64).range(1..))
            .help(help)
    };
    Command::new("cargo bench --bench scale --")
        .arg(Arg::new("bench").long("bench").action(ArgAction::SetTrue).hide(true))
        .arg(number("users", "10000000", "Users of the big store; fewer for a quick run"))
        .arg(number("connections", "10000", "Idle connections"))
        .arg(number("rounds", "7", "Rounds of reading from each store"))
        .arg(number("seconds", "5", "How long each round reads"))
        .get_matches()
}

fn report(what: impl Display, figure: impl Display, goal: impl Display) {
    println!("| {what} | {figure} | {goal} |");
}
