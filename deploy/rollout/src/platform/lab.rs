//! The laboratory as a platform: HAProxy's dials are the global balancer's, a version is the absolute path of a program.

use crate::PlatformError;
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
