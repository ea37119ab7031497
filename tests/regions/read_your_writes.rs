//! Whoever has a token reads nothing older, anywhere, at once.

use crate::laboratory::{Caller, REGIONS, exposition, metric, parsed, scaled, token_of, turn};
use crate::named::NamedRegions;
use jubilee::telemetry::metrics::Part;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;

const WRITERS: usize = 4;
const USERS_OF_EACH: usize = 12;

/// What the reads without a token have met.
#[derive(Default)]
struct Counts {
    untokened: AtomicU32,
    stale: AtomicU32,
}

/// One writer's clients, one in each region.
struct Traveller<'test> {
    callers: [Caller; 3],
    counts: &'test Counts,
}

impl<'test> Traveller<'test> {
    /// Writes in one region, seen what the token names; gives the new token.
    fn write(&mut self, at: usize, method: &str, user: &str, seen: Option<&str>, date: &str) -> String {
        let response = self.callers[at].ask(method, user, seen, date);
        assert_eq!(response.status, 204, "{method} in {}: {}", REGIONS[at], response.text());
        let token = token_of(&response);
        if let Some(seen) = seen {
            let (seen, now) = (parsed(seen, user), parsed(&token, user));
            assert!(now.version > seen.version, "an overwrite with its token is later");
        }
        token
    }

    /// Reads in the two other regions at once: with the token never anything older.
    fn read_elsewhere(&mut self, wrote_at: usize, user: &str, token: &str, status: u16) {
        for at in (0..3).filter(|at| *at != wrote_at) {
            let written = parsed(token, user);
            let untokened = self.callers[at].ask("GET", user, None, "");
            let seen = untokened.header("sync-token").map(|token| parsed(token, user).version);
            self.counts.untokened.fetch_add(1, Ordering::Relaxed);
            if seen.is_none_or(|seen| seen < written.version) {
                self.counts.stale.fetch_add(1, Ordering::Relaxed);
            }
            let response = self.callers[at].ask("GET", user, Some(token), "");
            let found = parsed(&token_of(&response), user).version;
            assert_eq!(found, written.version, "{user} in {} after {}", REGIONS[at], REGIONS[wrote_at]);
            assert_eq!(response.status, status, "{}", response.text());
        }
    }

    /// A birthday, its deletion elsewhere, and another birthday in a third region, each with the token of
    /// the one before; or only the first of them.
    fn story(&mut self, round: usize, user: &str, last_token: Option<&str>) -> String {
        let at = |step: usize| (round + step) % 3;
        let born = self.write(at(0), "PUT", user, last_token, "1990-01-01");
        self.read_elsewhere(at(0), user, &born, 200);
        if !round.is_multiple_of(3) {
            return born;
        }
        let forgotten = self.write(at(1), "DELETE", user, Some(&born), "");
        self.read_elsewhere(at(1), user, &forgotten, 404);
        let again = self.write(at(2), "PUT", user, Some(&forgotten), "1991-02-02");
        self.read_elsewhere(at(2), user, &again, 200);
        again
    }
}

/// Tells so many stories, several at once; what is to happen before one of them is told its number.
fn tell_stories(
    rounds: usize,
    counts: &Counts,
    callers: impl Fn() -> [Caller; 3] + Sync,
    before: impl Fn(usize) + Sync,
) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (callers, before, next) = (&callers, &before, &next);
            scope.spawn(move || {
                let mut traveller = Traveller { callers: callers(), counts };
                let mut tokens: Vec<Option<String>> = vec![None; USERS_OF_EACH];
                loop {
                    let round = next.fetch_add(1, Ordering::Relaxed);
                    if round >= rounds {
                        break;
                    }
                    before(round);
                    let number = round % USERS_OF_EACH;
                    let letter = |number: usize| char::from(b'a' + number as u8);
                    let user = format!("traveller{}{}", letter(writer), letter(number));
                    tokens[number] = Some(traveller.story(round, &user, tokens[number].as_deref()));
                }
            });
        }
    });
}

#[test]
fn what_was_written_in_one_region_is_read_in_the_others_at_once_with_its_token() {
    let (mut counts, rounds) = (Counts::default(), scaled(1_000));
    let named = NamedRegions::start();
    if let Some(regions) = &named {
        tell_stories(rounds, &counts, || regions.callers(), |_| {});
    } else {
        let lab = turn();
        let callers = || REGIONS.map(|region| Caller::of(&lab, region));
        // A third of the rounds without replication between two regions.
        let cut = |round: usize| match round {
            round if round == rounds / 3 => lab.cut_replication("eu", "us").expect("a cut"),
            round if round == 2 * rounds / 3 => lab.heal().expect("healed"),
            _ => {}
        };
        tell_stories(rounds, &counts, callers, cut);
        for region in ["eu", "us"] {
            let tokens =
                |outcome| metric(&lab, region, &format!("jubilee_sync_tokens_total{{outcome={outcome:?}}}"));
            assert!(tokens("satisfied") > 0.0 && tokens("write") > 0.0, "{region}");
            let all = exposition(&lab, region);
            all.assert_fits_the_table(Part::Cluster);
            all.assert_small();
            assert!(tokens("escalated") > 0.0, "without replication {region} has to ask the other");
        }
    }
    let (stale, untokened) = (*counts.stale.get_mut(), *counts.untokened.get_mut());
    eprintln!("{rounds} stories; without a token {stale} of {untokened} reads were stale");
    // A named cluster whose replication nobody cuts may always have been quick enough.
    assert!(stale > 0 || named.is_some(), "replication was never behind: this test could not fail");
}
