//! Everybody asks for the same user: joined reads beside the embedded store.

use crate::reads::Reads;
use crate::support::statistics::median;
use crate::support::users;
use crate::support::wrk::Questions;
use crate::turns::Rounds;
use crate::{Bench, WARM_UP_SECONDS, print_ratios};
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
        let admin = self.jubilee.process.admin;
        let (mut at_once, mut joined) = (Vec::new(), Vec::new());
        let rounds = Rounds::run(self.rounds, ["embedded", "cluster"], |which| {
            let before = Reads::of(admin)?;
            let measured = contestants[which].measure(questions, self.seconds)?;
            if which == 1 {
                let reads = Reads::of(admin)?.since(&before);
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
