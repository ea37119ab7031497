//! Apache Cassandra's jars, from Maven Central, kept in the user's cache.

use crate::command::run;
use crate::keeper::lock;
use crate::{LabError, cache};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const VERSION: &str = "5.0.5";
const POM: &str = include_str!("../../cassandra/pom.xml");

/// The cache's folder for this version, with all jars in `lib`, downloaded if they are not there yet.
pub(crate) fn ready() -> Result<PathBuf, LabError> {
    let cache = cache::folder()?;
    let folder = cache.join(format!("cassandra-{VERSION}"));
    let complete = folder.join("lib/.complete");
    if complete.exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&cache).map_err(LabError::file(&cache))?;
    let _one_at_a_time = lock(&cache.join("cassandra.lock"))?;
    if !complete.exists() {
        download(&cache, &folder.join("lib"))?;
    }
    Ok(folder)
}

/// Whether [`ready`] has nothing to download.
pub(crate) fn are_here() -> Result<bool, LabError> {
    Ok(cache::folder()?.join(format!("cassandra-{VERSION}/lib/.complete")).exists())
}

/// Into a folder beside, so that what lies in place is always whole.
fn download(cache: &Path, lib: &Path) -> Result<(), LabError> {
    let aside =
        tempfile::Builder::new().prefix("cassandra-").tempdir_in(cache).map_err(LabError::file(cache))?;
    let pom = aside.path().join("pom.xml");
    fs::write(&pom, POM).map_err(LabError::file(&pom))?;
    let jars = aside.path().join("lib");
    let mut maven = Command::new("mvn");
    maven.args(["-q", "-B", "-f"]).arg(&pom).arg("dependency:copy-dependencies");
    let mut output = std::ffi::OsString::from("-DoutputDirectory=");
    output.push(&jars);
    run(maven.arg(output), "maven")?;
    let mark = jars.join(".complete");
    fs::write(&mark, "").map_err(LabError::file(&mark))?;
    let folder = lib.parent().expect("it is joined to one");
    fs::create_dir_all(folder).map_err(LabError::file(folder))?;
    if lib.exists() {
        fs::remove_dir_all(lib).map_err(LabError::file(lib))?;
    }
    fs::rename(&jars, lib).map_err(LabError::file(lib))
}
