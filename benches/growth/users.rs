//! What a GET and a PUT cost from a thousand users to ten million, on the embedded store. See `benches/README.md`.

#[path = "../support/import.rs"]
mod import;
mod record;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/turns.rs"]
mod turns;

use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use support::options::Options;
use support::server::Server;
use support::users::username;
use support::wrk::{self, Questions};
use tempfile::TempDir;
use turns::Rounds;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");
const SIZES: usize = 5;
const CONNECTIONS: u16 = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers = [
        ("users", "10000000", "Users of the largest store; each other has a tenth of the next"),
        ("rounds", "5", "Rounds of each store"),
        ("seconds", "4", "How long each is asked in a round"),
    ];
    let Some(options) = Options::read("growth-users", &numbers) else { return Ok(()) };
    wrk::check_installed()?;
    // On the same disk as the build, which `/tmp` may not be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let largest = options.number("users");
    let sizes: [u64; SIZES] = std::array::from_fn(|place| largest / 10_u64.pow((SIZES - 1 - place) as u32));
    let stores =
        sizes.iter().map(|&users| Grown::start(folder.path(), users)).collect::<Result<Vec<_>, _>>()?;
    let asked = |method| ask(&stores, method, options.number("rounds"), options.number("seconds"));
    // Reads first: a file that has been written to is another one.
    let (gets, puts) = (asked("GET")?, asked("PUT")?);
    let stores: Vec<Value> =
        stores.iter().enumerate().map(|(place, store)| store.told(&gets, &puts, place)).collect();
    print_table(&stores);
    record::write("users.json", &json!({ "connections": CONNECTIONS, "stores": stores }))
}

/// A store of so many users, served.
struct Grown {
    users: u64,
    bytes: u64,
    server: Server,
    names: PathBuf,
}

impl Grown {
    fn start(folder: &Path, users: u64) -> Result<Self, Box<dyn Error>> {
        let folder = folder.join(users.to_string());
        import::import(PROGRAM, &folder, users, &[])?;
        let names = folder.join("names");
        fs::write(&names, import::sample(users).map(username).collect::<Vec<_>>().join("\n"))?;
        let bytes = fs::metadata(folder.join("data/birthdays.redb"))?.len();
        Ok(Self { users, bytes, server: Server::start(PROGRAM, "serve", &folder, &[], &[]), names })
    }

    fn questions(&self, method: &'static str) -> Questions<'_> {
        Questions { method, users: &self.names, connections: CONNECTIONS }
    }

    /// All that was measured of it, in the place it has among the stores.
    fn told(&self, gets: &Rounds<SIZES>, puts: &Rounds<SIZES>, place: usize) -> Value {
        let told = |rounds: &Rounds<SIZES>| {
            let measured = rounds.median(place);
            json!({
                "per_second": measured.per_second.round(),
                "processor_micros": (1e7 / measured.per_cpu_second).round() / 10.0,
                "times_the_smallest": (rounds.ratio(|one| 1.0 / one.per_cpu_second, place, 0) * 100.0).round() / 100.0,
                "p50_micros": measured.p50_micros,
                "p99_micros": measured.p99_micros,
            })
        };
        let bytes_a_user = (self.bytes as f64 / self.users as f64 * 10.0).round() / 10.0;
        json!({ "users": self.users, "bytes_a_user": bytes_a_user, "get": told(gets), "put": told(puts) })
    }
}

/// Asks all stores in turns.
fn ask(
    stores: &[Grown],
    method: &'static str,
    rounds: u64,
    seconds: u64,
) -> Result<Rounds<SIZES>, Box<dyn Error>> {
    println!("\n{method}, {CONNECTIONS} connections\n");
    // The first requests only fill the caches.
    for store in stores {
        store.server.measure(store.questions(method), seconds)?;
    }
    let names: Vec<_> = stores.iter().map(|store| format!("{} users", store.users)).collect();
    let names = std::array::from_fn(|place| names[place].as_str());
    let measure = |place: usize| stores[place].server.measure(stores[place].questions(method), seconds);
    Ok(Rounds::run(rounds, names, measure)?)
}

fn print_table(stores: &[Value]) {
    println!(
        "\n| users | bytes a user | GET, processor µs | times the smallest store's | p99 µs | PUT/s | processor µs | p99 µs |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for store in stores {
        let (get, put) = (&store["get"], &store["put"]);
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            store["users"],
            store["bytes_a_user"],
            get["processor_micros"],
            get["times_the_smallest"],
            get["p99_micros"],
            put["per_second"],
            put["processor_micros"],
            put["p99_micros"]
        );
    }
}
