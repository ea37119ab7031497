//! What a fresh instance costs: its start, its memory, its idle connections.

use crate::support::statistics::median;
use crate::{PROGRAM, report};
use jubilee_test_support::Process;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const STARTS: usize = 20;

/// From the start of the process to the first 200 of `/readyz`.
pub(crate) fn start(folder: &Path) -> Result<(), Box<dyn Error>> {
    let data_dir = folder.join("small");
    let mut millis = Vec::new();
    for _ in 0..STARTS {
        let (process, until_ready) = start_until_ready(&data_dir)?;
        millis.push(until_ready.as_secs_f64() * 1e3);
        stop(process);
    }
    let slowest = millis.iter().copied().fold(0.0, f64::max);
    let figure = format!("{:.1} ms (slowest {slowest:.1} ms)", median(millis));
    report(format!("start to first answer, median of {STARTS}"), figure, "50 ms or less");
    Ok(())
}

/// Starts the program and asks `/readyz` once it listens, which is not before it can answer.
pub(crate) fn start_until_ready(data_dir: &Path) -> Result<(Process, Duration), Box<dyn Error>> {
    let started = Instant::now();
    let process = Process::start(PROGRAM, data_dir, &[]);
    let ready = process.client().request("GET", "/readyz", &[], b"")?;
    let until_ready = started.elapsed();
    if ready.status == 200 { Ok((process, until_ready)) } else { Err(ready.text().into()) }
}

fn stop(process: Process) {
    process.signal("TERM");
    process.wait();
}

/// Resident memory before and after each of many connections has made a request and stays idle.
pub(crate) fn memory(folder: &Path, connections: u64) -> Result<(), Box<dyn Error>> {
    // Each connection is a descriptor of this process too.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let (process, _) = start_until_ready(&folder.join("small"))?;
    report("resident memory, idle", megabytes(resident_bytes(&process)?), "25 MB or less");
    let mut idle = Vec::new();
    for _ in 0..connections {
        let mut client = process.client();
        let answer = client.request("GET", "/hello/nobody", &[], b"")?;
        if answer.status != 404 {
            return Err(format!("connection {} was answered {}", idle.len() + 1, answer.status).into());
        }
        idle.push(client);
    }
    let resident = megabytes(resident_bytes(&process)?);
    report(format!("resident memory, {connections} idle connections"), resident, "100 MB or less");
    drop(idle);
    stop(process);
    Ok(())
}

fn resident_bytes(process: &Process) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    Ok(kilobytes.ok_or("no VmRSS")?.parse::<u64>()? * 1024)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
