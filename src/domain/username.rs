//! Who is greeted: one to 64 letters.

use std::fmt;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// 1 to 64 letters (Unicode general category L) in Normalization Form C (UAX 15), case-sensitive.
///
/// Personal data: `Debug` shows its length only, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(Box<str>);

/// Why a text is no username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// No letter at all.
    #[error("the username is empty; it must be 1 to 64 letters")]
    Empty,
    /// More than [`Username::MAX_LETTERS`].
    #[error("the username is longer than 64 letters")]
    TooLong,
    /// Something that is not a letter, or not text.
    #[error("the username must be letters only, of any script: no digits, spaces, punctuation or emoji")]
    NotALetter,
}

impl Username {
    /// The longest username, counted in code points after normalisation.
    pub const MAX_LETTERS: usize = 64;

    /// Normalises to NFC and checks each letter.
    ///
    /// # Errors
    /// One [`UsernameError`] a rule.
    ///
    /// ```
    /// use jubilee::domain::{Username, UsernameError};
    /// assert_eq!(Username::parse("Mu\u{308}ller"), Username::parse("Müller"));
    /// assert_eq!(Username::parse("ada1"), Err(UsernameError::NotALetter));
    /// assert_eq!(Username::parse(&"a".repeat(65)), Err(UsernameError::TooLong));
    /// ```
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        if text.is_empty() {
            return Err(UsernameError::Empty);
        }
        if text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return if text.len() <= Self::MAX_LETTERS {
                Ok(Self(text.into()))
            } else {
                Err(UsernameError::TooLong)
            };
        }
        let mut letters = String::with_capacity(text.len().min(4 * Self::MAX_LETTERS));
        for (index, letter) in text.nfc().enumerate() {
            if !is_letter(letter) {
                return Err(UsernameError::NotALetter);
            }
            if index == Self::MAX_LETTERS {
                return Err(UsernameError::TooLong);
            }
            letters.push(letter);
        }
        Ok(Self(letters.into()))
    }

    /// The normalised letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_letter(character: char) -> bool {
    matches!(
        get_general_category(character),
        GeneralCategory::UppercaseLetter
            | GeneralCategory::LowercaseLetter
            | GeneralCategory::TitlecaseLetter
            | GeneralCategory::ModifierLetter
            | GeneralCategory::OtherLetter
    )
}

impl fmt::Debug for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Username({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Username, UsernameError};
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use unicode_normalization::{UnicodeNormalization, is_nfc};

    proptest! {
        #[test]
        fn whatever_is_accepted_is_one_to_64_letters_in_nfc(text in any::<String>()) {
            if let Ok(username) = Username::parse(&text) {
                let letters = username.as_str();
                prop_assert!(is_nfc(letters));
                prop_assert!((1..=64).contains(&letters.chars().count()));
                prop_assert!(letters.chars().all(char::is_alphabetic));
            }
        }

        #[test]
        fn every_spelling_of_the_same_letters_is_the_same_user(text in "\\p{L}{1,64}") {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(Username::parse(&decomposed), Username::parse(&text));
        }
    }

    #[test]
    fn the_64th_letter_is_good_and_the_65th_is_not() {
        for letter in ["a", "ü", "u\u{308}", "李"] {
            assert!(Username::parse(&letter.repeat(64)).is_ok());
            assert_eq!(Username::parse(&letter.repeat(65)), Err(UsernameError::TooLong));
        }
    }

    #[test]
    fn neither_a_debug_text_nor_an_error_shows_the_name() {
        let username = Username::parse("Ada").expect("three letters");
        assert!(!format!("{username:?}").contains("Ada"));
        let error = Username::parse("Ada1").expect_err("a digit");
        assert!(!error.to_string().contains("Ada1"));
    }
}
