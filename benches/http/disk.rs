//! How many times a second the disk makes 4 KiB durable.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

const BLOCK: usize = 4096;
const BLOCKS: u64 = 4096;

/// Writes and syncs one block after the other of a file that has all its blocks already.
pub(crate) fn syncs_per_second(folder: &Path, measure_for: Duration) -> io::Result<f64> {
    let path = folder.join("sync-rate");
    let file = File::create(&path)?;
    file.write_all_at(&vec![1; BLOCK * BLOCKS as usize], 0)?;
    file.sync_all()?;
    let (started, mut syncs) = (Instant::now(), 0u64);
    while started.elapsed() < measure_for {
        file.write_all_at(&[syncs as u8; BLOCK], syncs % BLOCKS * BLOCK as u64)?;
        file.sync_data()?;
        syncs += 1;
    }
    let rate = syncs as f64 / started.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}
