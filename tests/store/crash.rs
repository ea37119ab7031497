//! The real program under load, killed with `kill -9` at random moments, again and again.

use crate::cells::{any_date, seed, user};
use crate::command::{PROGRAM, run};
use fastrand::Rng;
use jubilee::domain::{SyncToken, Version};
use jubilee_test_support::{Client, Process, Response};
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use tempfile::TempDir;

const KILLS: u64 = 50;
const THREADS: u64 = 4;
const NEW_USERS_A_ROUND: u64 = 4;
/// A kill comes after so many acknowledgements, or sooner.
const MOST_WRITES_A_ROUND: u64 = 150;

/// What a client wrote: a date, or nothing after a deletion.
type Date = Option<String>;

#[derive(Clone, Debug)]
struct Write {
    version: Version,
    date: Date,
}

/// What one client knows of a user that nobody else writes.
#[derive(Debug, Default)]
struct Known {
    acknowledged: Option<Write>,
    /// Sent, not answered: it may have been made or not.
    in_flight: Option<Date>,
}

/// A client that remembers what it was told.
struct Witness {
    number: u64,
    rng: Rng,
    users: BTreeMap<u64, Known>,
}

impl Witness {
    fn new(number: u64, seed: u64) -> Self {
        Self { number, rng: Rng::with_seed(seed.wrapping_add(number)), users: BTreeMap::new() }
    }

    /// Writes until the program is gone.
    fn write_on(&mut self, mut client: Client, acknowledged: &Sender<()>) {
        for _ in 0..NEW_USERS_A_ROUND {
            let number = self.users.len() as u64 * THREADS + self.number;
            self.users.insert(number, Known::default());
        }
        while self.write(&mut client).is_ok() {
            // The round has all it waits for once it has been killed.
            let _ = acknowledged.send(());
        }
    }

    fn write(&mut self, client: &mut Client) -> io::Result<()> {
        let index = self.rng.usize(..self.users.len());
        let (&number, known) = self.users.iter_mut().nth(index).expect("within its length");
        let date = (self.rng.u8(..4) > 0).then(|| any_date(self.rng.u64(..9_000)));
        known.in_flight = Some(date.clone());
        let path = path(number);
        let response = match &date {
            Some(date) => {
                client.request("PUT", path, &[], format!(r#"{{"dateOfBirth":"{date}"}}"#).as_bytes())?
            }
            None => client.request("DELETE", path, &[], b"")?,
        };
        assert_eq!(response.status, 204, "{}", response.text());
        let version = version(&response, number).expect("a token");
        known.acknowledged = Some(Write { version, date });
        known.in_flight = None;
        Ok(())
    }

    /// What was acknowledged must be there, or what was in flight over it. What is found counts from now on.
    fn look(&mut self, client: &mut Client) {
        for (&number, known) in &mut self.users {
            let response = client.request("GET", path(number), &[], b"").expect("an answer");
            let found = version(&response, number);
            let expected = known.acknowledged.as_ref().map(|write| write.version);
            if found != expected {
                let date = known.in_flight.take().unwrap_or_else(|| {
                    panic!("user {number} was acknowledged at {expected:?} and is now at {found:?}")
                });
                assert!(found > expected, "user {number} went back from {expected:?} to {found:?}");
                known.acknowledged = found.map(|version| Write { version, date });
            }
            let date = known.acknowledged.as_ref().and_then(|write| write.date.as_ref());
            assert_eq!(response.status, if date.is_some() { 200 } else { 404 }, "user {number}");
            known.in_flight = None;
        }
    }

    /// The lines that an export must hold.
    fn lines(&self) -> impl Iterator<Item = String> {
        self.users.iter().filter_map(|(&number, known)| {
            let Write { version, date } = known.acknowledged.as_ref()?;
            let (username, date, version) = (user(number), date.as_ref()?, version.micros());
            let username = username.as_str();
            Some(format!(r#"{{"username":"{username}","dateOfBirth":"{date}","version":{version}}}"#))
        })
    }
}

fn path(number: u64) -> String {
    format!("/hello/{}", user(number).as_str())
}

fn version(response: &Response, number: u64) -> Option<Version> {
    let token = response.header("sync-token")?;
    Some(SyncToken::parse(token, &user(number)).expect("a token of this user").version)
}

#[test]
fn every_acknowledged_write_survives_kill_9_at_any_moment() {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let data_dir = TempDir::new().expect("a folder");
    let mut witnesses: Vec<Witness> = (0..THREADS).map(|number| Witness::new(number, seed)).collect();
    for _ in 0..KILLS {
        let mut process = Process::start(PROGRAM, data_dir.path(), &[("WORKERS", "2")]);
        look(&mut witnesses, &process);
        let (acknowledged, acknowledgements) = channel();
        thread::scope(|scope| {
            for witness in &mut witnesses {
                let (client, acknowledged) = (process.client(), acknowledged.clone());
                scope.spawn(move || witness.write_on(client, &acknowledged));
            }
            drop(acknowledged);
            let writes = rng.u64(1..=MOST_WRITES_A_ROUND);
            // Fewer come only if a witness has failed, which the end of this scope reports.
            let _ = acknowledgements.iter().take(writes as usize).count();
            process.kill();
        });
    }
    let mut process = Process::start(PROGRAM, data_dir.path(), &[]);
    look(&mut witnesses, &process);
    process.kill();
    assert_eq!(export(&data_dir), expected_export(&witnesses));
}

fn look(witnesses: &mut [Witness], process: &Process) {
    thread::scope(|scope| {
        for witness in witnesses {
            scope.spawn(|| witness.look(&mut process.client()));
        }
    });
}

fn expected_export(witnesses: &[Witness]) -> Vec<String> {
    let mut lines: Vec<String> = witnesses.iter().flat_map(Witness::lines).collect();
    lines.sort();
    lines
}

fn export(data_dir: &TempDir) -> Vec<String> {
    let exported = run(data_dir.path(), &["export"]).well();
    let mut lines: Vec<String> = exported.lines().map(Into::into).collect();
    lines.sort();
    lines
}
