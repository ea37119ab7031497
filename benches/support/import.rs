//! Many users at once, by the program's own import.

use crate::support::users::username;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Wrk keeps the requests for so many users ready.
const READ_USERS: u64 = 200_000;

/// At most [`READ_USERS`] of the numbers under `users`.
pub(crate) fn sample(users: u64) -> impl Iterator<Item = u64> {
    let step = users.div_ceil(READ_USERS);
    (0..users / step).map(move |index| index * step)
}

/// Imports so many users: into `folder/data`, or where these variables say.
pub(crate) fn import(
    program: &str,
    folder: &Path,
    users: u64,
    variables: &[(String, String)],
) -> Result<Duration, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let lines = folder.join("lines");
    write_lines(&lines, users)?;
    let started = Instant::now();
    let output = Command::new(program)
        .arg("import")
        .arg(&lines)
        .env("JUBILEE_DATA_DIR", folder.join("data"))
        .envs(variables.iter().map(|(name, text)| (name, text)))
        .stderr(Stdio::piped())
        .output()?;
    let wall_time = started.elapsed();
    fs::remove_file(lines)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() && said.contains(&format!("{users} birthdays imported, 0 bad lines")) {
        Ok(wall_time)
    } else {
        Err(said.into())
    }
}

/// Lines as an export writes them, but in random order.
fn write_lines(path: &Path, users: u64) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for number in 0..users {
        let (year, month, day) = (1920 + number % 100, 1 + number % 12, 1 + number % 28);
        let version = 1_700_000_000_000_000 + number;
        writeln!(
            file,
            r#"{{"username":"{}","dateOfBirth":"{year}-{month:02}-{day:02}","version":{version}}}"#,
            username(number)
        )?;
    }
    file.into_inner()?.sync_all()
}
