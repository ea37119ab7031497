//! The program: see [`jubilee::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    jubilee::cli::run(std::env::args_os())
}
