//! What to do about a sync that failed.
//!
//! Linux takes pages that it could not write for clean: reads go on seeing them, a later sync succeeds,
//! and a loss of power then takes what that sync never wrote (Rebello and others, "Can Applications
//! Recover from fsync Failures?", USENIX ATC 2020). So before such a file is trusted again, all that
//! can be read of it is written once more, which makes it dirty, and synced.

use redb::StorageBackend;
use std::io;

const BLOCK_BYTES: usize = 4096;

/// Writes again what can be read, and syncs it.
///
/// Blocks of zeros are left alone: they are holes or were never used, for no page of redb's is empty;
/// writing them would fill a disk that may have been full already.
///
/// # Errors
/// As the backend's; then it is not to be trusted still.
pub fn write_back(backend: &impl StorageBackend) -> io::Result<()> {
    let length = backend.len()?;
    let mut block = [0; BLOCK_BYTES];
    let mut offset = 0;
    while offset < length {
        let bytes = usize::try_from(length - offset).map_or(BLOCK_BYTES, |left| left.min(BLOCK_BYTES));
        let block = &mut block[..bytes];
        backend.read(offset, block)?;
        if block.iter().any(|&byte| byte != 0) {
            backend.write(offset, block)?;
        }
        offset += bytes as u64;
    }
    backend.sync_data()
}
