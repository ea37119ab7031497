//! What is asked: a mix over some users, the same for the same seed.

use super::birthdays::any_birthday;
use crate::history::Action;
use std::sync::Arc;

/// How often each request comes, relative to the others.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// Parts of PUT.
    pub put: u32,
    /// Parts of GET.
    pub get: u32,
    /// Parts of DELETE.
    pub delete: u32,
}

impl Mix {
    /// Mostly reads, some writes, few deletions.
    pub const USUAL: Self = Self { put: 30, get: 65, delete: 5 };
}

/// The requests of one client, without end.
pub(super) struct Workload {
    pub(super) mix: Mix,
    pub(super) users: Arc<[Arc<str>]>,
    pub(super) random: fastrand::Rng,
}

impl Workload {
    /// Whom to ask about next, and what.
    pub(super) fn next(&mut self) -> (Arc<str>, Action) {
        let user = Arc::clone(&self.users[self.random.usize(..self.users.len())]);
        let Mix { put, get, delete } = self.mix;
        let action = match self.random.u32(..put + get + delete) {
            part if part < put => Action::Put(any_birthday(&mut self.random)),
            part if part < put + get => Action::Get,
            _ => Action::Delete,
        };
        (user, action)
    }
}

/// Names of so many users: the prefix and letters that count.
pub fn usernames(prefix: &str, count: usize) -> Vec<String> {
    let name = |number: usize| {
        let mut letters = String::new();
        let mut rest = number;
        loop {
            letters.push(char::from(b'a' + (rest % 26) as u8));
            rest /= 26;
            if rest == 0 {
                return format!("{prefix}{letters}");
            }
        }
    };
    (0..count).map(name).collect()
}
