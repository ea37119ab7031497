//! What a bench has measured, for `docs/scale` to reckon with.

use serde_json::Value;
use std::error::Error;
use std::fs;
use std::path::Path;

/// Writes it where the build is, and says where that is: what is committed is chosen by a person.
pub(crate) fn write(name: &str, measured: &Value) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, serde_json::to_string_pretty(measured)? + "\n")?;
    println!(
        "\nrecorded in {}; docs/scale/measured/{name} holds the run that docs/scale.md reckons with",
        path.display()
    );
    Ok(())
}
