//! The load generator: wrk, pinned to the core that the server does not have.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The core of the servers; the generator has the other.
pub(crate) const SERVER_CORE: &str = "0";
const GENERATOR_CORE: &str = "1";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/support/users.lua");

/// What one run of wrk has measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) requests: f64,
    pub(crate) seconds: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// What a server is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Questions<'file> {
    pub(crate) method: &'static str,
    /// One username a line, and behind a blank the sync token to send with it, if any.
    pub(crate) users: &'file Path,
    /// Each has one request on its way at any time.
    pub(crate) connections: u16,
}

/// Fails with what to do if wrk or taskset is missing, or there is no second core.
pub(crate) fn check_installed() -> io::Result<()> {
    let found = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !found("wrk") {
        return Err(io::Error::other("wrk is missing; on Debian and Ubuntu: apt-get install wrk"));
    }
    if !found("taskset") {
        return Err(io::Error::other("taskset is missing; on Debian and Ubuntu: apt-get install util-linux"));
    }
    if std::thread::available_parallelism()?.get() < 2 {
        return Err(io::Error::other("two cores are needed: one for the server, one for wrk"));
    }
    Ok(())
}

/// Asks a server for the users, in random order.
///
/// # Errors
/// If wrk fails, or any answer is no 2xx: such a run measures nothing.
pub(crate) fn run(server: SocketAddr, questions: Questions<'_>, seconds: u64) -> io::Result<Load> {
    let Questions { method, users, connections } = questions;
    let output = Command::new("taskset")
        .args(["-c", GENERATOR_CORE, "wrk", "--threads", "1", "--connections", &connections.to_string()])
        .args(["--duration", &format!("{seconds}s"), "--script", SCRIPT, &format!("http://{server}")])
        .args(["--", method])
        .arg(users)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Option<Vec<u64>> = text
        .lines()
        .find_map(|line| line.strip_prefix("result "))
        .and_then(|line| line.split(' ').map(|number| number.parse().ok()).collect());
    let Some([requests, micros, not_2xx, socket_errors, p50, p99]) = numbers.as_deref() else {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("wrk gave no result: {text}{errors}")));
    };
    if not_2xx + socket_errors > 0 {
        let errors = format!("{not_2xx} answers were no 2xx, {socket_errors} socket errors");
        return Err(io::Error::other(format!("the run is invalid: {errors}")));
    }
    Ok(Load {
        requests: *requests as f64,
        seconds: *micros as f64 / 1e6,
        p50: Duration::from_micros(*p50),
        p99: Duration::from_micros(*p99),
    })
}
