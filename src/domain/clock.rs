//! Time: the wall clock that others inject, and the versions that a hybrid logical clock makes of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// A moment, from microseconds since the Unix epoch.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The moment that much later.
    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_micros() as u64))
    }
}

/// Tells the time of day. Whatever needs it is given one; only the assembly reads the system's.
pub trait WallClock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// When a write was made, in microseconds of a hybrid logical clock: the greatest version wins.
///
/// The clock is that of Kulkarni and others, "Logical Physical Clocks" (2014), folded into one
/// number as CQL write timestamps ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// A version, from its microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The least version that wins over this one.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Whether this is further ahead of `now` than two clocks may differ.
    pub const fn is_from_the_future(self, now: Timestamp, max_clock_skew: Duration) -> bool {
        self.0 > now.plus(max_clock_skew).0
    }
}

/// Gives each write its version: never one twice, never a lesser one, however the wall clock jumps.
///
/// Shared by all threads of a process.
#[derive(Debug, Default)]
pub struct HybridClock {
    last_given: AtomicU64,
}

impl HybridClock {
    /// The version of a write made now by somebody who has seen `seen`.
    ///
    /// It is max(wall clock, last version given + 1, `seen` + 1). A version that `seen` pushed ahead
    /// is not remembered as given, so that no client can push the clock.
    ///
    /// ```
    /// use jubilee::domain::{HybridClock, Timestamp, Version};
    /// let clock = HybridClock::default();
    /// let noon = Timestamp::from_micros(1_000);
    /// assert_eq!(clock.next_version(noon, None), Version::from_micros(1_000));
    /// assert_eq!(clock.next_version(noon, None), Version::from_micros(1_001));
    /// let pushed = clock.next_version(noon, Some(Version::from_micros(5_000)));
    /// assert_eq!(pushed, Version::from_micros(5_001));
    /// assert_eq!(clock.next_version(noon, None), Version::from_micros(1_003));
    /// ```
    pub fn next_version(&self, now: Timestamp, seen: Option<Version>) -> Version {
        let given = |last: u64| now.micros().max(last.saturating_add(1));
        // Relaxed: only this number must be consistent, it orders no other memory.
        let last = self.last_given.update(Ordering::Relaxed, Ordering::Relaxed, given);
        let own = Version(given(last));
        seen.map_or(own, |seen| own.max(seen.next()))
    }
}

#[cfg(test)]
mod tests {
    use super::{HybridClock, Timestamp, Version};
    use proptest::prelude::{any, prop_assert, proptest};

    proptest! {
        #[test]
        fn versions_grow_however_the_wall_clock_jumps(jumps in proptest::collection::vec(any::<u32>(), 2..50)) {
            let clock = HybridClock::default();
            let versions: Vec<_> = jumps
                .iter()
                .map(|&micros| clock.next_version(Timestamp::from_micros(u64::from(micros)), None))
                .collect();
            prop_assert!(versions.is_sorted_by(|earlier, later| earlier < later));
        }

        #[test]
        fn an_overwrite_wins_over_what_its_writer_has_seen(now in any::<u32>(), seen in any::<u32>()) {
            let seen = Version::from_micros(u64::from(seen));
            let version = HybridClock::default().next_version(Timestamp::from_micros(u64::from(now)), Some(seen));
            prop_assert!(version > seen);
            prop_assert!(version.micros() >= u64::from(now));
        }
    }

    #[test]
    fn no_token_pushes_the_clock_of_the_instance() {
        let clock = HybridClock::default();
        let now = Timestamp::from_micros(1_000_000);
        clock.next_version(now, Some(Version::from_micros(5_000_000)));
        assert!(clock.next_version(now, None) < Version::from_micros(1_000_100));
    }
}
