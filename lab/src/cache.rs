//! The user's cache: what is downloaded or built once, and found again by later runs.

use crate::LabError;
use std::path::PathBuf;

/// The folder of this project in the cache; it may not be there yet.
pub(crate) fn folder() -> Result<PathBuf, LabError> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    let cache = cache.ok_or_else(|| LabError::failed("neither XDG_CACHE_HOME nor HOME is set"))?;
    Ok(cache.join("jubilee"))
}
