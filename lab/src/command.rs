//! Runs other programs and says clearly what went wrong.

use crate::LabError;
use std::io::ErrorKind;
use std::process::Command;

/// Runs a program to its end and gives what it wrote.
///
/// # Errors
/// If it is not installed (`package` holds it), or ends badly.
pub(crate) fn run(command: &mut Command, package: &'static str) -> Result<String, LabError> {
    let output = command.output().map_err(|error| {
        let program = command.get_program().to_string_lossy().into_owned();
        match error.kind() {
            ErrorKind::NotFound => LabError::Missing { what: program, package },
            _ => LabError::Command { command: program, output: error.to_string() },
        }
    })?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(LabError::Command { command: words.join(" "), output: format!("{stdout}{stderr}").trim().to_owned() })
}
