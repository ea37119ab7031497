//! What can go wrong in the laboratory.

use std::io;
use std::path::{Path, PathBuf};

/// Why the laboratory could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A program or library that the laboratory needs is not there.
    #[error("{what} is missing; install it first: apt-get install -y {package}")]
    Missing {
        /// What was looked for.
        what: String,
        /// The Debian package that holds it.
        package: &'static str,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A command ended badly.
    #[error("`{command}` failed: {output}")]
    Command {
        /// The command with its arguments.
        command: String,
        /// What it said.
        output: String,
    },
    /// Something did not become what it should within its time.
    #[error("{what}{}", if details.is_empty() { String::new() } else { format!("\n{details}") })]
    Failed {
        /// What did not happen.
        what: String,
        /// The end of a log, or nothing.
        details: String,
    },
}

impl LabError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), details: String::new() }
    }
}
