//! `jubilee export`.

use super::arguments::FILE;
use super::line::Line;
use crate::app::SystemClock;
use crate::config::{Config, StoreKind};
use crate::domain::{Cell, Value};
use crate::store::StoreError;
use crate::store::cluster::{Connector, Scan};
use crate::store::embedded::{DataDir, Engine};
use actix_web::rt::{System, SystemRunner};
use clap::ArgMatches;
use indicatif::ProgressBar;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// What is exported, whatever keeps it.
enum Source {
    Embedded(Engine),
    Cluster(SystemRunner, Box<Scan>),
}

impl Source {
    fn open(config: &Config) -> Result<Self, Box<dyn Error>> {
        match config.store {
            StoreKind::Embedded => {
                let data_dir = DataDir::new(&config.data_dir);
                let file = data_dir.file();
                if !file.try_exists().map_err(|error| format!("{}: {error}", file.display()))? {
                    let file = file.display();
                    return Err(format!("{file} does not exist; JUBILEE_DATA_DIR names its folder").into());
                }
                Ok(Self::Embedded(Engine::open(data_dir, Arc::new(SystemClock))?))
            }
            StoreKind::Cluster => {
                let system = System::new();
                let scan = system.block_on(Scan::connect(&Connector::new(config.cluster.clone())))?;
                Ok(Self::Cluster(system, Box::new(scan)))
            }
        }
    }

    fn for_each(&self, each: impl FnMut(&str, Cell) -> Result<(), ExportError>) -> Result<(), ExportError> {
        match self {
            Self::Embedded(engine) => engine.for_each(each),
            Self::Cluster(system, scan) => system.block_on(scan.for_each(each)),
        }
    }
}

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> Result<(), Box<dyn Error>> {
    let source = Source::open(config)?;
    match arguments.get_one::<String>(FILE).map(String::as_str) {
        None | Some("-") => write_all(&source, io::stdout().lock())?,
        Some(path) => write_file(&source, path).map_err(|error| format!("{path}: {error}"))?,
    }
    Ok(())
}

/// The file has its name only when it is whole.
fn write_file(source: &Source, path: &str) -> Result<(), ExportError> {
    let unfinished = format!("{path}.unfinished");
    // A leftover may be readable by others, and would stay so.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = write_all(source, &file)
        .and_then(|()| file.sync_all().map_err(Into::into))
        .and_then(|()| fs::rename(&unfinished, path).map_err(Into::into));
    if written.is_err() {
        // Personal data that nobody will look after; the failure itself says more than one here.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write_all(source: &Source, output: impl Write) -> Result<(), ExportError> {
    // It draws nothing where standard error is no terminal.
    let progress = ProgressBar::new_spinner().with_message("birthdays exported");
    let mut output = BufWriter::with_capacity(1 << 20, output);
    source.for_each(|username, cell| {
        let Value::Born(born) = cell.value else { return Ok(()) };
        let line = Line {
            username: username.into(),
            date_of_birth: born.date().to_string().into(),
            version: Some(cell.version.micros()),
        };
        serde_json::to_writer(&mut output, &line).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
        progress.inc(1);
        Ok::<_, ExportError>(())
    })?;
    output.flush()?;
    progress.finish();
    Ok(())
}
