//! The OpenTelemetry Collector's program, built once from Go modules and kept in the user's cache.

use crate::command::run;
use crate::keeper::lock;
use crate::{LabError, cache};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BUILDER: &str = include_str!("../../../observability/collector/builder.yaml");
/// As the modules say that they need it.
const GO: (u32, u32) = (1, 25);

/// The program, built if it is not there yet.
pub(crate) fn ready(report: &dyn Fn(&str)) -> Result<PathBuf, LabError> {
    let tools = cache::folder()?.join("tools");
    let folder = tools.join(format!("collector-{}", version()));
    let program = folder.join("otelcol");
    if is_built(&folder) {
        return Ok(program);
    }
    fs::create_dir_all(&tools).map_err(LabError::file(&tools))?;
    let _one_at_a_time = lock(&tools.join("collector.lock"))?;
    if !is_built(&folder) {
        report("builds the OpenTelemetry Collector, once; it takes minutes");
        require_go()?;
        build(&tools, &folder)?;
    }
    Ok(program)
}

fn version() -> &'static str {
    let line = BUILDER.lines().find_map(|line| line.trim().strip_prefix("version: "));
    line.expect("the file names it")
}

/// Whether what lies there was built from the file as it is.
fn is_built(folder: &Path) -> bool {
    fs::read_to_string(folder.join("builder.yaml")).is_ok_and(|built_from| built_from == BUILDER)
}

/// # Errors
/// Says what to install: where a distribution's own Go is too old, there is no package to name.
fn require_go() -> Result<(), LabError> {
    let (major, minor) = GO;
    let found = Command::new("go").arg("version").output();
    let found = found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    match found {
        Ok(said) if go_of(&said).is_some_and(|found| found >= GO) => Ok(()),
        Ok(said) => Err(LabError::failed(format!(
            "the collector is built by Go {major}.{minor} or later, found {said:?}; see https://go.dev/doc/install"
        ))),
        Err(_) => Err(LabError::failed(format!(
            "Go {major}.{minor} or later is missing: it builds the collector; see https://go.dev/doc/install"
        ))),
    }
}

/// Of a line such as `go version go1.26.8 linux/amd64`.
fn go_of(said: &str) -> Option<(u32, u32)> {
    let version = said.split(' ').find_map(|word| word.strip_prefix("go1."))?;
    let minor = version.split(|character: char| !character.is_ascii_digit()).next()?;
    Some((1, minor.parse().ok()?))
}

/// In a folder beside, so that what lies in place is always whole.
fn build(tools: &Path, folder: &Path) -> Result<(), LabError> {
    let aside =
        tempfile::Builder::new().prefix("collector-").tempdir_in(tools).map_err(LabError::file(tools))?;
    let aside = aside.path();
    let configuration = aside.join("builder.yaml");
    fs::write(&configuration, BUILDER).map_err(LabError::file(&configuration))?;
    let builder = format!("go.opentelemetry.io/collector/cmd/builder@v{}", version());
    run(in_the_background("go").args(["install", &builder]).env("GOBIN", aside), "coreutils")?;
    // It calls `go`, which finds modules and what it has compiled before where it always does.
    let mut command = in_the_background(aside.join("builder"));
    run(command.args(["--config", "builder.yaml"]).current_dir(aside), "coreutils")?;
    let built = aside.join("whole");
    fs::create_dir(&built).map_err(LabError::file(&built))?;
    for (from, name) in [("build/otelcol", "otelcol"), ("builder.yaml", "builder.yaml")] {
        fs::rename(aside.join(from), built.join(name)).map_err(LabError::file(&built))?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(LabError::file(folder))?;
    }
    fs::rename(&built, folder).map_err(LabError::file(folder))
}

/// It may take both cores for minutes; whoever works at this machine comes first.
fn in_the_background(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("nice");
    command.args(["-n", "19"]).arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::{BUILDER, go_of, version};

    #[test]
    fn every_part_of_the_collector_is_of_its_version() {
        let parts: Vec<_> = BUILDER.lines().filter(|line| line.contains("gomod: ")).collect();
        let version = format!(" v{}", version());
        let of_it = parts.iter().filter(|line| line.ends_with(&version)).count();
        // The providers are numbered by themselves.
        assert!(of_it >= 3 && parts.len() - of_it == 2, "{parts:?}");
    }

    #[test]
    fn gos_version_is_read() {
        assert_eq!(go_of("go version go1.26.8 linux/amd64"), Some((1, 26)));
        assert_eq!(go_of("go version go1.25rc1 linux/amd64"), Some((1, 25)));
        assert_eq!(go_of("gccgo"), None);
    }
}
