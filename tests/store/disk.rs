//! A disk that the test can take the power from, or break: what was not synced is kept apart.

use fastrand::Rng;
use jubilee::store::StoreError;
use jubilee::store::embedded::{Medium, write_back};
use redb::{Builder, Database, StorageBackend};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const SECTOR: usize = 512;

/// Cloned handles are the same disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What a sync has made durable.
    durable: Vec<u8>,
    /// What reads see: the page cache.
    cached: Vec<u8>,
    /// What lies between the two, in the order in which it was asked for.
    unsynced: Vec<Change>,
    /// So many changes more, then [`State::fault`] comes.
    countdown: Option<u64>,
    fault: Fault,
    next_read_fails: bool,
    cache_bytes: usize,
    power_is_lost: bool,
    distrusted: bool,
    syncs: bool,
}

/// What happens at the end of a countdown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Fault {
    /// This call and all later ones fail.
    #[default]
    PowerLoss,
    /// This call panics; later ones work.
    Panic,
    /// This call fails; later ones work.
    Error,
    /// The next sync fails, and what it was to make durable is dropped though reads go on seeing it, as
    /// Linux does: its page cache takes pages that could not be written for clean.
    FailedSync,
}

#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, data: Vec<u8> },
    SetLength(usize),
}

impl Disk {
    /// A disk with an empty database on it, as a start finds it that was not cut short.
    pub(crate) fn new() -> Self {
        let disk = Self::default();
        disk.state().syncs = true;
        disk.state().cache_bytes = 1 << 20;
        drop(Builder::new().create_with_backend(disk.clone()).expect("a new database"));
        disk
    }

    /// Syncing says that it worked, and does nothing.
    pub(crate) fn lie_about_syncing(&self) {
        self.state().syncs = false;
    }

    /// Lets the fault come at the change after so many more.
    pub(crate) fn break_after(&self, changes: u64, fault: Fault) {
        let mut state = self.state();
        state.countdown = Some(changes);
        state.fault = fault;
    }

    /// Lets reads come to the disk, at the next opening.
    pub(crate) fn cache_nothing(&self) {
        self.state().cache_bytes = 0;
    }

    /// Lets the next read fail, and no other.
    pub(crate) fn fail_next_read(&self) {
        self.state().next_read_fails = true;
    }

    /// Takes the power away now, if it is still there.
    pub(crate) fn lose_power(&self) {
        self.state().power_is_lost = true;
    }

    /// Brings the power back. Of what was not synced any part may have reached the disk.
    pub(crate) fn restore_power(&self, rng: &mut Rng) {
        let mut state = self.state();
        let unsynced = std::mem::take(&mut state.unsynced);
        // Now and then nothing or all of it, else a share of it.
        let share = [0.0, 0.1, 0.5, 0.9, 1.0][rng.usize(..5)];
        for change in unsynced {
            if rng.f64() < share {
                change.apply_torn(&mut state.durable, rng);
            }
        }
        state.cached = state.durable.clone();
        state.countdown = None;
        state.power_is_lost = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: Change) -> io::Result<()> {
        let mut state = self.state();
        let fault = if matches!(state.fault, Fault::FailedSync) { None } else { state.count_down() };
        if !state.power_is_lost {
            change.apply(&mut state.cached);
            state.unsynced.push(change);
        }
        drop(state);
        self.fail(fault)
    }

    fn fail(&self, fault: Option<Fault>) -> io::Result<()> {
        match fault {
            Some(Fault::PowerLoss) => self.lose_power(),
            Some(Fault::Panic) => panic!("the disk panics, as the test asked for"),
            Some(Fault::FailedSync) => {
                self.state().unsynced.clear();
                return Err(io::Error::other("the sync failed"));
            }
            Some(Fault::Error) => return Err(io::Error::other("a bad moment")),
            None => {}
        }
        self.powered().map(drop)
    }

    fn powered(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.power_is_lost { Err(io::Error::other("no power")) } else { Ok(state) }
    }
}

impl State {
    fn count_down(&mut self) -> Option<Fault> {
        match self.countdown {
            Some(0) => {
                self.countdown = None;
                Some(self.fault)
            }
            Some(left) => {
                self.countdown = Some(left - 1);
                None
            }
            None => None,
        }
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => write(content, *offset, data),
            Self::SetLength(length) => content.resize(*length, 0),
        }
    }

    /// Applies some sectors only, or a part that ends in the middle of one.
    fn apply_torn(&self, content: &mut Vec<u8>, rng: &mut Rng) {
        let Self::Write { offset, data } = self else { return self.apply(content) };
        match rng.u8(..4) {
            0 => write(content, *offset, &data[..rng.usize(..=data.len())]),
            1 => {
                for (index, sector) in data.chunks(SECTOR).enumerate() {
                    if rng.bool() {
                        write(content, offset + index * SECTOR, sector);
                    }
                }
            }
            _ => write(content, *offset, data),
        }
    }
}

fn write(content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    // The file may be shorter than the writer thought, if its new length was lost.
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(data);
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.powered()?.cached.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.powered()?;
        if std::mem::take(&mut state.next_read_fails) {
            return Err(io::Error::other("a bad sector"));
        }
        let offset = offset as usize;
        let read = state.cached.get(offset..offset + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(read);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.change(Change::SetLength(length as usize))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(Change::Write { offset: offset as usize, data: data.to_vec() })
    }

    fn sync_data(&self) -> io::Result<()> {
        let fault = self.state().count_down();
        self.fail(fault)?;
        let mut state = self.powered()?;
        if state.syncs {
            for change in std::mem::take(&mut state.unsynced) {
                change.apply(&mut state.durable);
            }
        }
        Ok(())
    }
}

impl Medium for Disk {
    fn open(&self) -> Result<Database, StoreError> {
        let cache_bytes = self.state().cache_bytes;
        if std::mem::take(&mut self.state().distrusted) {
            write_back(self).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        }
        Builder::new()
            .set_cache_size(cache_bytes)
            .create_with_backend(self.clone())
            .map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    fn distrust(&self) {
        self.state().distrusted = true;
    }

    fn name(&self) -> String {
        "the disk of a test".into()
    }
}
