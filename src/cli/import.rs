//! `jubilee import`: reads and checks lines on one thread, writes them on another.

mod cluster;

use super::arguments::{FILE, SKIP_BAD_LINES};
use super::line::{self, Limits};
use crate::app::SystemClock;
use crate::config::{Config, StoreKind};
use crate::domain::{Cell, HybridClock, Value, WallClock};
use crate::store::StoreError;
use crate::store::embedded::{DataDir, Engine, Write as CellWrite};
use clap::ArgMatches;
use indicatif::ProgressBar;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// So many lines are sorted and made durable together: in the embedded file neighbours share pages, and
/// a page is written once for all of them. A batch takes about 130 MB while it waits; twice as many lines
/// are hardly faster.
const BATCH_LINES: usize = 2_000_000;
/// Longer than any line that is good.
const MAX_LINE_BYTES: u64 = 4096;

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> Result<(), Box<dyn Error>> {
    let path = arguments.get_one::<String>(FILE).map_or("-", String::as_str);
    let input: Box<dyn Read + Send> = match path {
        "-" => Box::new(io::stdin()),
        path => Box::new(File::open(path).map_err(|error| format!("{path}: {error}"))?),
    };
    match config.store {
        StoreKind::Embedded => {
            let engine = Engine::open(DataDir::new(&config.data_dir), Arc::new(SystemClock))?;
            let commit = |batch: &[CellWrite]| engine.commit(batch).map(|_| ());
            import(config, arguments, input, BATCH_LINES, || Ok(commit))
        }
        StoreKind::Cluster => import(config, arguments, input, cluster::BATCH_LINES, || {
            let (system, store) = cluster::reach(config)?;
            Ok(move |batch: &[CellWrite]| system.block_on(cluster::write_all(&*store, batch)))
        }),
    }
}

/// Reads lines here and hands batches of them to `commit`, which is made on the thread that writes.
fn import<C>(
    config: &Config,
    arguments: &ArgMatches,
    input: Box<dyn Read + Send>,
    batch_lines: usize,
    make_commit: impl FnOnce() -> Result<C, StoreError> + Send,
) -> Result<(), Box<dyn Error>>
where
    C: Fn(&[CellWrite]) -> Result<(), StoreError>,
{
    let lines = Lines {
        limits: Limits::at(SystemClock.now(), config.max_clock_skew),
        clock: HybridClock::default(),
        batch_lines,
        skip_bad_lines: arguments.get_flag(SKIP_BAD_LINES),
        bad_lines: 0,
    };
    // It draws nothing where standard error is no terminal.
    let progress = ProgressBar::new_spinner().with_message("birthdays imported");
    // No batch waits between the threads: each holds one, and that is enough memory.
    let (batches, to_write) = sync_channel(0);
    let (read, written) = thread::scope(|scope| {
        let writer = scope.spawn(|| write_batches(make_commit()?, to_write, &progress));
        let read = lines.send(BufReader::with_capacity(1 << 20, input), &batches);
        drop(batches);
        (read, writer.join())
    });
    let written = written.map_err(|_| "writing panicked")??;
    progress.finish();
    let bad_lines = read?;
    writeln!(io::stderr(), "{written} birthdays imported, {bad_lines} bad lines skipped")?;
    Ok(())
}

struct Lines {
    limits: Limits,
    clock: HybridClock,
    batch_lines: usize,
    skip_bad_lines: bool,
    bad_lines: u64,
}

impl Lines {
    /// Sends all lines in sorted batches; gives how many bad ones were skipped. Good lines before a
    /// bad one that ends the import are sent.
    fn send(
        mut self,
        mut input: impl BufRead,
        batches: &SyncSender<Vec<CellWrite>>,
    ) -> Result<u64, Box<dyn Error>> {
        let mut batch = Vec::with_capacity(self.batch_lines);
        let mut text = Vec::new();
        for number in 1u64.. {
            text.clear();
            if input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut text)? == 0 {
                break;
            }
            match self.read(&text) {
                Ok(birthday) => batch.push(self.write(birthday)),
                Err(_) if text.trim_ascii().is_empty() => {}
                Err(reason) => {
                    skip_rest_of_line(&mut input, &text)?;
                    writeln!(io::stderr(), "line {number}: {reason}")?;
                    if !self.skip_bad_lines {
                        flush(batch, batches);
                        return Err(format!(
                            "stopped at line {number}; --skip-bad-lines reports bad lines and goes on"
                        )
                        .into());
                    }
                    self.bad_lines += 1;
                }
            }
            if batch.len() == self.batch_lines {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(self.batch_lines));
                if !flush(full, batches) {
                    // The writer has ended with an error of its own, which says more.
                    break;
                }
            }
        }
        flush(batch, batches);
        Ok(self.bad_lines)
    }

    fn read(&self, text: &[u8]) -> Result<line::Birthday, String> {
        if text.len() as u64 == MAX_LINE_BYTES && !text.ends_with(b"\n") {
            return Err(format!("it is longer than {MAX_LINE_BYTES} bytes"));
        }
        line::read(text.trim_ascii(), &self.limits)
    }

    fn write(&self, birthday: line::Birthday) -> CellWrite {
        let version = birthday.version.unwrap_or_else(|| self.clock.next_version(SystemClock.now(), None));
        CellWrite { username: birthday.username, cell: Cell { version, value: Value::Born(birthday.born) } }
    }
}

fn skip_rest_of_line(input: &mut impl BufRead, start: &[u8]) -> io::Result<()> {
    if !start.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(())
}

/// Sorts and sends a batch; false if nobody takes it any more.
fn flush(mut batch: Vec<CellWrite>, batches: &SyncSender<Vec<CellWrite>>) -> bool {
    // Lines of the same user may come in any order: the greatest cell stands.
    batch.sort_unstable_by(|one, other| one.username.cmp(&other.username));
    batch.is_empty() || batches.send(batch).is_ok()
}

fn write_batches(
    commit: impl Fn(&[CellWrite]) -> Result<(), StoreError>,
    batches: Receiver<Vec<CellWrite>>,
    progress: &ProgressBar,
) -> Result<u64, StoreError> {
    let mut written = 0;
    for batch in batches {
        commit(&batch)?;
        written += batch.len() as u64;
        progress.set_position(written);
    }
    Ok(written)
}
