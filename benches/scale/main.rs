//! Start, memory, and ten million users. See `benches/README.md`.

mod big;
#[path = "../support/import.rs"]
mod import;
mod small;
#[path = "../support/mod.rs"]
mod support;

use std::error::Error;
use std::fmt::Display;
use support::options::Options;
use support::wrk;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

fn main() -> Result<(), Box<dyn Error>> {
    let numbers = [
        ("users", "10000000", "Users of the big store; fewer for a quick run"),
        ("connections", "10000", "Idle connections"),
        ("rounds", "7", "Rounds of reading from each store"),
        ("seconds", "5", "How long each round reads"),
    ];
    let Some(options) = Options::read("scale", &numbers) else { return Ok(()) };
    wrk::check_installed()?;
    // On the same disk as the build, which `/tmp` may not be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    println!("\n| what | figure | goal |\n|---|---|---|");
    small::start(folder.path())?;
    small::memory(folder.path(), options.number("connections"))?;
    let big = big::Big::import(folder.path(), options.number("users"))?;
    big.start_after_kill()?;
    big.reads(options.number("rounds"), options.number("seconds"))
}

fn report(what: impl Display, figure: impl Display, goal: impl Display) {
    println!("| {what} | {figure} | {goal} |");
}
