//! What a bench is told after `--`: numbers, each with a default.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// A number's name, its default and what it says.
type Number = (&'static str, &'static str, &'static str);

/// The options of one bench.
pub(crate) struct Options(ArgMatches);

impl Options {
    /// Reads the program's arguments. `None` outside of `cargo bench`: `cargo test --benches` only wants to
    /// know that it builds.
    pub(crate) fn read(bench: &str, numbers: &[Number]) -> Option<Self> {
        let number = |&(name, default, help): &Number| {
            Arg::new(name)
                .long(name)
                .default_value(default)
                .value_parser(value_parser!(u64).range(1..))
                .help(help)
        };
        let matches = Command::new(format!("cargo bench --bench {bench} --"))
            .arg(Arg::new("bench").long("bench").action(ArgAction::SetTrue).hide(true))
            .args(numbers.iter().map(number))
            .get_matches();
        matches.get_flag("bench").then_some(Self(matches))
    }

    /// One of the numbers.
    pub(crate) fn number(&self, name: &str) -> u64 {
        self.0.get_one(name).copied().expect("it has a default")
    }
}
