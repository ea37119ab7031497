//! Which faults a release may have, by name.

use std::fmt;
use std::str::FromStr;

macro_rules! faults {
    ($($fault:ident = $name:literal, $what:literal;)*) => {
        /// What is wrong with a release.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $(#[doc = $what] $fault,)*
        }

        impl Fault {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$fault),*];

            /// The name of its program.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$fault => $name,)* }
            }

            /// What it does, in a few words.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$fault => $what,)* }
            }
        }
    };
}

faults! {
    Good = "good", "nothing is wrong with it";
    CrashesAtStart = "crashes-at-start", "it panics before it listens";
    NeverReady = "never-ready", "it serves, but `/readyz` says 503 for ever";
    WrongGreeting = "wrong-greeting", "it takes everybody's birthday for a day later";
    WrongWord = "wrong-word", "it greets with `Hallo`";
    WrongStatus = "wrong-status", "it answers 200 to a PUT";
    FailsTwoPercent = "fails-two-percent", "every 50th request of a user fails with 503";
    FailsOnePercent = "fails-one-percent", "every 100th request of a user fails with 503";
    FiveTimesSlower = "five-times-slower", "a user's request takes five times as long, and 25 ms more at least";
    Slow = "slow", "a user's request takes 500 ms more";
    LeaksDescriptors = "leaks-descriptors", "each request of a user leaves an open file behind";
    IgnoresSyncToken = "ignores-sync-token", "it does not look at `Sync-Token`";
    ErrorsWithoutProblem = "errors-without-problem", "its failures are plain text";
    NeedsMissingSchema = "needs-missing-schema", "it needs a migration that no release ships";
}

/// A name that no fault has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownFault(pub String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:?} is not a release; start it under one of these names:", self.0)?;
        let width = Fault::ALL.iter().map(|fault| fault.name().len()).max().unwrap_or(0);
        Fault::ALL
            .iter()
            .try_for_each(|fault| writeln!(formatter, "  {:width$}  {}", fault.name(), fault.what()))
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        let known = Self::ALL.iter().find(|fault| fault.name() == name);
        known.copied().ok_or_else(|| UnknownFault(name.to_owned()))
    }
}
