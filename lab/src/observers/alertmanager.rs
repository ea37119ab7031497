//! How Alertmanager is set up: with the routes and inhibitions of production.

use super::Observer;
use crate::LabError;
use crate::plan::Plan;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(super) const PROGRAM: &str = "prometheus-alertmanager";

const CONFIGURATION: &str = include_str!("../../../observability/alertmanager/alertmanager.yml");

pub(super) fn command(plan: &Plan, folder: &Path) -> Result<Command, LabError> {
    let path = folder.join("alertmanager.yml");
    fs::write(&path, CONFIGURATION).map_err(LabError::file(&path))?;
    let mut command = Command::new(PROGRAM);
    command.arg(format!("--config.file={}", path.display()));
    command.arg(format!("--storage.path={}", folder.join("data").display()));
    let address = Observer::Alertmanager.address(plan);
    command
        .arg(format!("--web.listen-address={address}"))
        .arg(format!("--web.external-url=http://{address}"));
    // It stands alone.
    command.arg("--cluster.listen-address=");
    Ok(command)
}
