//! Reads whose token this region cannot satisfy, beside plain reads here and in the token's region.

use crate::PROGRAM;
use crate::reads::Reads;
use crate::support::statistics::median;
use crate::support::users;
use jubilee_lab::{Lab, Options};
use jubilee_test_support::{Client, Response, wait_until};
use std::error::Error;
use std::time::{Duration, Instant};

const USERS: u64 = 200;
/// The nodes' JVMs translate their code meanwhile; one connection gives them little to go by.
const WARM_UP: Duration = Duration::from_secs(15);
/// Of one request: the first, and three more.
const MOST_TRIES: u32 = 4;

/// Writes in one region, cuts replication, writes again, and reads in the other with the second token.
///
/// # Errors
/// If an answer is not the expected one. A machine that cannot have the laboratory is only told so.
pub(crate) fn measure(rounds: u64, seconds: u64) -> Result<(), Box<dyn Error>> {
    println!("\nGET from one connection in three regions, eu and us cut off from each other's replication\n");
    let lab = match Lab::up(&Options { for_load: true, ..Options::new(PROGRAM) }) {
        Ok(lab) => lab,
        Err(error) => {
            println!("not measured: {error}");
            return Ok(());
        }
    };
    let measured = in_lab(&lab, rounds, Duration::from_secs(seconds));
    lab.down()?;
    measured
}

fn in_lab(lab: &Lab, rounds: u64, each: Duration) -> Result<(), Box<dyn Error>> {
    let (eu, us) = (lab.instance("eu")?, lab.instance("us")?);
    for instance in [&eu, &us] {
        wait_until("an instance is ready", || instance.is_ready());
    }
    let mut there = Client::connect(us.public)?;
    let paths: Vec<String> = (0..USERS).map(path).collect();
    store(&mut there, &paths)?;
    lab.cut_replication("eu", "us")?;
    let tokens = store(&mut there, &paths)?;
    let plain = || paths.iter().map(|path| (path.as_str(), None));
    let escalated = || paths.iter().zip(&tokens).map(|(path, token)| (path.as_str(), Some(token.as_str())));
    median_micros(&mut there, plain(), WARM_UP)?;
    // Only now: a connection that says nothing at first is closed.
    let mut here = Client::connect(eu.public)?;
    median_micros(&mut here, escalated(), WARM_UP)?;
    println!("| round | plain in us, p50 µs | plain in eu | escalated in eu |\n|---|---|---|---|");
    let (mut ratios, mut more, mut reads) = (Vec::new(), 0.0, 0.0);
    for round in 1..=rounds {
        let at_rest = Reads::of(eu.admin)?;
        let plain_there = median_micros(&mut there, plain(), each)?;
        let background = Reads::of(eu.admin)?.since(&at_rest).sent;
        let plain_here = median_micros(&mut here, plain(), each)?;
        let before = Reads::of(eu.admin)?;
        let escalated = median_micros(&mut here, escalated(), each)?;
        let of_escalated = Reads::of(eu.admin)?.since(&before);
        println!("| {round} | {plain_there:.0} | {plain_here:.0} | {escalated:.0} |");
        ratios.push(escalated / (plain_here + plain_there));
        more += of_escalated.sent - background;
        reads += of_escalated.count;
    }
    println!(
        "\nescalated / (plain in eu + plain in us): {:.2} (goal: 1 or less)\n\
         driver requests for each escalated read, less the probes of an instance at rest: {:.2} (goal: 2)",
        median(ratios),
        more / reads
    );
    Ok(())
}

/// Stores a birthday for each user, and gives the tokens.
fn store(client: &mut Client, paths: &[String]) -> Result<Vec<String>, Box<dyn Error>> {
    let token = |path: &String| {
        let stored = ask(client, "PUT", path, &[], br#"{"dateOfBirth":"1815-12-10"}"#)?;
        Ok(stored.header("sync-token").ok_or("a write without a token")?.to_owned())
    };
    paths.iter().map(token).collect()
}

fn path(number: u64) -> String {
    format!("/hello/{}", users::username(number))
}

/// Asks the questions one after the other, again and again for so long.
fn median_micros<'question>(
    client: &mut Client,
    questions: impl Iterator<Item = (&'question str, Option<&'question str>)> + Clone,
    each: Duration,
) -> Result<f64, Box<dyn Error>> {
    let end = Instant::now() + each;
    let mut micros = Vec::new();
    for (path, token) in questions.cycle() {
        let asked = Instant::now();
        if asked >= end {
            break;
        }
        let headers = token.map(|token| ("Sync-Token", token));
        ask(client, "GET", path, headers.as_slice(), b"")?;
        micros.push(asked.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(micros))
}

/// Asks, and as often again as clients may: nodes that have just started, on a machine that is not theirs
/// alone, do not always answer in time.
fn ask(
    client: &mut Client,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Response, Box<dyn Error>> {
    let mut tries = 1;
    loop {
        let answer = client.request(method, path, headers, body)?;
        match answer.status {
            200..300 => return Ok(answer),
            503 | 504 if tries < MOST_TRIES => tries += 1,
            _ => return Err(answer.text().into()),
        }
    }
}
