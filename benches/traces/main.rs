//! What following requests costs: Jubilee without traces beside itself with more and more of them, and with a
//! collector that is gone. See `benches/README.md`.

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/turns.rs"]
mod turns;

use jubilee_test_support::Collector;
use std::error::Error;
use std::fs;
use std::path::Path;
use support::options::Options;
use support::server::Server;
use support::users;
use support::wrk::{self, Questions};
use tempfile::TempDir;
use turns::Rounds;

const CONNECTIONS: u16 = 32;
const READ_USERS: u64 = 1_000;
const WARM_UP_SECONDS: u64 = 1;
const NAMES: [&str; 6] = ["no traces", "0 %", "1 %", "100 %", "1 %, collector gone", "100 %, collector gone"];
/// What is to be seen of each beside the first.
const GOALS: [&str; 6] = ["", "", "0.95 or more", "", "0.95 or more", ""];

fn main() -> Result<(), Box<dyn Error>> {
    let numbers =
        [("rounds", "7", "Rounds of each contestant"), ("seconds", "5", "How long each runs in a round")];
    let Some(options) = Options::read("traces", &numbers) else { return Ok(()) };
    wrk::check_installed()?;
    // On the same disk as the build, which `/tmp` may not be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let collector = Collector::forgetful();
    let gone = Collector::dead_endpoint();
    let here = collector.endpoint();
    let servers = [("", "0"), (&here, "0"), (&here, "0.01"), (&here, "1"), (&gone, "0.01"), (&gone, "1")];
    let mut number = 0;
    let servers = servers.map(|(endpoint, ratio)| {
        number += 1;
        start(&folder.path().join(number.to_string()), endpoint, ratio)
    });
    let users = folder.path().join("users");
    let names: Vec<String> = (0..READ_USERS).map(users::username).collect();
    fs::write(&users, names.join("\n"))?;
    for server in &servers {
        store_users(server, &names)?;
    }
    println!(
        "\nGET, {READ_USERS} users in random order, {CONNECTIONS} connections, server on one core, wrk on the other\n"
    );
    let questions = Questions { method: "GET", users: &users, connections: CONNECTIONS };
    for server in &servers {
        server.measure(questions, WARM_UP_SECONDS)?;
    }
    let seconds = options.number("seconds");
    let rounds =
        Rounds::run(options.number("rounds"), NAMES, |which| servers[which].measure(questions, seconds))?;
    println!(
        "\n| ratio to no traces (median of the rounds') | GET/s | GET per CPU-second | goal |\n|---|---|---|---|"
    );
    for which in 1..NAMES.len() {
        println!(
            "| {} | {:.3} | {:.3} | {} |",
            NAMES[which],
            rounds.ratio(|measured| measured.per_second, which, 0),
            rounds.ratio(|measured| measured.per_cpu_second, which, 0),
            GOALS[which],
        );
    }
    println!();
    for (name, server) in NAMES.iter().zip(&servers) {
        println!("{name}: {}", spans(server)?);
    }
    Ok(())
}

fn start(folder: &Path, endpoint: &str, ratio: &str) -> Server {
    fs::create_dir(folder).expect("the folder is new");
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", ratio),
    ];
    Server::start(env!("CARGO_BIN_EXE_jubilee"), "serve", folder, &[], &variables)
}

fn store_users(server: &Server, names: &[String]) -> Result<(), Box<dyn Error>> {
    let mut client = server.process.client();
    for name in names {
        let path = format!("/hello/{name}");
        let stored = client.request("PUT", path, &[], br#"{"dateOfBirth":"1815-12-10"}"#)?;
        if stored.status != 204 {
            return Err(format!("a birthday was answered {}", stored.status).into());
        }
    }
    Ok(())
}

/// What became of a server's spans, and how many log lines it lost: one that logs nothing looks fast.
fn spans(server: &Server) -> Result<String, Box<dyn Error>> {
    let mut client = jubilee_test_support::Client::connect(server.process.admin)?;
    let metrics = client.request("GET", "/metrics", &[], b"")?;
    let wanted = ["jubilee_spans_total", "jubilee_log_lines_lost_total"];
    let lines = metrics.text().lines().filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    Ok(lines.collect::<Vec<_>>().join(", "))
}
