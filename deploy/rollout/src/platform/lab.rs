//! The laboratory as a platform: HAProxy's dials are the global balancer's, a version is the absolute path of a program.

use super::{Lock, Platform, Readiness, Version};
use crate::{Migration, PlatformError};
use jubilee_lab::Lab;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A laboratory that another process owns.
#[derive(Debug)]
pub struct LabPlatform {
    lab: Lab,
}

impl LabPlatform {
    /// The laboratory of that number, or the only one.
    ///
    /// # Errors
    /// If there is none, or no only one.
    pub fn new(number: Option<u16>) -> Result<Self, PlatformError> {
        let lab = Lab::find(number).map_err(PlatformError::failed)?;
        Ok(Self { lab })
    }

    /// Its number, which is part of all its names and addresses.
    pub fn number(&self) -> u16 {
        self.lab.number()
    }

    fn journal(&self) -> PathBuf {
        self.lab.folder().join("rollout.json")
    }

    /// What `migrate` of that version prints, told what an instance of the first region is told; `None` where there is
    /// nothing to migrate, on embedded stores.
    fn run_migrate(&self, version: &Version, more: &[&str]) -> Result<Option<String>, PlatformError> {
        let regions = self.lab.regions();
        let first = regions.first().ok_or_else(|| PlatformError::failed("there is no region"))?;
        let environment = self.lab.environment(first).map_err(PlatformError::failed)?;
        if environment.contains(&("JUBILEE_STORE".into(), "embedded".into())) {
            return Ok(None);
        }
        let mut command = Command::new(&version.0);
        // What this process is told is not meant for the program.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("JUBILEE_"))
        {
            command.env_remove(name);
        }
        let output = command.arg("migrate").args(more).envs(environment).output();
        let output = output.map_err(|error| PlatformError::failed(format!("{version}: {error}")))?;
        if output.status.success() {
            return Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(PlatformError::failed(format!("`{version} migrate` failed: {}", said.trim())))
    }
}

impl Platform for LabPlatform {
    fn regions(&self) -> Vec<String> {
        self.lab.regions().into_iter().map(str::to_owned).collect()
    }

    fn running(&self, region: &str) -> Result<Version, PlatformError> {
        let program = self.lab.program(region).map_err(PlatformError::failed)?;
        Ok(Version(program.display().to_string()))
    }

    fn dial(&self, region: &str) -> Result<u8, PlatformError> {
        self.lab.dial(region).map_err(PlatformError::failed)
    }

    fn set_dial(&self, region: &str, percent: u8) -> Result<(), PlatformError> {
        self.lab.set_dial(region, percent).map_err(PlatformError::failed)
    }

    fn replace(&self, region: &str, version: &Version) -> Result<(), PlatformError> {
        self.lab.replace(region, Path::new(&version.0)).map_err(PlatformError::failed)
    }

    fn readiness(&self, region: &str) -> Result<Readiness, PlatformError> {
        let instance = self.lab.instance(region).map_err(PlatformError::failed)?;
        Ok(match instance.readiness() {
            Ok((200, _)) => Readiness { ready: 1, wanted: 1, reasons: Vec::new() },
            Ok((_, body)) => Readiness { ready: 0, wanted: 1, reasons: reasons(&body) },
            Err(error) => Readiness { ready: 0, wanted: 1, reasons: vec![error.to_string()] },
        })
    }

    fn address(&self, region: &str) -> Result<String, PlatformError> {
        Ok(self.lab.instance(region).map_err(PlatformError::failed)?.url())
    }

    fn pending_migrations(&self, version: &Version) -> Result<Vec<Migration>, PlatformError> {
        match self.run_migrate(version, &["--dry-run", "--format", "json"])? {
            Some(plan) => Migration::pending(&plan),
            None => Ok(Vec::new()),
        }
    }

    fn migrate(&self, version: &Version) -> Result<(), PlatformError> {
        self.run_migrate(version, &[]).map(|_| ())
    }

    fn load_journal(&self) -> Result<Option<String>, PlatformError> {
        match fs::read_to_string(self.journal()) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PlatformError::failed(format!("{}: {error}", self.journal().display()))),
        }
    }

    fn save_journal(&self, text: &str) -> Result<(), PlatformError> {
        let (path, new) = (self.journal(), self.journal().with_extension("new"));
        let save = || {
            let mut file = File::create(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        save().map_err(|error| PlatformError::failed(format!("{}: {error}", path.display())))
    }

    fn lock(&self, holder: &str, _take_over: bool) -> Result<Box<dyn Lock>, PlatformError> {
        let path = self.lab.folder().join("rollout.lock");
        let failed = |error: io::Error| PlatformError::failed(format!("{}: {error}", path.display()));
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0).and_then(|()| file.write_all(holder.as_bytes())).map_err(failed)?;
                Ok(Box::new(FileLock { _file: file }))
            }
            Err(fs::TryLockError::WouldBlock) => {
                let mut who = String::new();
                file.read_to_string(&mut who).map_err(failed)?;
                Err(PlatformError::Held(who))
            }
            Err(fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// A lock that the system takes away when its holder ends, however it ends.
struct FileLock {
    _file: File,
}

impl Lock for FileLock {
    fn check(&self) -> Result<(), PlatformError> {
        // Nobody can take it over.
        Ok(())
    }
}

/// What `/readyz` names as not well; all it says, where that is something else.
fn reasons(body: &str) -> Vec<String> {
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    let checks = problem["checks"].as_object().into_iter().flatten();
    let named = checks.filter(|(_, state)| state.as_str() != Some("ok"));
    let named: Vec<_> =
        named.map(|(name, state)| format!("{name} {}", state.as_str().unwrap_or("?"))).collect();
    if named.is_empty() { vec![body.trim().to_owned()] } else { named }
}

#[cfg(test)]
mod tests {
    use super::reasons;

    #[test]
    fn what_is_not_well_is_named() {
        let body = r#"{"code":"not_ready","checks":{"store":"schema_older","traffic":"ok"}}"#;
        assert_eq!(reasons(body), ["store schema_older"]);
        assert_eq!(reasons("no JSON\n"), ["no JSON"]);
    }
}
