//! What may stand on the command line.

use crate::config::{SETTINGS, Sources};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

pub(super) const FILE: &str = "file";
pub(super) const URL: &str = "url";
pub(super) const SKIP_BAD_LINES: &str = "skip-bad-lines";
pub(super) const DRY_RUN: &str = "dry-run";
pub(super) const FORMAT: &str = "format";
pub(super) const JSON: &str = "json";
pub(super) const ALTER_REPLICATION: &str = "alter-replication";

/// The whole command line.
pub(super) fn command() -> Command {
    let settings = SETTINGS.iter().map(|setting| {
        Arg::new(setting.name)
            .long(setting.flag())
            .value_name("VALUE")
            .help(format!("{} [{}] [default: {}]", setting.help, setting.variable(), setting.default))
            .help_heading("Settings")
            .global(true)
    });
    Command::new("jubilee")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Remembers birthdays and greets people. Without a command it serves.")
        .after_help(
            "A setting's flag wins over its JUBILEE_* variable, that over jubilee.toml in the working folder.\n\
             Exit codes: 0 success, 64 bad usage or configuration, 1 anything else.",
        )
        .args(settings)
        .subcommand(Command::new("serve").about("Serves the API until SIGTERM or SIGINT"))
        .subcommand(migrate())
        .subcommand(import())
        .subcommand(export())
        .subcommand(
            Command::new("check")
                .about("Exits with 0 if an instance is ready: a health check for containers")
                .arg(Arg::new(URL).value_name("URL").help("What to ask [default: /readyz of LISTEN]")),
        )
        .subcommand(Command::new("openapi").about("Prints the OpenAPI document"))
        .subcommand(Command::new("config").about("Prints every setting, its value and where it came from"))
}

fn migrate() -> Command {
    Command::new("migrate")
        .about("Makes or updates the cluster's keyspace and tables; serve never does")
        .long_about(
            "Makes the keyspace CLUSTER_KEYSPACE, replicated as CLUSTER_REPLICATION says, and applies the migrations \
             that are not on record yet. Instances may go on serving meanwhile.\n\n\
             It may be run again at any time, also after it was interrupted, and by several at once: one works, the \
             others wait, and say for whom. A lock whose holder died expires after 30 seconds.\n\n\
             A migration that was applied and has changed since is refused. A keyspace that is replicated otherwise \
             than CLUSTER_REPLICATION says is reported on standard error, which is no failure, and left as it is.",
        )
        .arg(
            Arg::new(DRY_RUN)
                .long(DRY_RUN)
                .action(ArgAction::SetTrue)
                .help("Prints the statements that would be run, and changes nothing"),
        )
        .arg(
            Arg::new(FORMAT)
                .long(FORMAT)
                .requires(DRY_RUN)
                .value_parser(["text", JSON])
                .default_value("text")
                .help("Of --dry-run: json names the migrations too, with the phase of each, for programs"),
        )
        .arg(
            Arg::new(ALTER_REPLICATION)
                .long(ALTER_REPLICATION)
                .action(ArgAction::SetTrue)
                .help("Changes the keyspace's replication to CLUSTER_REPLICATION, and says what must be run on the nodes after"),
        )
}

fn import() -> Command {
    Command::new("import")
        .about("Reads birthdays from JSON lines; a server on the embedded store must be stopped")
        .long_about(
            "Reads lines {\"username\",\"dateOfBirth\",\"version\"} as export writes them.\n\n\
             A server on the embedded store must be stopped: its file has one owner. The cluster may go on \
             serving.\n\n\
             A line with a version never overwrites something newer, and changes nothing the second time: run it \
             again to resume. A line without a version counts as written now. A line whose version is further ahead than \
             MAX_CLOCK_SKEW is a bad one. A deletion that is newer than the export is not undone while its mark \
             lives, which is 24 hours.",
        )
        .arg(Arg::new(FILE).value_name("FILE").required(true).value_hint(ValueHint::FilePath).help("- for standard input"))
        .arg(
            Arg::new(SKIP_BAD_LINES)
                .long(SKIP_BAD_LINES)
                .action(ArgAction::SetTrue)
                .help("Reports bad lines and goes on, instead of stopping at the first"),
        )
}

fn export() -> Command {
    Command::new("export")
        .about("Writes all birthdays as JSON lines; a server on the embedded store must be stopped")
        .long_about(
            "Writes lines {\"username\",\"dateOfBirth\",\"version\"}, from the embedded store in the order of the \
             usernames. They are personal data: a new file can be read by its owner only. Deletions are not \
             exported.\n\n\
             A server on the embedded store must be stopped: its file has one owner. The cluster may go on serving; \
             what is written meanwhile may be exported or not.",
        )
        .arg(Arg::new(FILE).value_name("FILE").value_hint(ValueHint::FilePath).help("[default: standard output]"))
}

/// Takes the settings given as flags.
pub(super) fn add_flags(matches: &ArgMatches, sources: &mut Sources) {
    for setting in SETTINGS {
        if let Some(text) = matches.get_one::<String>(setting.name) {
            sources.add_flag(setting, text.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
