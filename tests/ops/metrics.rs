//! The real program's metrics, as Prometheus reads them; and whoever uses metrics uses those that there are.

use crate::tree;
use jubilee::telemetry::metrics::{DEFINITIONS, Definition, Kind, Part};
use jubilee_test_support::{Client, Exposition, Process};
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jubilee");

/// Where dashboards and rules lie.
const OBSERVABILITY: &str = "observability";

/// Metrics that no dashboard, rule or alert uses, each with the reason why it is there all the same.
const DEBUG_ONLY: &[(&str, &str)] = &[];

#[test]
fn prometheus_finds_nothing_wrong_with_the_real_programs_metrics() {
    let data_dir = TempDir::new().expect("a folder");
    let process = Process::start(PROGRAM, data_dir.path(), &[("WORKERS", "2")]);
    let mut client = process.client();
    let body = br#"{"dateOfBirth":"1815-12-10"}"#;
    for (method, path, body) in
        [("PUT", "/hello/ada", body.as_slice()), ("GET", "/hello/ada", b""), ("GET", "/nowhere", b"")]
    {
        client.request(method, path, &[], body).expect("an answer");
    }
    let mut admin = Client::connect(process.admin).expect("it listens");
    let metrics = Exposition::parse(admin.request("GET", "/metrics", &[], b"").expect("an answer").text());
    metrics.assert_promtool_finds_nothing();
    metrics.assert_fits_the_table(Part::Embedded);
    metrics.assert_small();
}

/// The metrics that files use, each with one of the files.
fn used(folder: &str, suffixes: &[&str]) -> BTreeMap<String, String> {
    let mut used = BTreeMap::new();
    let files = suffixes.iter().flat_map(|suffix| tree::files_if_any(folder, suffix));
    for file in files.filter(|file| file.path != "docs/metrics.md") {
        let is_code = file.path.ends_with(".rs");
        for line in file.text.lines().filter(|line| !line.trim_start().starts_with("- name:")) {
            for (before, name) in words(line) {
                // The crates of this workspace are called so too; in code a metric stands in a text.
                if name.starts_with("jubilee_") && !name.ends_with('_') && (!is_code || before == Some('"')) {
                    used.insert(name.to_owned(), file.path.clone());
                }
            }
        }
    }
    used
}

/// The words of a line that may be names to Prometheus, each with what stands before it. What a rule records has a
/// colon in it, and is no metric of ours.
fn words(line: &str) -> impl Iterator<Item = (Option<char>, &str)> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "_:".contains(character);
    let mut start = 0;
    line.split(move |character| !is_part(character)).map(move |word| {
        let before = line[..start].chars().next_back();
        start += word.len();
        start += line[start..].chars().next().map_or(0, char::len_utf8);
        (before, word)
    })
}

fn definition_of(name: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| match definition.kind {
        Kind::Histogram => {
            let rest = name.strip_prefix(definition.name);
            rest.is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest))
        }
        Kind::Counter | Kind::Gauge => name == definition.name,
    })
}

#[test]
fn every_metric_that_is_used_or_told_of_is_one_of_the_programs() {
    let told: Vec<_> =
        [("docs", [".md"].as_slice()), ("lab/src", &[".rs"]), (OBSERVABILITY, &[".yaml", ".json"])]
            .into_iter()
            .flat_map(|(folder, suffixes)| used(folder, suffixes))
            .collect();
    assert!(told.len() > 5, "only {} are used", told.len());
    let unknown: Vec<_> = told.iter().filter(|(name, _)| definition_of(name).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn every_metric_is_used_by_a_dashboard_a_rule_or_an_alert_or_says_why_not() {
    let used = used(OBSERVABILITY, &[".yaml", ".json"]);
    let used: BTreeSet<_> =
        used.keys().filter_map(|name| definition_of(name)).map(|found| found.name).collect();
    let mut faults = Vec::new();
    for definition in DEFINITIONS {
        let reason = DEBUG_ONLY.iter().find(|(name, _)| *name == definition.name).map(|(_, reason)| *reason);
        match (used.contains(definition.name), reason) {
            (false, None) => {
                faults.push(format!("{} is used nowhere, and no reason is given", definition.name))
            }
            (true, Some(_)) => {
                faults.push(format!("{} is used: it is not for debugging only", definition.name))
            }
            (false, Some("")) => faults.push(format!("{} has an empty reason", definition.name)),
            _ => {}
        }
    }
    let unknown = DEBUG_ONLY.iter().filter(|(name, _)| definition_of(name).is_none());
    faults.extend(unknown.map(|(name, _)| format!("{name} is no metric")));
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_reason_to_be_unready_has_its_series() {
    use jubilee::telemetry::metrics::labels::READINESS;
    let code: String = tree::files_under("src", ".rs").into_iter().map(|file| file.text).collect();
    let mut reasons: BTreeSet<_> =
        code.split("reason: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    // Where a reason is chosen, all arms are one.
    for chosen in
        code.split("let reason = match self {").chain(code.split("let reason = match error {")).skip(1)
    {
        let arms = chosen.split("};").next().expect("an end");
        reasons.extend(arms.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()));
    }
    assert!(reasons.len() >= 10, "{reasons:?}");
    let missing: Vec<_> = reasons.iter().filter(|reason| !READINESS.values.allow(reason)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn words_are_told_from_what_a_rule_records() {
    let found: Vec<_> = words("rate(jubilee_a_total[5m]) / region:jubilee_b:rate").collect();
    assert!(found.contains(&(Some('('), "jubilee_a_total")), "{found:?}");
    assert!(found.contains(&(Some(' '), "region:jubilee_b:rate")), "{found:?}");
}
