//! A low and fixed rate: nobody waits for anybody, so the time of an answer is that of the work alone.

use crate::support::users::username;
use crate::support::wrk::Load;
use jubilee_test_support::Client;
use std::error::Error;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

const CONNECTIONS: u64 = 4;
/// Of one request, as clients may: the first, and three more.
const MOST_TRIES: u32 = 4;
const SEED: u64 = 20_261_121;

/// Asks for users at random, so many times a second, for so long.
///
/// # Errors
/// If an answer is no 2xx in the end.
pub(crate) fn ask(
    server: SocketAddr,
    method: &'static str,
    users: u64,
    rate: u64,
    seconds: Duration,
) -> Result<Load, Box<dyn Error>> {
    let began = Instant::now();
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let gap = Duration::from_secs_f64(CONNECTIONS as f64 / rate as f64);
            let first = began + gap * number as u32 / CONNECTIONS as u32;
            thread::spawn(move || one(server, method, users, first, gap, began + seconds, SEED + number))
        })
        .collect();
    let mut all = Vec::new();
    for connection in connections {
        all.extend(connection.join().map_err(|_| "a connection panicked")??);
    }
    all.sort_unstable();
    let percentile = |percent: usize| {
        let micros = all.get(all.len() * percent / 100).copied().ok_or("nothing was asked");
        micros.map(Duration::from_micros)
    };
    let (p50, p99) = (percentile(50)?, percentile(99)?);
    Ok(Load { requests: all.len() as f64, seconds: seconds.as_secs_f64(), p50, p99 })
}

fn one(
    server: SocketAddr,
    method: &str,
    users: u64,
    first: Instant,
    gap: Duration,
    end: Instant,
    seed: u64,
) -> Result<Vec<u64>, String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut client = Client::connect(server).map_err(|error| error.to_string())?;
    let mut micros = Vec::new();
    let mut due = first;
    while due < end {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let path = format!("/hello/{}", username(random.u64(..users)));
        let body = format!(r#"{{"dateOfBirth":"19{}-12-10"}}"#, random.u8(10..99));
        let body = if method == "PUT" { body.as_bytes() } else { b"" };
        let asked = Instant::now();
        let mut tries = 0;
        loop {
            let answer = client.request(method, &path, &[], body).map_err(|error| error.to_string())?;
            tries += 1;
            match answer.status {
                200..300 => break,
                503 | 504 if tries < MOST_TRIES => {}
                _ => return Err(answer.text().to_owned()),
            }
        }
        micros.push(asked.elapsed().as_micros() as u64);
        due += gap;
    }
    Ok(micros)
}
