//! Several laboratories may run on one machine: each claims a number, and so its addresses and names.

use crate::command::run;
use crate::keeper::{self, Estate, is_locked};
use crate::plan::{NUMBERS, Plan};
use crate::{LabError, Options};
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const ALL: &str = "/run/jubilee-lab";
const PLAN: &str = "plan.json";

/// Takes the first number that is free, and sweeps up what laboratories without a keeper have left.
pub(crate) fn claim(options: &Options) -> Result<(Plan, Estate), LabError> {
    Plan::new(0, options)?;
    let _one_at_a_time = lock()?;
    sweep()?;
    let taken = taken()?;
    let free = |number: &u16| {
        let plan = Plan { number: *number, options: options.clone() };
        let start = plan.balancer().to_string();
        let prefix = start.strip_suffix('1').unwrap_or(&start).to_owned();
        !folder(*number).exists()
            && !taken.contains(&prefix)
            && !taken.contains(&format!("jubilee-{number}-"))
    };
    let number = (0..NUMBERS).find(free);
    let number = number.ok_or_else(|| LabError::failed("every /24 of 198.18.0.0/15 is taken"))?;
    let plan = Plan::new(number, options)?;
    Ok((plan.clone(), settle(&plan)?))
}

/// Makes the folders. Data lies apart: /run is kept in memory.
fn settle(plan: &Plan) -> Result<Estate, LabError> {
    let folder = folder(plan.number);
    fs::create_dir(&folder).map_err(LabError::file(&folder))?;
    let data = tempfile::Builder::new().prefix("jubilee-lab-").tempdir();
    let data = data.map_err(LabError::file(&std::env::temp_dir()))?;
    let processes = data.path().join("processes");
    fs::create_dir(&processes).map_err(LabError::file(&processes))?;
    for (link, target) in [("data", data.path()), ("processes", &processes)] {
        symlink(target, folder.join(link)).map_err(LabError::file(&folder))?;
    }
    // From here on it is the keeper's to remove.
    let _kept = data.keep();
    let text = serde_json::to_string(plan).map_err(|error| LabError::failed(error.to_string()))?;
    for (name, text) in [(PLAN, text), ("owner", std::process::id().to_string())] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(LabError::file(&path))?;
    }
    Estate::found(&folder)
}

/// What the host's addresses and namespaces are, as text to look into.
fn taken() -> Result<String, LabError> {
    let addresses = run(Command::new("ip").args(["-4", "-o", "address"]), "iproute2")?;
    let namespaces = run(Command::new("ip").args(["netns", "list"]), "iproute2")?;
    Ok(addresses + &namespaces)
}

/// The laboratory of this number, or the only one that runs.
pub(crate) fn find(number: Option<u16>) -> Result<(Plan, PathBuf), LabError> {
    let running = running();
    let number = match (number, &running[..]) {
        (Some(number), _) if running.contains(&number) => number,
        (Some(number), _) => return Err(LabError::failed(format!("laboratory {number} does not run"))),
        (None, [only]) => *only,
        (None, []) => return Err(LabError::failed("no laboratory runs; start one: cargo lab up")),
        (None, several) => {
            let several = several.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
            return Err(LabError::failed(format!("several laboratories run; choose with --id: {several}")));
        }
    };
    let folder = folder(number);
    let path = folder.join(PLAN);
    let text = fs::read_to_string(&path).map_err(LabError::file(&path))?;
    let plan = serde_json::from_str(&text).map_err(|error| LabError::failed(error.to_string()))?;
    Ok((plan, folder))
}

/// The numbers of the laboratories whose owners live.
pub(crate) fn running() -> Vec<u16> {
    let alive = |number: &u16| is_locked(&folder(*number).join("lifeline"));
    let mut numbers: Vec<_> = numbers().into_iter().filter(alive).collect();
    numbers.sort_unstable();
    numbers
}

/// Removes what is left of laboratories whose owner and keeper are both dead; says which.
pub(crate) fn sweep_leftovers() -> Result<Vec<u16>, LabError> {
    require_root()?;
    let _one_at_a_time = lock()?;
    sweep()
}

fn sweep() -> Result<Vec<u16>, LabError> {
    let mut swept = Vec::new();
    for number in numbers() {
        let folder = folder(number);
        let abandoned = !is_locked(&folder.join("lifeline")) && !is_locked(&folder.join("keeper"));
        if abandoned && folder.exists() {
            keeper::clear(&folder)?;
            swept.push(number);
        }
    }
    Ok(swept)
}

fn numbers() -> Vec<u16> {
    let entries = fs::read_dir(ALL).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

fn folder(number: u16) -> PathBuf {
    Path::new(ALL).join(number.to_string())
}

fn lock() -> Result<File, LabError> {
    fs::create_dir_all(ALL).map_err(LabError::file(Path::new(ALL)))?;
    keeper::lock(&Path::new(ALL).join("lock"))
}

/// # Errors
/// If this process may not make network namespaces.
pub(crate) fn require_root() -> Result<(), LabError> {
    let process = Path::new("/proc/self");
    match fs::metadata(process).map_err(LabError::file(process))?.uid() {
        0 => Ok(()),
        _ => Err(LabError::failed(
            "the laboratory needs root: each region is a network namespace of its own; \
             run it again with: sudo -E env \"PATH=$PATH\" cargo lab ...",
        )),
    }
}
