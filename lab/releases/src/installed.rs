//! A release as a program of its own.

use crate::{Fault, UnknownFault};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Why there is no such program.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// No fault has that name.
    #[error(transparent)]
    Unknown(#[from] UnknownFault),
    /// The program that all releases are has not been built.
    #[error("there is no {0}: run `cargo build --package jubilee-releases`")]
    NotBuilt(PathBuf),
    /// A file cannot be made.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Puts the release with this fault into a folder, and gives its path. It is the program `release`, which cargo has
/// built beside the one that asks.
///
/// # Errors
/// [`InstallError`].
pub fn install(fault: &str, folder: &Path) -> Result<PathBuf, InstallError> {
    let fault: Fault = fault.parse()?;
    let (program, path) = (built()?, folder.join(fault.name()));
    let failed = |source| InstallError::File { path: path.clone(), source };
    if path.exists() {
        fs::remove_file(&path).map_err(failed)?;
    }
    // A copy where the folder is on another file system.
    fs::hard_link(&program, &path).or_else(|_| fs::copy(&program, &path).map(|_| ())).map_err(failed)?;
    Ok(path)
}

/// Programs stand in the profile's folder, tests in `deps` under it.
fn built() -> Result<PathBuf, InstallError> {
    let own = std::env::current_exe();
    let own = own.map_err(|source| InstallError::File { path: "/proc/self/exe".into(), source })?;
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("release"));
    let built = beside.clone().find(|program| program.is_file());
    built.ok_or_else(|| InstallError::NotBuilt(beside.last().unwrap_or_default()))
}
