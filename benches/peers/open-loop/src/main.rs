//! Loads an HTTP server at a rate that does not wait for its answers, and says how long they took from when they
//! were due. What it prints is one line of JSON; `benches/peers/harness/open_loop.py` reads it.
//!
//! A generator that waits for an answer before it asks again asks less of a slow server, and never meets the queue
//! that users would. Here arrivals are drawn beforehand, as independent users make them; each counts from its due
//! time, even if it had to wait for a connection. The loop never sleeps, so that no timer's grain is in the figures:
//! give it a core of its own.

mod connection;
mod latencies;
mod run;
mod schedule;

use run::Load;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::time::Duration;

/// In which connections are taken up: what is due then is sent, and not counted.
const WARM_UP: Duration = Duration::from_millis(500);
const USAGE: &str = "usage: open-loop ADDRESS METHOD USERS-FILE RATE SECONDS CONNECTIONS SEED";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, method, users, rate, seconds, connections, seed] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    let seed: u64 = seed.parse()?;
    let load = Load {
        address: address.parse()?,
        requests: requests(method, &fs::read_to_string(users)?, seed)?,
        rate: rate.parse()?,
        warm_up: WARM_UP,
        lasts: Duration::from_secs_f64(seconds.parse()?),
        connections: connections.parse()?,
        seed,
    };
    Ok(writeln!(io::stdout(), "{}", load.run()?.json())?)
}

/// One request for each user; a PUT has a date of birth of its own.
fn requests(method: &str, users: &str, seed: u64) -> Result<Vec<Vec<u8>>, &'static str> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut body = || {
        let (year, month, day) = (random.u8(10..100), random.u8(1..13), random.u8(1..29));
        format!(r#"{{"dateOfBirth":"19{year:02}-{month:02}-{day:02}"}}"#)
    };
    let request = |user: &str| match method {
        "GET" => Ok(format!("GET /hello/{user} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes()),
        "PUT" => {
            let body = body();
            let head = format!(
                "PUT /hello/{user} HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            Ok((head + &body).into_bytes())
        }
        _ => Err("the method is GET or PUT"),
    };
    let requests: Vec<_> = users.lines().map(request).collect::<Result<_, _>>()?;
    if requests.is_empty() { Err("the file names no user") } else { Ok(requests) }
}
