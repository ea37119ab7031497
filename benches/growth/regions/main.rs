//! What a request costs all processes together, from one node to three and from one region to three; what a write
//! sends to another region; what a row takes on a node's disk. In the laboratory. See `benches/README.md`.

#[path = "../../support/import.rs"]
mod import;
mod paced;
mod processors;
#[path = "../record.rs"]
mod record;
mod shapes;
#[path = "../../support/mod.rs"]
mod support;
mod told;
mod wire;

use jubilee_lab::{Lab, Options as Laboratory};
use serde_json::{Value, json};
use shapes::Shape;
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use support::options::Options;
use support::wrk;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

fn main() -> Result<(), Box<dyn Error>> {
    let numbers = [
        ("rounds", "3", "Rounds of each shape"),
        ("seconds", "4", "How long each is asked in a round"),
        ("rate", "300", "Requests a second where the rate is fixed"),
        ("rows", "100000", "Rows whose place on the disk is measured"),
    ];
    let Some(options) = Options::read("growth-regions", &numbers) else { return Ok(()) };
    wrk::check_installed()?;
    // Java compiles fast and not well: else it would do so for minutes where others want the processors too.
    let laboratory = Laboratory { instances: false, ..Laboratory::new(PROGRAM).nodes("eu", 3) };
    let lab = match Lab::up(&laboratory) {
        Ok(lab) => lab,
        Err(error) => {
            println!("not measured: {error}");
            return Ok(());
        }
    };
    let measured = in_lab(&lab, &options);
    lab.down()?;
    measured
}

/// Writes down what there is after each step: the last one asks a small machine for much.
fn in_lab(lab: &Lab, options: &Options) -> Result<(), Box<dyn Error>> {
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (each, rate) = (Duration::from_secs(options.number("seconds")), options.number("rate"));
    let shapes = Shape::all(lab, folder.path())?;
    let mut measured = json!({ "rate": rate, "told": told::measure(&shapes)? });
    measured["wire"] = wire::measure(lab, &shapes, each, rate)?.into();
    measured["row"] = row(lab, folder.path(), options.number("rows"))?;
    record::write("regions.json", &measured)?;
    measured["costs"] = shapes::measure(lab, &shapes, options.number("rounds"), each, rate)?.into();
    record::write("regions.json", &measured)
}

/// What a row takes on one node, flushed and compacted.
fn row(lab: &Lab, folder: &Path, rows: u64) -> Result<Value, Box<dyn Error>> {
    let settings = [("KEYSPACE", "rows"), ("REPLICATION", "us:1")];
    let environment = shapes::prepare(lab, "us", &settings)?;
    let took = import::import(PROGRAM, &folder.join("rows"), rows, &environment)?;
    for verb in ["flush", "compact"] {
        lab.nodetool("us", 1, &[verb, "rows"])?;
    }
    let told = lab.nodetool("us", 1, &["tablestats", "rows.birthdays"])?;
    let bytes = told
        .lines()
        .find_map(|line| line.trim().strip_prefix("Space used (live): "))
        .and_then(|bytes| bytes.trim().parse::<f64>().ok())
        .ok_or_else(|| format!("tablestats says no space: {told}"))?;
    println!(
        "\n{rows} rows: {:.1} bytes a row, imported in {:.0} s",
        bytes / rows as f64,
        took.as_secs_f64()
    );
    let bytes = (bytes / rows as f64 * 10.0).round() / 10.0;
    Ok(
        json!({ "rows": rows, "bytes_a_row": bytes, "rows_a_second": (rows as f64 / took.as_secs_f64()).round() }),
    )
}
