//! The `Sync-Token`: what a client hands back to be answered with nothing older than it has seen.

use super::clock::Version;
use super::region::Region;
use super::username::Username;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const FORMAT: u8 = 1;
const VERSION_BYTES: usize = 8;
const CHECKSUM_BYTES: usize = 4;
const HEAD_BYTES: usize = 1 + VERSION_BYTES + CHECKSUM_BYTES;
/// Base64 of the longest token: four characters for each three bytes.
const MAX_TEXT_BYTES: usize = (HEAD_BYTES + Region::MAX_BYTES).div_ceil(3) * 4;

/// A version, and the region whose quorum answered with it.
///
/// On the wire: URL-safe base64 of a format byte, the version (big-endian), a CRC-32 over the rest
/// and the username, and the region. The checksum catches mix-ups; it is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SyncToken {
    /// The version that was written or read.
    pub version: Version,
    /// Where it is known to be.
    pub region: Region,
}

/// A text that is no sync token of this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Sync-Token is malformed or was given for another username; send it back unchanged, or drop it")]
pub struct SyncTokenError;

impl SyncToken {
    /// The text that goes on the wire, bound to the user.
    ///
    /// ```
    /// use jubilee::domain::{Region, SyncToken, Username, Version};
    /// let ada = Username::parse("ada").unwrap();
    /// let token = SyncToken { version: Version::from_micros(7), region: Region::parse("eu").unwrap() };
    /// assert_eq!(SyncToken::parse(&token.encode(&ada), &ada), Ok(token));
    /// ```
    pub fn encode(&self, username: &Username) -> String {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + Region::MAX_BYTES);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&self.version.micros().to_be_bytes());
        bytes.extend_from_slice(&self.checksum(username).to_be_bytes());
        bytes.extend_from_slice(self.region.as_str().as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token that was given for this user.
    ///
    /// # Errors
    /// [`SyncTokenError`] for anything that [`SyncToken::encode`] did not make for this user.
    pub fn parse(text: &str, username: &Username) -> Result<Self, SyncTokenError> {
        Self::read(text, username).ok_or(SyncTokenError)
    }

    fn read(text: &str, username: &Username) -> Option<Self> {
        if text.len() > MAX_TEXT_BYTES {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&[FORMAT], rest) = bytes.split_first_chunk()? else {
            return None;
        };
        let (version, rest) = rest.split_first_chunk::<VERSION_BYTES>()?;
        let (checksum, region) = rest.split_first_chunk::<CHECKSUM_BYTES>()?;
        let token = Self {
            version: Version::from_micros(u64::from_be_bytes(*version)),
            region: Region::parse(str::from_utf8(region).ok()?).ok()?,
        };
        (token.checksum(username) == u32::from_be_bytes(*checksum)).then_some(token)
    }

    fn checksum(&self, username: &Username) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&[FORMAT]);
        hasher.update(&self.version.micros().to_be_bytes());
        hasher.update(self.region.as_str().as_bytes());
        // A byte that no region holds ends it, so that the two texts cannot run into each other.
        hasher.update(b"/");
        hasher.update(username.as_str().as_bytes());
        hasher.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::{SyncToken, SyncTokenError};
    use crate::domain::{Region, Username, Version};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn user(name: &str) -> Username {
        Username::parse(name).expect("letters")
    }

    proptest! {
        #[test]
        fn a_token_reads_back_for_its_user_and_for_no_other(
            micros in any::<u64>(), region in "[a-zA-Z0-9_-]{1,32}", name in "[a-z]{1,64}"
        ) {
            let token = SyncToken {
                version: Version::from_micros(micros),
                region: Region::parse(&region).expect("allowed"),
            };
            let text = token.encode(&user(&name));
            prop_assert_eq!(SyncToken::parse(&text, &user(&name)), Ok(token));
            prop_assert_eq!(SyncToken::parse(&text, &user("Zed")), Err(SyncTokenError));
        }

        #[test]
        fn a_token_with_one_character_changed_is_refused(index in 0usize..20, letter in "[A-Za-z0-9]") {
            let token = SyncToken {
                version: Version::from_micros(1_700_000_000_000_000),
                region: Region::parse("eu").expect("allowed"),
            };
            let text = token.encode(&user("ada"));
            let mut changed = text.clone();
            changed.replace_range(index..=index, &letter);
            if changed != text {
                prop_assert_eq!(SyncToken::parse(&changed, &user("ada")), Err(SyncTokenError));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = SyncToken::parse(&text, &user("ada"));
        }
    }
}
