//! `jubilee migrate`.

use super::arguments::{ALTER_REPLICATION, DRY_RUN, FORMAT, JSON};
use crate::config::Config;
use crate::store::cluster::Connector;
use crate::store::cluster::migrate::{self, Options, Told};
use actix_web::rt::System;
use clap::ArgMatches;
use std::error::Error;
use std::io::{self, Write};

/// What to say where there is no schema.
pub(super) const NO_CLUSTER: &str =
    "the embedded store has no schema to migrate; JUBILEE_STORE=cluster chooses the cluster";

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> Result<(), Box<dyn Error>> {
    let options = Options {
        dry_run: arguments.get_flag(DRY_RUN),
        alter_replication: arguments.get_flag(ALTER_REPLICATION),
        ..Options::default()
    };
    System::new().block_on(async {
        let connector = Connector::new(config.cluster.clone());
        let session = connector.connect().await?;
        let settings = connector.settings();
        if arguments.get_one::<String>(FORMAT).is_some_and(|format| format == JSON) {
            let plan = migrate::plan(&session, settings, options, &tell).await?;
            tell(Told::Done(serde_json::to_string(&plan)?));
            return Ok(());
        }
        Ok(migrate::migrate(&session, settings, options, &tell).await?)
    })
}

/// What was done goes to standard output, what the operator should know to standard error. With nobody
/// there to read, the schema is brought to its end all the same.
fn tell(told: Told) {
    let _ = match told {
        Told::Done(text) => writeln!(io::stdout(), "{text}"),
        Told::Notice(text) => writeln!(io::stderr(), "jubilee: {text}"),
    };
}
