//! The command `rollout`: see [`jubilee_rollout::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    jubilee_rollout::cli::run(std::env::args_os())
}
