//! What the scripts stand on.

use crate::run::k6;

#[test]
fn the_library_of_the_scripts_does_what_it_says() {
    let output = k6(&["k6/lib/unit.js"]).output().expect("scripts/k6 starts");
    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
}
