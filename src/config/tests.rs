use super::{Config, LogFormat, Origin, SETTINGS, Sources, settings};
use std::time::Duration;

fn variables(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    pairs.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect::<Vec<_>>().into_iter()
}

#[test]
fn every_default_is_valid() {
    let config = Config::load(&Sources::new(false)).expect("defaults");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.keep_alive, Duration::from_secs(75));
    assert_eq!(config.drain_delay, Duration::from_secs(5));
    assert_eq!(config.log_format, LogFormat::Json);
    assert_eq!(config.max_in_flight.get(), 10_000);
}

#[test]
fn a_person_at_a_terminal_does_not_wait_and_reads_pretty_lines() {
    let config = Config::load(&Sources::new(true)).expect("defaults");
    assert_eq!(config.drain_delay, Duration::ZERO);
    assert_eq!(config.log_format, LogFormat::Pretty);
}

#[test]
fn a_flag_wins_over_a_variable_over_the_file_over_the_default() {
    let mut sources = Sources::new(false);
    let region = |sources: &Sources| Config::load(sources).expect("valid").region.to_string();
    assert_eq!(region(&sources), "local");
    sources.add_file("region = \"file\"");
    assert_eq!(region(&sources), "file");
    sources.add_variables(variables(&[("JUBILEE_REGION", "variable")]));
    assert_eq!(region(&sources), "variable");
    sources.add_flag(&settings::REGION, "flag".into());
    assert_eq!(region(&sources), "flag");
    assert_eq!(sources.effective(&settings::REGION), (Origin::Flag, "flag"));
}

#[test]
fn all_faults_are_reported_together_each_with_what_was_expected_and_found() {
    let mut sources = Sources::new(false);
    sources.add_variables(variables(&[
        ("JUBILEE_LISTEN", "nonsense"),
        ("JUBILEE_STORE", "clustre"),
        ("JUBILEE_REQUEST_TIMEOUT", "5"),
        ("JUBILEE_WORKERS", "0"),
    ]));
    let text = Config::load(&sources).expect_err("four faults").to_string();
    for line in [
        "JUBILEE_LISTEN: expected an address and port such as 127.0.0.1:8080, found \"nonsense\" (environment)",
        "JUBILEE_STORE: expected embedded or cluster, found \"clustre\" (environment)",
        "JUBILEE_REQUEST_TIMEOUT: expected a duration from 10ms to 5m, such as 2s or 500ms, found \"5\"",
        "JUBILEE_WORKERS: expected a whole number from 1 to 1024, found \"0\"",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn the_file_may_hold_numbers_and_no_unknown_key() {
    let mut sources = Sources::new(false);
    sources.add_file("workers = 3\nlisten = \"127.0.0.1:1\"");
    assert_eq!(Config::load(&sources).expect("valid").workers.get(), 3);
    sources.add_file(
        "listn = \"127.0.0.1:1\"
region = 1.5",
    );
    sources.add_flag(&settings::WORKERS, "none".into());
    let text = Config::load(&sources).expect_err("three faults").to_string();
    for fault in ["listn is not a setting", "region must be a string", "JUBILEE_WORKERS: expected"] {
        assert!(text.contains(fault), "{fault} is not in {text}");
    }
}

#[test]
fn a_misspelt_variable_is_remembered_and_an_empty_one_is_not_set() {
    let mut sources = Sources::new(false);
    sources.add_variables(variables(&[("JUBILEE_LISTN", "x"), ("JUBILEE_REGION", ""), ("HOME", "/")]));
    assert_eq!(sources.unknown_variables, ["JUBILEE_LISTN"]);
    assert_eq!(sources.effective(&settings::REGION).0, Origin::Default);
}

#[test]
fn every_setting_has_a_name_of_its_own() {
    let mut names: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), SETTINGS.len());
}
