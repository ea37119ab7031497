//! The loop that sends what is due and reads what has come.

use crate::connection::Connection;
use crate::latencies::Latencies;
use crate::schedule::Schedule;
use mio::{Events, Interest, Poll, Token};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long answers may come after the last request was due. Those that do not are counted as if they came then.
const GRACE: Duration = Duration::from_secs(2);

/// What to do.
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Vec<Vec<u8>>,
    /// Requests a second.
    pub(crate) rate: f64,
    /// How long requests are sent that are not counted.
    pub(crate) warm_up: Duration,
    /// How long the others are due, after those.
    pub(crate) lasts: Duration,
    pub(crate) connections: usize,
    pub(crate) seed: u64,
}

/// What was measured.
#[derive(Default)]
pub(crate) struct Measured {
    due: usize,
    answered_in_time: usize,
    unanswered: usize,
    /// From when a request was due until its answer was read.
    latencies: Latencies,
    /// How much later than it could have the generator itself sent each request.
    lateness: Latencies,
}

impl Load {
    /// Sends everything that is due while it lasts, and waits for the answers.
    ///
    /// # Errors
    /// If a connection fails or an answer is no 2xx.
    pub(crate) fn run(&self) -> io::Result<Measured> {
        let mut poll = Poll::new()?;
        let mut events = Events::with_capacity(self.connections);
        let mut connections = Vec::with_capacity(self.connections);
        for number in 0..self.connections {
            let mut connection = Connection::open(self.address)?;
            poll.registry().register(&mut connection.stream, Token(number), Interest::READABLE)?;
            connections.push(connection);
        }
        let mut idle: Vec<usize> = (0..self.connections).collect();
        let mut random = fastrand::Rng::with_seed(!self.seed);
        let ends = self.warm_up + self.lasts;
        let mut schedule = Schedule::new(self.rate, self.seed).take_while(|due| *due < ends).peekable();
        let mut waiting = VecDeque::new();
        let mut measured = Measured::default();
        let started = Instant::now();

        while started.elapsed() < ends + GRACE {
            let now = started.elapsed();
            while let Some(due) = schedule.next_if(|due| *due <= now) {
                measured.due += usize::from(due >= self.warm_up);
                waiting.push_back(due);
            }
            while let (Some(due), Some(&number)) = (waiting.front().copied(), idle.last()) {
                let connection = &mut connections[number];
                let request = &self.requests[random.usize(..self.requests.len())];
                if due >= self.warm_up {
                    measured.lateness.push(started.elapsed() - due.max(connection.idle_since));
                }
                connection.send(request, due)?;
                idle.pop();
                waiting.pop_front();
            }
            if schedule.peek().is_none() && waiting.is_empty() && idle.len() == self.connections {
                break;
            }
            poll.poll(&mut events, Some(Duration::ZERO))?;
            for event in &events {
                let connection = &mut connections[event.token().0];
                if connection.receive()? {
                    let now = started.elapsed();
                    if connection.due >= self.warm_up {
                        measured.answered_in_time += usize::from(now <= ends);
                        measured.latencies.push(now - connection.due);
                    }
                    connection.idle_since = now;
                    idle.push(event.token().0);
                }
            }
        }
        let sent = connections.iter().enumerate().filter(|(number, _)| !idle.contains(number));
        let unanswered = sent.map(|(_, connection)| connection.due).chain(waiting);
        measured.add_unanswered(unanswered.filter(|due| *due >= self.warm_up), started.elapsed());
        Ok(measured)
    }
}

impl Measured {
    /// Counts those still on their way, or never sent, as taking until now.
    fn add_unanswered(&mut self, unanswered: impl Iterator<Item = Duration>, now: Duration) {
        for due in unanswered {
            self.unanswered += 1;
            self.latencies.push(now - due);
        }
    }

    /// One line of JSON: counts, and microseconds.
    pub(crate) fn json(mut self) -> String {
        let [p50, p90, p99, p999, max] = self.latencies.percentiles([0.5, 0.9, 0.99, 0.999, 1.0]);
        let [late] = self.lateness.percentiles([0.99]);
        format!(
            r#"{{"due":{},"answered_in_time":{},"answered":{},"unanswered":{},"p50":{p50},"p90":{p90},"p99":{p99},"p999":{p999},"max":{max},"late_p99":{late}}}"#,
            self.due,
            self.answered_in_time,
            self.latencies.len() - self.unanswered,
            self.unanswered,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    const TAKES: Duration = Duration::from_millis(20);

    /// A server for one connection that takes so long for each answer, and so many answers at most.
    fn slow_server(answers: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        thread::spawn(move || -> io::Result<()> {
            let (mut stream, _): (TcpStream, _) = listener.accept()?;
            let mut request = [0; 1024];
            for _ in 0..answers {
                if stream.read(&mut request)? == 0 {
                    return Ok(());
                }
                // What a slow server does.
                thread::sleep(TAKES);
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
            }
            // Silent, but there, until the client goes.
            while stream.read(&mut request)? > 0 {}
            Ok(())
        });
        address
    }

    fn load(address: SocketAddr, rate: f64) -> Load {
        let requests = vec![b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n".to_vec()];
        let (warm_up, lasts) = (Duration::ZERO, Duration::from_millis(500));
        Load { address, requests, rate, warm_up, lasts, connections: 1, seed: 1 }
    }

    #[test]
    fn a_request_that_waits_for_a_connection_counts_from_when_it_was_due() {
        // Twice as many as the server can answer: the last ones wait for about half of the time.
        let mut measured = load(slow_server(usize::MAX), 100.0).run().expect("a run");
        let [worst] = measured.latencies.percentiles([1.0]);
        assert!(worst > 150_000.0, "{worst} µs");
        assert!(measured.answered_in_time < measured.due * 3 / 4, "{} in time", measured.answered_in_time);
        assert_eq!(measured.latencies.len(), measured.due, "each counts");
        let [late] = measured.lateness.percentiles([0.5]);
        assert!(late < TAKES.as_micros() as f64, "the generator waited for nobody, yet {late} µs");
    }

    #[test]
    fn what_is_due_while_it_warms_up_is_sent_and_not_counted() {
        let mut warm = load(slow_server(usize::MAX), 20.0);
        let all = warm.run().expect("a run").due;
        (warm.warm_up, warm.lasts) = (Duration::from_millis(250), Duration::from_millis(250));
        let measured = Load { address: slow_server(usize::MAX), ..warm }.run().expect("a run");
        assert!(0 < measured.due && measured.due < all, "{} of {all}", measured.due);
        assert_eq!(measured.latencies.len(), measured.due);
    }

    #[test]
    fn what_is_never_answered_counts_too() {
        let mut measured = load(slow_server(1), 20.0).run().expect("a run");
        assert_eq!(measured.unanswered, measured.due - 1);
        let [median] = measured.latencies.percentiles([0.5]);
        assert!(median >= GRACE.as_micros() as f64, "{median} µs");
    }
}
