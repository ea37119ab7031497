//! The command `cargo lab`: see [`jubilee_lab::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    jubilee_lab::cli::run(std::env::args_os())
}
