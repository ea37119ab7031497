//! Jubilee on one real Cassandra node: beside a handler that calls the driver and nothing else, with and
//! without a sync token, and its hot keys beside its own embedded store; and in the laboratory, reads that only
//! another region can answer. See `benches/README.md`.

#[path = "../support/bare.rs"]
mod bare;
mod driver;
mod escalated;
mod hot_key;
mod reads;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/turns.rs"]
mod turns;

use jubilee_lab::{SingleNode, SingleNodeOptions};
use jubilee_test_support::wait_until;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::measured::Measured;
use support::options::Options;
use support::server::Server;
use support::users;
use support::wrk::{self, Questions};
use tempfile::TempDir;
use turns::Rounds;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");
const USERS: u64 = 10_000;
/// The node must be what bounds all contestants, not their connections.
const CONNECTIONS: u16 = 64;
/// The node's JVM translates its code while it is loaded for the first time.
const WARM_UP_SECONDS: u64 = 10;
/// Room enough that its collector does not decide who wins a round.
const HEAP_MEGABYTES: u32 = 1024;

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("serve-driver") {
        return driver::serve();
    }
    let numbers =
        [("rounds", "9", "Rounds of each contestant"), ("seconds", "5", "How long each runs in a round")];
    let Some(options) = Options::read("cluster", &numbers) else { return Ok(()) };
    wrk::check_installed()?;
    on_one_node(&options)?;
    escalated::measure(options.number("rounds"), options.number("seconds"))
}

fn on_one_node(options: &Options) -> Result<(), Box<dyn Error>> {
    // On the same disk as the build, which `/tmp` may not be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let node = SingleNode::start(&SingleNodeOptions {
        heap_megabytes: HEAP_MEGABYTES,
        for_load: true,
        ..Default::default()
    })?;
    let bench = Bench::start(folder.path(), &node.node_settings(), options)?;
    let users = bench.store_users()?;
    bench.gets(&users)?;
    bench.puts(&users)?;
    bench.hot_key()
}

struct Bench {
    folder: PathBuf,
    rounds: u64,
    seconds: u64,
    driver: Server,
    jubilee: Server,
    embedded: Server,
}

/// The same users in two files: their names, and their names with tokens of what is stored.
struct Users {
    names: PathBuf,
    tokens: PathBuf,
}

impl Bench {
    fn start(
        folder: &Path,
        settings: &[(&'static str, String)],
        options: &Options,
    ) -> Result<Self, Box<dyn Error>> {
        let mut migrate = Command::new(PROGRAM);
        migrate.arg("migrate").envs(settings.iter().map(|(name, text)| (format!("JUBILEE_{name}"), text)));
        if !migrate.status()?.success() {
            return Err("the schema could not be made".into());
        }
        let settings: Vec<_> = settings.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let [at_cluster, at_home] = ["cluster", "embedded"].map(|name| folder.join(name));
        fs::create_dir(&at_cluster)?;
        fs::create_dir(&at_home)?;
        let own = std::env::current_exe()?;
        let own = own.to_str().ok_or("the path of the bench is no text")?;
        let bench = Self {
            folder: folder.into(),
            rounds: options.number("rounds"),
            seconds: options.number("seconds"),
            driver: Server::start(own, "serve-driver", &at_cluster, &settings, &[]),
            jubilee: Server::start(PROGRAM, "serve", &at_cluster, &settings, &[]),
            embedded: Server::start(PROGRAM, "serve", &at_home, &[], &[]),
        };
        let mut client = bench.jubilee.process.client();
        wait_until("the session is made", || {
            client.request("GET", "/readyz", &[], b"").is_ok_and(|ready| ready.status == 200)
        });
        Ok(bench)
    }

    /// Stores the users, and sees that both contestants answer the same.
    fn store_users(&self) -> Result<Users, Box<dyn Error>> {
        let (mut names, mut tokens) = (String::new(), String::new());
        let mut clients = [&self.jubilee, &self.driver].map(|server| server.process.client());
        for name in (0..USERS).map(users::username) {
            let path = format!("/hello/{name}");
            let stored = clients[0].request("PUT", &path, &[], br#"{"dateOfBirth":"1815-12-10"}"#)?;
            let token = stored.header("sync-token").ok_or_else(|| stored.text().to_owned())?;
            let [jubilee, driver] = clients.each_mut().map(|client| client.request("GET", &path, &[], b""));
            let (jubilee, driver) = (jubilee?, driver?);
            if driver.status != 200 || driver.body != jubilee.body {
                return Err(format!("{:?} is not {:?}", driver.text(), jubilee.text()).into());
            }
            writeln!(names, "{name}")?;
            writeln!(tokens, "{name} {token}")?;
        }
        let users = Users { names: self.folder.join("names"), tokens: self.folder.join("tokens") };
        fs::write(&users.names, names)?;
        fs::write(&users.tokens, tokens)?;
        Ok(users)
    }

    fn gets(&self, users: &Users) -> Result<(), Box<dyn Error>> {
        println!("\nGET, {USERS} users in random order, {CONNECTIONS} connections\n");
        let questions = |users| Questions { method: "GET", users, connections: CONNECTIONS };
        let contestants = [
            (&self.driver, questions(&users.names)),
            (&self.jubilee, questions(&users.names)),
            (&self.jubilee, questions(&users.tokens)),
        ];
        for (server, questions) in contestants {
            server.measure(questions, WARM_UP_SECONDS)?;
        }
        let names = ["driver", "jubilee", "jubilee, with token"];
        let rounds = Rounds::run(self.rounds, names, |which| {
            let (server, questions) = contestants[which];
            server.measure(questions, self.seconds)
        })?;
        print_ratios(&[
            ("jubilee / driver", &rounds, 1, 0, "0.95 or more"),
            ("with token / without", &rounds, 2, 1, "1, within noise"),
        ]);
        Ok(())
    }

    fn puts(&self, users: &Users) -> Result<(), Box<dyn Error>> {
        println!("\nPUT, {USERS} users in random order, {CONNECTIONS} connections\n");
        let questions = Questions { method: "PUT", users: &users.names, connections: CONNECTIONS };
        let contestants = [&self.driver, &self.jubilee];
        for server in contestants {
            server.measure(questions, WARM_UP_SECONDS)?;
        }
        let rounds = Rounds::run(self.rounds, ["driver", "jubilee"], |which| {
            contestants[which].measure(questions, self.seconds)
        })?;
        print_ratios(&[("jubilee / driver", &rounds, 1, 0, "0.95 or more")]);
        Ok(())
    }
}

/// A name, the rounds, which contestant by which, and the goal.
type Ratio<'rounds, const CONTESTANTS: usize> =
    (&'static str, &'rounds Rounds<CONTESTANTS>, usize, usize, &'static str);

fn print_ratios<const CONTESTANTS: usize>(ratios: &[Ratio<'_, CONTESTANTS>]) {
    println!(
        "\n| ratio (median of the rounds' ratios) | requests/s | per CPU-second | goal for requests/s |"
    );
    println!("|---|---|---|---|");
    for (name, rounds, which, to, goal) in ratios {
        let per_second = rounds.ratio(|measured: &Measured| measured.per_second, *which, *to);
        let per_cpu_second = rounds.ratio(|measured| measured.per_cpu_second, *which, *to);
        println!("| {name} | {per_second:.2} | {per_cpu_second:.2} | {goal} |");
    }
}
