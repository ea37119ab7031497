//! The program: the name under which it is started says which fault it has.

use jubilee_releases::Fault;
use std::path::PathBuf;
use std::process::ExitCode;

/// Bad usage (`EX_USAGE` of BSD's sysexits), as the product has it.
const EXIT_USAGE: u8 = 64;

fn main() -> ExitCode {
    let program = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    match name.parse::<Fault>() {
        Ok(fault) => jubilee_releases::run(fault, std::env::args_os()),
        Err(unknown) => {
            eprintln!("release: {unknown}");
            EXIT_USAGE.into()
        }
    }
}
