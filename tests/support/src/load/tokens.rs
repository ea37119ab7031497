//! The sync tokens that clients carry.

use jubilee::domain::SyncToken;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The newest token of each user, with its text. Clones share it, as the devices of one person do.
#[derive(Clone, Debug, Default)]
pub struct Tokens(Arc<Mutex<Newest>>);

type Newest = HashMap<Arc<str>, (SyncToken, String)>;

/// Whether clients carry tokens.
#[derive(Clone, Debug, Default)]
pub enum Carry {
    /// They drop them.
    Nothing,
    /// Each has its own.
    #[default]
    PerClient,
    /// All share these, also with other loads: what one has seen in a region another asks for elsewhere.
    Shared(Tokens),
}

impl Carry {
    /// What one client carries.
    pub(super) fn of_client(&self) -> Option<Tokens> {
        match self {
            Self::Nothing => None,
            Self::PerClient => Some(Tokens::default()),
            Self::Shared(tokens) => Some(tokens.clone()),
        }
    }
}

impl Tokens {
    /// The newest of a user.
    pub(super) fn newest(&self, username: &str) -> Option<(SyncToken, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(username).cloned()
    }

    /// Keeps it, unless a newer one is known.
    pub(super) fn learn(&self, username: &Arc<str>, token: &SyncToken, text: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = known.get(username).is_none_or(|(newest, _)| newest.version < token.version);
        if newer {
            known.insert(Arc::clone(username), (token.clone(), text.to_owned()));
        }
    }
}
