//! A store of many users: its import, its file, its start after a crash, its reads.

use crate::import::{import, sample};
use crate::small::start_until_ready;
use crate::support::measured::Measured;
use crate::support::server::Server;
use crate::support::statistics::median;
use crate::support::users::username;
use crate::support::wrk::Questions;
use crate::{PROGRAM, report};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

const FEW: u64 = 1_000;
const CONNECTIONS: u16 = 32;
const KILLS: usize = 5;
const WRITERS: usize = 8;

/// The folders of a big store and a small one to compare it with.
pub(crate) struct Big {
    users: u64,
    big: PathBuf,
    few: PathBuf,
}

impl Big {
    /// Makes the lines, imports them, and reports how fast that was and how large the file is.
    pub(crate) fn import(folder: &Path, users: u64) -> Result<Self, Box<dyn Error>> {
        let (big, few) = (folder.join("big"), folder.join("few"));
        import(PROGRAM, &few, FEW, &[])?;
        let seconds = import(PROGRAM, &big, users, &[])?.as_secs_f64();
        let rate = format!("{:.0} lines/s ({seconds:.1} s in all)", users as f64 / seconds);
        report(format!("import of {users} lines"), rate, "250,000 lines/s or more");
        let bytes = fs::metadata(big.join("data/birthdays.redb"))?.len();
        let figure = format!("{:.1} bytes", bytes as f64 / users as f64);
        report("the file, for each user", figure, "120 bytes or less");
        Ok(Self { users, big, few })
    }

    /// Kills the server while it is being written to, and starts it again.
    pub(crate) fn start_after_kill(&self) -> Result<(), Box<dyn Error>> {
        let data_dir = self.big.join("data");
        let mut seconds = Vec::new();
        for _ in 0..KILLS {
            let (mut process, _) = start_until_ready(&data_dir)?;
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let mut client = process.client();
                    let body = br#"{"dateOfBirth":"1815-12-10"}"#;
                    thread::spawn(move || {
                        let mut written = writer as u64;
                        while client
                            .request("PUT", format!("/hello/{}", username(written)), &[], body)
                            .is_ok()
                        {
                            written += WRITERS as u64;
                        }
                    })
                })
                .collect();
            thread::sleep(Duration::from_secs(1));
            process.kill();
            for writer in writers {
                writer.join().map_err(|_| "a writer panicked")?;
            }
            seconds.push(start_until_ready(&data_dir)?.1.as_secs_f64());
        }
        let slowest = seconds.iter().copied().fold(0.0, f64::max);
        let figure = format!("{:.2} s (slowest {slowest:.2} s)", median(seconds));
        report(format!("ready again after kill -9 under writes, median of {KILLS}"), figure, "2 s or less");
        Ok(())
    }

    /// Reads from both stores in turns.
    pub(crate) fn reads(&self, rounds: u64, seconds: u64) -> Result<(), Box<dyn Error>> {
        let contestants = [(&self.few, FEW), (&self.big, self.users)].map(|(folder, users)| {
            let names: Vec<String> = sample(users).map(username).collect();
            let path = folder.join("names");
            fs::write(&path, names.join("\n"))
                .map(|()| (Server::start(PROGRAM, "serve", folder, &[], &[]), path))
        });
        let [few, big] = contestants;
        let (few, big) = (few?, big?);
        let measure = |(server, names): &(Server, PathBuf)| {
            server.measure(Questions { method: "GET", users: names, connections: CONNECTIONS }, seconds)
        };
        // The first reads only fill the caches.
        measure(&few)?;
        measure(&big)?;
        let measured = (0..rounds)
            .map(|_| Ok((measure(&few)?, measure(&big)?)))
            .collect::<io::Result<Vec<(Measured, Measured)>>>()?;
        let ratio = median(measured.iter().map(|(few, big)| big.p99_micros / few.p99_micros));
        let what = format!("GET p99, {} users / {FEW} users, median of {rounds} rounds in turns", self.users);
        report(what, format!("{ratio:.2}"), "1.5 or less");
        let cost = median(measured.iter().map(|(few, big)| few.per_cpu_second / big.per_cpu_second));
        report("CPU time of a GET, the same ratio", format!("{cost:.2}"), "");
        println!("\n| GET, {CONNECTIONS} connections | {} |\n|---|---|---|---|---|---|", Measured::COLUMNS);
        println!("| {FEW} users | {} |", Measured::median(measured.iter().map(|(few, _)| *few)));
        println!("| {} users | {} |", self.users, Measured::median(measured.iter().map(|(_, big)| *big)));
        Ok(())
    }
}
