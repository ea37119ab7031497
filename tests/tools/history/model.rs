//! A small system in memory that keeps the contract, or breaks it in one way.

use jubilee::domain::{CalendarDate, Region, SyncToken, Version};
use jubilee_test_support::history::{Action, Cell, FinalStates, Operation, Outcome, Value};
use std::collections::BTreeMap;
use std::time::Duration;

const REGIONS: [&str; 3] = ["eu", "us", "ap"];
const USERS: [&str; 3] = ["ada", "bob", "eve"];
const CLIENTS: usize = 6;

/// One way of being wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Some writes never leave their region.
    ReplicationLoses,
    /// A read asks its own region only.
    ReadsIgnoreTokens,
    /// A version does not depend on what the writer has seen.
    WritesIgnoreTokens,
    /// What arrives last stands.
    LastArrivalStands,
    /// On equal versions the earlier date stands.
    EarlierDateStands,
    /// Some writes are acknowledged and forgotten.
    AcknowledgedTooSoon,
    /// A clock gives the same version again and again.
    ClockStandsStill,
}

/// Three regions with clocks that differ, and writes on their way between them.
struct Model {
    flaw: Option<Flaw>,
    random: fastrand::Rng,
    cells: [BTreeMap<&'static str, Cell>; 3],
    on_the_way: Vec<(usize, &'static str, Cell)>,
    ahead: [u64; 3],
    last_given: [u64; 3],
    now: u64,
}

/// What so many operations on it look like, and how it ends once everything has arrived.
pub(crate) fn run(flaw: Option<Flaw>, seed: u64, operations: usize) -> (Vec<Operation>, FinalStates) {
    let mut random = fastrand::Rng::with_seed(seed);
    let ahead = std::array::from_fn(|_| random.u64(0..20));
    let mut model = Model {
        flaw,
        random,
        cells: Default::default(),
        on_the_way: Vec::new(),
        ahead,
        last_given: [0; 3],
        now: 1_000,
    };
    let mut carried: BTreeMap<(usize, &str), SyncToken> = BTreeMap::new();
    let history = (0..operations).map(|_| model.step(&mut carried)).collect();
    while model.deliver_one() {}
    let end =
        |cells: &BTreeMap<&str, Cell>| cells.iter().map(|(user, cell)| ((*user).to_owned(), *cell)).collect();
    let finals = REGIONS.iter().zip(&model.cells).map(|(region, cells)| ((*region).to_owned(), end(cells)));
    (history, finals.collect())
}

impl Model {
    fn step(&mut self, carried: &mut BTreeMap<(usize, &'static str), SyncToken>) -> Operation {
        // Several operations share a tick, so that versions of two regions can be equal.
        self.now += self.random.u64(0..3);
        while self.random.u8(0..4) == 0 && self.deliver_one() {}
        let invoked = Duration::from_nanos(self.now * 10);
        let (client, region) = (self.random.usize(..CLIENTS), self.random.usize(..3));
        let username = USERS[self.random.usize(..USERS.len())];
        let sent = carried.get(&(client, username)).filter(|_| self.random.u8(0..4) > 0).cloned();
        let action = match self.random.u8(0..10) {
            0 => Action::Delete,
            1..5 => Action::Put(CalendarDate::new(2000, 1, self.random.u8(1..=28)).expect("a day")),
            _ => Action::Get,
        };
        let outcome = match action.written() {
            Some(value) => self.write(region, username, value, sent.as_ref()),
            None => self.read(region, username, sent.as_ref()),
        };
        self.now += 1;
        let operation = Operation {
            client,
            asked: REGIONS[region].into(),
            served_by: None,
            username: username.into(),
            action,
            invoked,
            completed: Duration::from_nanos(self.now * 10),
            sent,
            outcome,
        };
        if let Some(token) = operation.token() {
            let newest = carried.entry((client, username)).or_insert_with(|| token.clone());
            if newest.version < token.version {
                *newest = token.clone();
            }
        }
        operation
    }

    fn write(
        &mut self,
        region: usize,
        username: &'static str,
        value: Value,
        sent: Option<&SyncToken>,
    ) -> Outcome {
        let fate = self.random.u8(0..20);
        if fate == 0 {
            return Outcome::NotMade;
        }
        let version = self.version(region, sent);
        let cell = Cell { version, value };
        if fate == 1 {
            // Not made, or made later: nobody knows.
            if self.random.bool() {
                self.on_the_way.extend((0..3).map(|to| (to, username, cell)));
            }
            return Outcome::Unknown;
        }
        if self.flaw != Some(Flaw::AcknowledgedTooSoon) || self.random.u8(0..4) > 0 {
            self.apply(region, username, cell);
            for to in (0..3).filter(|to| *to != region) {
                if self.flaw != Some(Flaw::ReplicationLoses) || self.random.u8(0..4) > 0 {
                    self.on_the_way.push((to, username, cell));
                }
            }
        }
        Outcome::Acknowledged(token(version, region))
    }

    fn version(&mut self, region: usize, sent: Option<&SyncToken>) -> Version {
        let clock = self.now + self.ahead[region];
        let own = if self.flaw == Some(Flaw::ClockStandsStill) {
            clock / 20
        } else {
            clock.max(self.last_given[region] + 1)
        };
        self.last_given[region] = own;
        let seen = sent.filter(|_| self.flaw != Some(Flaw::WritesIgnoreTokens));
        Version::from_micros(own).max(seen.map_or(Version::from_micros(0), |seen| seen.version.next()))
    }

    fn read(&mut self, region: usize, username: &'static str, sent: Option<&SyncToken>) -> Outcome {
        let local = self.cells[region].get(username).copied();
        let sent = sent.filter(|_| self.flaw != Some(Flaw::ReadsIgnoreTokens));
        let behind = sent.filter(|sent| local.is_none_or(|cell| cell.version < sent.version));
        let (from, cell) = match behind {
            None => (region, local),
            Some(sent) => {
                let from = REGIONS.iter().position(|name| *name == sent.region.as_str()).expect("a region");
                (from, self.cells[from].get(username).copied())
            }
        };
        match cell {
            None => Outcome::NotFound(None),
            Some(Cell { version, value: Value::Forgotten }) => Outcome::NotFound(Some(token(version, from))),
            Some(Cell { version, value: Value::Born(born) }) => {
                Outcome::Found { token: token(version, from), born: Some(born) }
            }
        }
    }

    /// One write arrives, in any order; whether there was any.
    fn deliver_one(&mut self) -> bool {
        if self.on_the_way.is_empty() {
            return false;
        }
        let (to, username, cell) = self.on_the_way.swap_remove(self.random.usize(..self.on_the_way.len()));
        self.apply(to, username, cell);
        true
    }

    fn apply(&mut self, region: usize, username: &'static str, cell: Cell) {
        let flaw = self.flaw;
        let standing = self.cells[region].entry(username).or_insert(cell);
        let stands = match flaw {
            Some(Flaw::LastArrivalStands) => true,
            Some(Flaw::EarlierDateStands) if cell.version == standing.version => cell < *standing,
            _ => cell > *standing,
        };
        if stands {
            *standing = cell;
        }
    }
}

fn token(version: Version, region: usize) -> SyncToken {
    SyncToken { version, region: Region::parse(REGIONS[region]).expect("a name of a region") }
}
