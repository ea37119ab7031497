//! Where an instance and its data centre stand.

use std::fmt;
use std::sync::Arc;

/// The name of a region: 1 to 32 ASCII letters, digits, `-` or `_`. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Arc<str>);

/// A text that is no name of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("1 to 32 ASCII letters, digits, '-' or '_'")]
pub struct RegionError;

impl Region {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 32;

    /// Checks the name.
    ///
    /// # Errors
    /// [`RegionError`] where a character or the length is not allowed.
    ///
    /// ```
    /// use jubilee::domain::Region;
    /// assert!(Region::parse("eu").is_ok());
    /// assert!(Region::parse("eu west").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(RegionError)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
