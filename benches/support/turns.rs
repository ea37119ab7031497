//! Contestants measured in turns, so that what else the machine does hits all of them alike.

use crate::support::measured::Measured;
use crate::support::statistics::median;
use std::io;

/// What so many contestants were measured to do, round after round.
pub(crate) struct Rounds<const CONTESTANTS: usize>(Vec<[Measured; CONTESTANTS]>);

impl<const CONTESTANTS: usize> Rounds<CONTESTANTS> {
    /// Measures each in each round, and prints that and the medians as rows of a table.
    ///
    /// # Errors
    /// As `measure`, which is given the contestant's place among the names.
    pub(crate) fn run(
        rounds: u64,
        names: [&str; CONTESTANTS],
        mut measure: impl FnMut(usize) -> io::Result<Measured>,
    ) -> io::Result<Self> {
        println!("| round | contestant | {} |\n|---|---|---|---|---|---|---|", Measured::COLUMNS);
        let mut all = Vec::new();
        for round in 0..rounds {
            let mut measured = [Measured::default(); CONTESTANTS];
            for turn in 0..CONTESTANTS {
                // Each round begins with another contestant, so that none always follows the same one.
                let which = (round as usize + turn) % CONTESTANTS;
                measured[which] = measure(which)?;
                println!("| {} | {} | {} |", round + 1, names[which], measured[which]);
            }
            all.push(measured);
        }
        let rounds = Self(all);
        for (which, name) in names.into_iter().enumerate() {
            println!("| median | {name} | {} |", rounds.median(which));
        }
        Ok(rounds)
    }

    /// What a contestant did in the middle of the rounds.
    pub(crate) fn median(&self, which: usize) -> Measured {
        Measured::median(self.0.iter().map(|round| round[which]))
    }

    /// The median of the rounds' ratios between two contestants.
    pub(crate) fn ratio(&self, of: fn(&Measured) -> f64, which: usize, to: usize) -> f64 {
        median(self.0.iter().map(|round| of(&round[which]) / of(&round[to])))
    }
}
