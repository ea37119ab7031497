//! The laboratory as a platform: HAProxy's dials are the global balancer's, a version is the absolute path of a program.

use crate::{Lock, Migration, Platform, PlatformError, Readiness, Version};
use jubilee_lab::Lab;

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
}

impl Platform for LabPlatform {
    fn regions(&self) -> Vec<String> {
        self.lab.regions().into_iter().map(str::to_owned).collect()
    }

    fn running(&self, _: &str) -> Result<Version, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn dial(&self, _: &str) -> Result<u8, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn set_dial(&self, _: &str, _: u8) -> Result<(), PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn replace(&self, _: &str, _: &Version) -> Result<(), PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn readiness(&self, _: &str) -> Result<Readiness, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn address(&self, _: &str) -> Result<String, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn pending_migrations(&self, _: &Version) -> Result<Vec<Migration>, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn migrate(&self, _: &Version) -> Result<(), PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn load_journal(&self) -> Result<Option<String>, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn save_journal(&self, _: &str) -> Result<(), PlatformError> {
        Err(PlatformError::failed("not yet"))
    }

    fn lock(&self, _: &str, _: bool) -> Result<Box<dyn Lock>, PlatformError> {
        Err(PlatformError::failed("not yet"))
    }
}
