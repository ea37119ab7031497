//! Wrong clocks: libfaketime moves an instance's wall clock, and nothing but that.

use crate::command::through;
use crate::keeper::Process;
use crate::{LabError, http};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far the clock of a process was last told to be off, in milliseconds.
pub(crate) fn of(process: &Process) -> i64 {
    process.note("skew").and_then(|text| text.trim().parse().ok()).unwrap_or_default()
}

/// Has the process started with this from now on.
pub(crate) fn remember(process: &Process, milliseconds: i64) -> Result<(), LabError> {
    process.write_note("skew", &milliseconds.to_string())
}

/// The same command with the wall clock that far off; timers and deadlines run as ever.
pub(crate) fn wrap(command: Command, milliseconds: i64) -> Result<Command, LabError> {
    if milliseconds == 0 {
        return Ok(command);
    }
    let mut wrapped = Command::new("env");
    wrapped.arg(format!("LD_PRELOAD={}", library()?.display()));
    wrapped.arg(format!("FAKETIME={}", offset(milliseconds)));
    wrapped.args(["FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"]);
    Ok(through(wrapped, &command))
}

/// As libfaketime reads it: a sign, seconds, a fraction.
fn offset(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { '-' } else { '+' };
    let size = milliseconds.unsigned_abs();
    format!("{sign}{}.{:03}s", size / 1000, size % 1000)
}

/// Whether an instance's clock is that far off, by the `Date` of its answer.
///
/// That is cut to whole seconds and up to 500 ms old, so it tells a skew from none only from 1.6 s on.
pub(crate) fn is_seen(address: SocketAddr, milliseconds: i64) -> bool {
    let Ok(answer) = http::get(address, "/livez", None, Duration::from_secs(1)) else { return false };
    let Some(date) = answer.header("Date").and_then(|date| httpdate::parse_http_date(date).ok()) else {
        return false;
    };
    let since_1970 = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let seen = since_1970(date) as i64 - since_1970(SystemTime::now()) as i64;
    (-1600..=100).contains(&(seen - milliseconds))
}

pub(crate) fn library() -> Result<PathBuf, LabError> {
    let machine = format!("/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1", std::env::consts::ARCH);
    [machine.as_str(), "/usr/lib64/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1"]
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .ok_or(LabError::Missing { what: "libfaketime".into(), package: "libfaketime" })
}

#[cfg(test)]
mod tests {
    use super::offset;

    #[test]
    fn an_offset_is_written_as_libfaketime_reads_it() {
        assert_eq!([offset(3000), offset(-1500), offset(-250)], ["+3.000s", "-1.500s", "-0.250s"]);
    }
}
