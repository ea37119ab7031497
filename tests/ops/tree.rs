//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file: its path from the root of the repository, and what it holds.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a file of the repository holds.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files under a folder whose names end so, in the order of their paths.
pub(crate) fn files_under(folder: &str, suffix: &str) -> Vec<SourceFile> {
    let files = files_if_any(folder, suffix);
    assert!(!files.is_empty(), "{folder} holds no {suffix} file");
    files
}

/// The same where there may be none, nor the folder.
pub(crate) fn files_if_any(folder: &str, suffix: &str) -> Vec<SourceFile> {
    let mut paths = Vec::new();
    if root().join(folder).exists() {
        collect(&root().join(folder), suffix, &mut paths);
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let path = path.strip_prefix(root()).expect("under the root").display().to_string();
            SourceFile { text: read(&path), path }
        })
        .collect()
}

fn collect(folder: &Path, suffix: &str, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, suffix, paths);
        } else if path.to_string_lossy().ends_with(suffix) {
            paths.push(path);
        }
    }
}

/// The pages that lie in a folder itself, by their paths from the root.
pub(crate) fn pages_in(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let names =
        entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned());
    let pages = names.filter(|name| name.ends_with(".md"));
    pages.map(|name| if folder == "." { name } else { format!("{folder}/{name}") }).collect()
}
