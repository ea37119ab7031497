//! Runs other programs and says clearly what went wrong.

use crate::LabError;
use std::io::{ErrorKind, Seek, Write};
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
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(LabError::Command { command: shown(command), output: format!("{stdout}{stderr}").trim().to_owned() })
}

/// The command as one would type it; of a long one, such as Java's, the beginning and the end.
fn shown(command: &Command) -> String {
    const ENDS: usize = 6;
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let mut words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    if words.len() > 2 * ENDS {
        words.splice(ENDS..words.len() - ENDS, ["...".to_owned()]);
    }
    words.join(" ")
}

/// Runs a program that reads a text.
///
/// # Errors
/// As [`run`].
pub(crate) fn feed(command: &mut Command, text: &str, package: &'static str) -> Result<(), LabError> {
    let file = tempfile::tempfile().and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.rewind()?;
        Ok(file)
    });
    let file = file.map_err(LabError::file(&std::env::temp_dir()))?;
    run(command.stdin(file), package).map(|_| ())
}

/// A command that does the same through another program: `through ARGUMENTS program arguments`.
pub(crate) fn through(mut outer: Command, inner: &Command) -> Command {
    outer.arg(inner.get_program()).args(inner.get_args());
    copy_environment(inner, &mut outer);
    outer
}

/// Gives a command the changes to the environment that another one has.
pub(crate) fn copy_environment(from: &Command, to: &mut Command) {
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}
