//! Requests beside a fault: many alerts speak of requests, and without any there is nothing to speak of.

use crate::http::{self, Question};
use crate::{Lab, LabError};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// One client of a region asks so often.
const LIGHT: Duration = Duration::from_millis(50);
/// Each of those who flood asks so often; together 400 times a second.
const FLOOD: Duration = Duration::from_millis(80);
const FLOODING: usize = 32;
/// More than any deadline of an instance's.
const ASK: Duration = Duration::from_secs(5);

/// Clients who ask until this is dropped.
pub(super) struct Traffic {
    over: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Traffic {
    /// A client in each region asks the balancer.
    pub(super) fn light(lab: &Lab) -> Result<Self, LabError> {
        let regions = lab.regions();
        let callers = regions.iter().map(|region| Ok((region, lab.client_address(region)?)));
        let callers: Vec<_> = callers.collect::<Result<_, LabError>>()?;
        let caller = |(region, from): (&&str, Ipv4Addr)| Caller {
            from,
            to: lab.geo_address(),
            user: format!("drill{}", letters(region)),
            period: LIGHT,
        };
        Ok(Self::start(callers.into_iter().map(caller)))
    }

    /// Many clients ask the instance of one region.
    pub(super) fn flood(lab: &Lab, region: &str) -> Result<Self, LabError> {
        let (from, to) = (lab.client_address(region)?, lab.instance(region)?.public);
        let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
        let caller = |number| Caller {
            from,
            to,
            user: format!("flood{}{}", letter(number), letter(number / 26)),
            period: FLOOD,
        };
        Ok(Self::start((0..FLOODING).map(caller)))
    }

    fn start(callers: impl Iterator<Item = Caller>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let client = |caller: Caller| {
            let over = Arc::clone(&over);
            thread::spawn(move || caller.ask_until(&over))
        };
        let clients = callers.map(client).collect();
        Self { over, clients }
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            // One that has panicked asks no more either.
            let _ = client.join();
        }
    }
}

struct Caller {
    from: Ipv4Addr,
    to: SocketAddr,
    user: String,
    period: Duration,
}

impl Caller {
    /// Writes and reads in turn, each with what it was last told.
    fn ask_until(&self, over: &AtomicBool) {
        let mut token = None;
        let mut next = Instant::now();
        for turn in 0_u64.. {
            if over.load(Ordering::Relaxed) {
                return;
            }
            if let Some(told) = self.ask(turn.is_multiple_of(2), token.as_deref()) {
                token = Some(told);
            }
            next += self.period;
            // One who was held up does not make up for it.
            next = next.max(Instant::now());
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
    }

    /// Gives the answer's token. What fails, fails: others judge that.
    fn ask(&self, writes: bool, token: Option<&str>) -> Option<String> {
        // Sampled, so that there are spans whatever share an instance samples by itself.
        let parent = format!("00-{:032x}-{:016x}-01", fastrand::u128(1..), fastrand::u64(1..));
        let mut headers = vec![("traceparent", parent)];
        headers.extend(token.map(|token| ("Sync-Token", token.to_owned())));
        let path = format!("/hello/{}", self.user);
        let (method, body) = if writes { ("PUT", r#"{"dateOfBirth":"1815-12-10"}"#) } else { ("GET", "") };
        let question = Question { method, path: &path, headers, body };
        let answer = http::ask(self.to, &question, Some(self.from), ASK).ok()?;
        answer.header("Sync-Token").map(str::to_owned)
    }
}

/// A username has letters only; regions may have digits.
fn letters(region: &str) -> String {
    region.chars().filter(char::is_ascii_alphabetic).collect()
}
