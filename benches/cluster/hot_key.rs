//! Everybody asks for the same user: joined reads beside the embedded store.

use crate::server::Server;
use crate::statistics::median;
use crate::turns::Rounds;
use crate::wrk::Questions;
use crate::{Bench, WARM_UP_SECONDS, print_ratios, users};
use std::error::Error;
use std::fs;

/// A hot key has many who ask for it.
const CONNECTIONS: u16 = 256;

impl Bench {
    /// One user, asked for by all, on the cluster and on the embedded store.
    pub(crate) fn hot_key(&self) -> Result<(), Box<dyn Error>> {
        println!("\nGET, one user, {CONNECTIONS} connections\n");
        let name = users::username(0);
        let born = br#"{"dateOfBirth":"1815-12-10"}"#;
        self.embedded.process.client().request("PUT", format!("/hello/{name}"), &[], born)?;
        let file = self.folder.join("one-name");
        fs::write(&file, name)?;
        let questions = Questions { method: "GET", users: &file, connections: CONNECTIONS };
        let contestants = [&self.embedded, &self.jubilee];
        for server in contestants {
            server.measure(questions, WARM_UP_SECONDS)?;
        }
        let (mut at_once, mut joined) = (Vec::new(), Vec::new());
        let rounds = Rounds::run(self.rounds, ["embedded", "cluster"], |which| {
            let before = Reads::of(&self.jubilee)?;
            let measured = contestants[which].measure(questions, self.seconds)?;
            if which == 1 {
                let reads = Reads::of(&self.jubilee)?.since(&before);
                // No answer takes less than one round trip, so this is no less than what is asked for.
                at_once.push(reads.sent * (reads.seconds / reads.count) / self.seconds as f64);
                joined.push(reads.joined / reads.count);
            }
            Ok(measured)
        })?;
        print_ratios(&[("cluster / embedded", &rounds, 1, 0, "0.70 or more")]);
        println!(
            "\ndriver requests in one round trip of the one worker: at most {:.2} (goal: 2 or less)\n\
             joined: {:.1} % of the reads",
            median(at_once),
            median(joined) * 100.0
        );
        Ok(())
    }
}

/// What a server has counted of its reads.
struct Reads {
    /// Requests that the driver sent, pings and all.
    sent: f64,
    joined: f64,
    count: f64,
    /// From leaving the mailbox to the answer, all reads together.
    seconds: f64,
}

impl Reads {
    fn of(server: &Server) -> std::io::Result<Self> {
        let mut client = jubilee_test_support::Client::connect(server.process.admin)?;
        let metrics = client.request("GET", "/metrics", &[], b"")?;
        let value = |series: &str| {
            let value = metrics.text().lines().find_map(|line| line.strip_prefix(series));
            let value = value.and_then(|value| value.trim().parse().ok());
            value.ok_or_else(|| std::io::Error::other(format!("no {series} is exported")))
        };
        Ok(Self {
            sent: value(r#"jubilee_driver_events_total{event="request"}"#)?,
            joined: value("jubilee_joined_reads_total")?,
            count: value(r#"jubilee_store_operation_duration_seconds_count{operation="read",outcome="ok"}"#)?,
            seconds: value(r#"jubilee_store_operation_duration_seconds_sum{operation="read",outcome="ok"}"#)?,
        })
    }

    fn since(self, before: &Self) -> Self {
        Self {
            sent: self.sent - before.sent,
            joined: self.joined - before.joined,
            count: self.count - before.count,
            seconds: self.seconds - before.seconds,
        }
    }
}
