//! Jubilee over HTTP beside what it cannot beat: a bare handler, and one behind a mailbox; and its durable
//! writes beside the disk's own syncs. See `benches/README.md`.

#[path = "../support/bare.rs"]
mod bare;
mod contestants;
mod disk;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/turns.rs"]
mod turns;

use chrono::{DateTime, Datelike, Days};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use support::options::Options;
use support::server::Server;
use support::statistics::median;
use support::users;
use support::wrk::{self, Questions};
use tempfile::TempDir;
use turns::Rounds;

const CONNECTIONS: u16 = 32;
const READ_USERS: u64 = 1_000;
const WRITTEN_USERS: u64 = 100_000;
const WARM_UP_SECONDS: u64 = 1;
const NAMES: [&str; 3] = ["bare", "mailbox", "jubilee"];

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("serve-bare") => return Ok(contestants::serve_bare()?),
        Some("serve-mailbox") => return Ok(contestants::serve_behind_mailbox()?),
        _ => {}
    }
    let numbers =
        [("rounds", "7", "Rounds of each contestant"), ("seconds", "5", "How long each runs in a round")];
    let Some(options) = Options::read("http", &numbers) else { return Ok(()) };
    wrk::check_installed()?;
    // On the same disk as the build, which `/tmp` may not be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let bench = Bench::start(folder.path(), &options)?;
    bench.gets()?;
    bench.puts()?;
    bench.check_log()
}

struct Bench {
    folder: PathBuf,
    rounds: u64,
    seconds: u64,
    /// In the order of [`NAMES`].
    servers: [Server; 3],
}

impl Bench {
    fn start(folder: &Path, options: &Options) -> Result<Self, Box<dyn Error>> {
        let own = std::env::current_exe()?;
        let own = own.to_str().ok_or("the path of the bench is no text")?;
        let servers = [
            Server::start(own, "serve-bare", folder, &[], &[]),
            Server::start(own, "serve-mailbox", folder, &[], &[]),
            Server::start(env!("CARGO_BIN_EXE_jubilee"), "serve", folder, &[], &[]),
        ];
        let (rounds, seconds) = (options.number("rounds"), options.number("seconds"));
        let bench = Self { folder: folder.into(), rounds, seconds, servers };
        bench.store_users()?;
        Ok(bench)
    }

    /// Stores the users that are read, and sees that all contestants answer the same.
    fn store_users(&self) -> Result<(), Box<dyn Error>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let today = DateTime::from_timestamp(now.try_into()?, 0).ok_or("the clock is far off")?;
        let birthday = today + Days::new(contestants::DAYS.into());
        let body = format!(r#"{{"dateOfBirth":"1988-{:02}-{:02}"}}"#, birthday.month(), birthday.day());
        let mut clients = self.servers.each_ref().map(|server| server.process.client());
        for number in 0..READ_USERS {
            let path = format!("/hello/{}", users::username(number));
            let stored = clients[2].request("PUT", &path, &[], body.as_bytes())?;
            if stored.status != 204 {
                return Err(format!("a birthday was answered {}", stored.status).into());
            }
            let [bare, mailbox, jubilee] =
                clients.each_mut().map(|client| client.request("GET", &path, &[], b""));
            let (bare, mailbox, jubilee) = (bare?, mailbox?, jubilee?);
            if bare.body != jubilee.body || mailbox.body != jubilee.body {
                return Err(format!("{:?} is not {:?}", bare.text(), jubilee.text()).into());
            }
        }
        Ok(())
    }

    fn users_file(&self, count: u64) -> io::Result<PathBuf> {
        let path = self.folder.join(format!("{count}-users"));
        let names: Vec<String> = (0..count).map(users::username).collect();
        fs::write(&path, names.join("\n"))?;
        Ok(path)
    }

    fn gets(&self) -> io::Result<()> {
        println!(
            "\nGET, {READ_USERS} users in random order, {CONNECTIONS} connections, server on one core, wrk on the other"
        );
        println!(
            "(busy: the server's share of its core; where it is well under 100 % others kept it from it, or wrk was the limit)\n"
        );
        let users = self.users_file(READ_USERS)?;
        let questions = Questions { method: "GET", users: &users, connections: CONNECTIONS };
        for server in &self.servers {
            server.measure(questions, WARM_UP_SECONDS)?;
        }
        let rounds =
            Rounds::run(self.rounds, NAMES, |which| self.servers[which].measure(questions, self.seconds))?;
        println!(
            "\n| ratio (median of the rounds' ratios) | GET/s | GET per CPU-second | goal |\n|---|---|---|---|"
        );
        for (which, goal) in [(0, 0.80), (1, 0.95)] {
            println!(
                "| jubilee / {} | {:.2} | {:.2} | {goal:.2} or more |",
                NAMES[which],
                rounds.ratio(|measured| measured.per_second, 2, which),
                rounds.ratio(|measured| measured.per_cpu_second, 2, which),
            );
        }
        Ok(())
    }

    fn puts(&self) -> io::Result<()> {
        println!(
            "\nPUT, {WRITTEN_USERS} users in random order, {CONNECTIONS} connections, every 204 durable\n"
        );
        println!(
            "| round | syncs/s before and after | PUT/s | PUT per CPU-second | PUT / sync |\n|---|---|---|---|---|"
        );
        let users = self.users_file(WRITTEN_USERS)?;
        let jubilee = &self.servers[2];
        let questions = Questions { method: "PUT", users: &users, connections: CONNECTIONS };
        jubilee.measure(questions, WARM_UP_SECONDS)?;
        let sync_rate = || disk::syncs_per_second(&self.folder, Duration::from_secs(2));
        let mut ratios = Vec::new();
        for round in 1..=self.rounds {
            let before = sync_rate()?;
            let measured = jubilee.measure(questions, self.seconds)?;
            let after = sync_rate()?;
            let ratio = measured.per_second / ((before + after) / 2.0);
            println!(
                "| {round} | {before:.0}, {after:.0} | {:.0} | {:.0} | {ratio:.2} |",
                measured.per_second, measured.per_cpu_second
            );
            ratios.push(ratio);
        }
        println!("\nmedian PUT / sync: {:.2} (goal: 3 or more)", median(ratios));
        Ok(())
    }

    /// A log that was not written makes a server look fast.
    fn check_log(&self) -> Result<(), Box<dyn Error>> {
        let admin = self.servers[2].process.admin;
        let metrics = jubilee_test_support::Client::connect(admin)?.request("GET", "/metrics", &[], b"")?;
        let lost = metrics.text().lines().find_map(|line| line.strip_prefix("jubilee_log_lines_lost_total "));
        println!("\nlog lines lost: {}", lost.unwrap_or("not measured"));
        if lost == Some("0") { Ok(()) } else { Err("the run is invalid: log lines were lost".into()) }
    }
}
