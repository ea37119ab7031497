//! One call of the `aws` command: JSON in, JSON out, and an end.

use crate::PlatformError;
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// With its own three attempts at ten and twenty seconds each.
const AT_MOST: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(20);

/// The command, as it is on the path.
#[derive(Clone, Default)]
pub(super) struct Aws {
    variables: Vec<(String, String)>,
}

impl std::fmt::Debug for Aws {
    /// Variables may be secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Aws")
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum AwsError {
    /// AWS said no, and called it so.
    #[error("{operation}: {code}: {text}")]
    Refused { operation: String, code: String, text: String },
    #[error("{0}")]
    Failed(String),
}

impl From<AwsError> for PlatformError {
    fn from(error: AwsError) -> Self {
        Self::failed(error)
    }
}

impl Aws {
    pub(super) fn with_variables(variables: Vec<(String, String)>) -> Self {
        Self { variables }
    }

    /// Asks a service of a region.
    pub(super) fn call(
        &self,
        region: &str,
        service: &str,
        operation: &str,
        input: &Value,
    ) -> Result<Value, AwsError> {
        let operation = format!("{service} {operation} in {region}");
        let failed = |why: &dyn std::fmt::Display| AwsError::Failed(format!("{operation}: {why}"));
        let io = |error: io::Error| failed(&error);
        // Not as an argument, which every process of this machine could read.
        let mut asked = tempfile::NamedTempFile::new().map_err(io)?;
        asked.write_all(input.to_string().as_bytes()).map_err(io)?;
        let (mut out, mut error) = (tempfile::tempfile().map_err(io)?, tempfile::tempfile().map_err(io)?);
        let mut command = Command::new("aws");
        command.args(operation.split(' ').take(2)).args(["--region", region, "--output", "json"]);
        command.args(["--cli-connect-timeout", "10", "--cli-read-timeout", "20", "--cli-input-json"]);
        command.arg(format!("file://{}", asked.path().display()));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("AWS_PAGER", "").env("AWS_RETRY_MODE", "standard").env("AWS_MAX_ATTEMPTS", "3");
        command
            .stdin(Stdio::null())
            .stdout(out.try_clone().map_err(io)?)
            .stderr(error.try_clone().map_err(io)?);
        let status = ended(&mut command).map_err(io)?.ok_or_else(|| failed(&"no answer in two minutes"))?;
        let (out, error) = (text(&mut out).map_err(io)?, text(&mut error).map_err(io)?);
        if !status.success() {
            return Err(refused(&operation, error.trim()));
        }
        if out.trim().is_empty() {
            Ok(Value::Null)
        } else {
            serde_json::from_str(&out).map_err(|error| failed(&error))
        }
    }
}

/// Runs it to its end; `None` if it had to be killed.
fn ended(command: &mut Command) -> io::Result<Option<ExitStatus>> {
    let mut child = command.process_group(0).spawn()?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if began.elapsed() > AT_MOST {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

fn text(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// Reads `An error occurred (Code) when calling the Operation operation: text`.
fn refused(operation: &str, error: &str) -> AwsError {
    let read = || {
        let (code, rest) = error.split_once("An error occurred (")?.1.split_once(')')?;
        Some((code.to_owned(), rest.split_once(": ").map_or(rest, |(_, text)| text).to_owned()))
    };
    match read() {
        Some((code, text)) => AwsError::Refused { operation: operation.to_owned(), code, text },
        None => AwsError::Failed(format!("{operation}: {error}")),
    }
}
