//! Every query of every panel is asked, and shows something.

use crate::dashboards::{self, Panel, Query};
use crate::k6::LoadRun;
use crate::laboratory::{Watched, turn, wait_until_nothing_is_missing};
use crate::needs::{Need, Needs};
use crate::variables::substituted;
use jubilee_lab::{Prometheus, Series};
use std::time::Duration;

/// What Grafana would draw on a few hundred pixels.
const STEP: Duration = Duration::from_secs(5);

#[test]
fn every_panel_shows_data_under_load_and_after_a_fault() {
    let needs = Needs::read();
    let mut watched = turn();
    let load = watched.load("panel");
    let k6 = LoadRun::start(&watched, "eu");
    watched.drilled("region-lost");
    k6.end();
    let panels = dashboards::all();
    let shown_here = |panel: &&Panel| needs.of(&panel.board, &panel.title) != Some(Need::EmbeddedStore);
    let here: Vec<_> = panels.iter().filter(shown_here).collect();
    eprintln!("{} of {} panels and variables are asked on Cassandra", here.len(), panels.len());
    wait_until_all_show(&watched, &here, &needs);
    drop(load);
}

#[test]
fn what_is_shown_of_embedded_stores_is_shown_where_there_are_some() {
    let needs = Needs::read();
    let panels = dashboards::all();
    let of_embedded = |panel: &&Panel| needs.of(&panel.board, &panel.title) == Some(Need::EmbeddedStore);
    let here: Vec<_> = panels.iter().filter(of_embedded).collect();
    assert!(!here.is_empty(), "no panel shows embedded stores");
    let watched = Watched::embedded();
    let load = watched.load("panel");
    wait_until_all_show(&watched, &here, &needs);
    drop(load);
}

#[test]
fn what_a_panel_needs_is_said_of_panels_that_there_are() {
    let panels = dashboards::all();
    let gone = |(board, title): &(&str, &str)| {
        !panels.iter().any(|panel| panel.board == *board && panel.title == *title)
    };
    let needs = Needs::read();
    let gone: Vec<_> = needs.panels().filter(gone).collect();
    assert!(gone.is_empty(), "these are no panels: {gone:?}");
}

fn wait_until_all_show(watched: &Watched, panels: &[&Panel], needs: &Needs) {
    let prometheus = watched.lab.prometheus().expect("it is watched");
    wait_until_nothing_is_missing(|| {
        let over = watched.age();
        let missing = |panel: &&Panel| {
            let after_fault = needs.of(&panel.board, &panel.title) == Some(Need::Fault);
            let asked =
                panel.queries.iter().map(move |query| (query, answer(prometheus, query, over, after_fault)));
            let (board, title) = (panel.board.clone(), panel.title.clone());
            let told = asked.filter_map(|(query, answer)| Some((query, fault_of(query, answer).err()?)));
            told.map(move |(query, why)| format!("{board}, {title:?}: {why}: {}", query.expression))
                .collect::<Vec<_>>()
        };
        panels.iter().flat_map(missing).collect()
    });
}

/// As Grafana asks; but what speaks of a fault only, which is over, is asked of the past too.
fn answer(
    prometheus: Prometheus,
    query: &Query,
    over: Duration,
    after_fault: bool,
) -> Result<Vec<Series>, String> {
    let expression = substituted(&query.expression)?;
    let answer = match query.instant && !after_fault {
        true => prometheus.query(&expression),
        false => prometheus.query_range(&expression, over, STEP),
    };
    answer.map_err(|error| error.to_string())
}

/// # Errors
/// Says why this is nothing to look at.
fn fault_of(query: &Query, answer: Result<Vec<Series>, String>) -> Result<(), String> {
    let series = answer?;
    if series.is_empty() {
        return Err("is empty".into());
    }
    let numbers = |series: &Series| series.samples.iter().any(|(_, value)| value.is_finite());
    if !series.iter().any(numbers) {
        return Err("has no number".into());
    }
    for label in &query.labels {
        if series.iter().any(|series| series.labels.get(label).is_none_or(String::is_empty)) {
            return Err(format!("has a series without {label}, which the legend names"));
        }
    }
    Ok(())
}

#[test]
fn a_panel_that_is_empty_or_knows_no_number_or_lacks_a_label_is_told() {
    let series = |labels: &[(&str, &str)], values: &[f64]| Series {
        labels: labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        samples: values.iter().map(|value| (0.0, *value)).collect(),
    };
    let query = Query { expression: "up".into(), instant: false, labels: vec!["region".into()] };
    let told = |answer: Vec<Series>| fault_of(&query, Ok(answer)).err();
    assert_eq!(
        told(vec![series(&[("region", "eu")], &[f64::NAN, 1.0]), series(&[("region", "us")], &[f64::NAN])]),
        None
    );
    assert_eq!(told(vec![]), Some("is empty".into()));
    assert_eq!(
        told(vec![series(&[("region", "eu")], &[f64::NAN, f64::INFINITY])]),
        Some("has no number".into())
    );
    let nameless = told(vec![series(&[("region", "eu")], &[1.0]), series(&[], &[1.0])]);
    assert_eq!(nameless, Some("has a series without region, which the legend names".into()));
}
