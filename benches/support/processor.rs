//! How much of the processors a process has used.

use std::fs;
use std::io;

/// Clock ticks a second in `/proc`: the same on every Linux (`USER_HZ`).
const TICKS_A_SECOND: f64 = 100.0;

/// Seconds of processor time that a process has used so far, all its threads together.
///
/// # Errors
/// If there is no such process.
pub(crate) fn seconds_of(process: u32) -> io::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name in brackets, which may hold blanks.
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|number| number.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / TICKS_A_SECOND)
}
