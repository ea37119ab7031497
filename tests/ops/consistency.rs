//! docs/consistency.md: the tests, mutants, metrics and reasons that it names exist, and belong together.

use crate::tree::{self, files_under};
use std::collections::BTreeSet;

const PAGE: &str = "docs/consistency.md";
const MUTANTS: &str = "tests/mutants/";

/// A link of the page: its label, and the path from the root of the repository.
type Link = (String, String);

fn links(text: &str) -> Vec<Link> {
    let linked = text.split("](").collect::<Vec<_>>();
    let pairs = linked.windows(2).filter_map(|pair| {
        let label = pair[0].rsplit_once('[')?.1.trim_matches('`');
        let path = pair[1].split_once(')')?.0.strip_prefix("../")?;
        Some((label.to_owned(), path.to_owned()))
    });
    pairs.collect()
}

/// Whether a link is to a test, by the name of its function.
fn is_test((label, path): &Link) -> bool {
    path.ends_with(".rs") && !label.contains([' ', '/', '.'])
}

/// The rows of the table whose first column has this name.
fn rows(page: &str, first_column: &str) -> Vec<String> {
    let table = page.lines().skip_while(|line| !line.starts_with(&format!("| {first_column} |")));
    let rows: Vec<_> = table.skip(2).take_while(|line| line.starts_with('|')).map(str::to_owned).collect();
    assert!(rows.len() > 5, "there is no table of {first_column}");
    rows
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_it_names_is_in_the_file_that_it_links() {
    let page = tree::read(PAGE);
    let tests: Vec<_> = links(&page).into_iter().filter(is_test).collect();
    assert!(tests.len() > 30, "only {} tests are named", tests.len());
    let missing: BTreeSet<_> = tests
        .into_iter()
        .filter(|(name, path)| {
            let text = std::fs::read_to_string(tree::root().join(path)).unwrap_or_default();
            !text.contains(&format!("fn {name}("))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_promise_has_a_test_and_a_mutant_that_turns_a_test_of_its_row_red() {
    for row in rows(&tree::read(PAGE), "promise") {
        let (mutants, others): (Vec<_>, Vec<_>) =
            links(&row).into_iter().partition(|(_, path)| path.starts_with(MUTANTS));
        let tests: BTreeSet<_> =
            others.iter().filter(|link| is_test(link)).map(|(name, _)| name.as_str()).collect();
        assert!(!tests.is_empty() && !mutants.is_empty(), "{row}");
        for (name, path) in mutants {
            assert_eq!(path, format!("{MUTANTS}{name}.patch"));
            let patch = tree::read(&path);
            let red = patch.lines().find_map(|line| line.strip_prefix("# red: ")).expect("a line of red");
            let function = red.rsplit("::").next().expect("a name").trim();
            assert!(tests.contains(function), "{name} turns {function} red, which its row does not name");
        }
    }
}

#[test]
fn every_failure_says_what_is_seen_and_done_and_which_test_shows_it() {
    for row in rows(&tree::read(PAGE), "what breaks") {
        let columns: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(columns.len() == 5 && columns.iter().all(|column| !column.is_empty()), "{row}");
        assert!(links(columns[4]).iter().any(is_test) || columns[4].starts_with("none: "), "{row}");
    }
}

#[test]
fn every_metric_and_every_reason_that_it_names_is_one_of_the_programs() {
    let page = tree::read(PAGE);
    let metrics = tree::read("src/telemetry/metrics/table.rs");
    for name in quoted(&page).filter(|name| name.starts_with("jubilee_")) {
        let family = name.split(['{', ' ']).next().expect("a name");
        assert!(metrics.contains(&format!("\"{family}\"")), "{name} is no metric");
    }
    let code: String = files_under("src", ".rs").into_iter().map(|file| file.text).collect();
    let mut reasons = 0;
    for row in rows(&page, "what breaks") {
        let seen = row.split(" | ").nth(2).expect("what operators see");
        for told in seen.split("un-ready: ").skip(1) {
            let told = told.split(';').next().expect("a part");
            for reason in quoted(told).filter(|word| !word.contains(char::is_uppercase)) {
                assert!(code.contains(&format!("\"{reason}\"")), "{reason} is no reason to be un-ready");
                reasons += 1;
            }
        }
    }
    assert!(reasons >= 10, "only {reasons} reasons are named");
}
