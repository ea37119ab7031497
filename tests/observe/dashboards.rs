//! What the dashboards ask Prometheus.

use serde_json::Value;
use std::fs;
use std::path::Path;

/// A panel, a variable, or what is drawn over all panels, and all that it asks.
#[derive(Debug, PartialEq)]
pub(crate) struct Panel {
    /// The dashboard's UID.
    pub(crate) board: String,
    pub(crate) title: String,
    pub(crate) queries: Vec<Query>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) expression: String,
    /// Whether only the present counts.
    pub(crate) instant: bool,
    /// The labels that its series must have, by which they are told apart in the legend.
    pub(crate) labels: Vec<String>,
}

/// All panels of all dashboards in the repository.
pub(crate) fn all() -> Vec<Panel> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("observability/grafana/dashboards");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|file| file.expect("readable").path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).expect("readable");
        panels(&serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    };
    paths.iter().flat_map(read).collect()
}

/// The panels of one dashboard that ask something, those in folded rows too, and its variables.
fn panels(dashboard: &Value) -> Vec<Panel> {
    let board = dashboard["uid"].as_str().expect("a UID").to_owned();
    let mut found = Vec::new();
    collect(&dashboard["panels"], &board, &mut found);
    for variable in array(&dashboard["templating"]["list"]) {
        found.extend(of_variable(variable, &board));
    }
    for annotation in
        array(&dashboard["annotations"]["list"]).filter(|annotation| annotation["expr"].is_string())
    {
        let title = format!("annotation {}", annotation["name"].as_str().unwrap_or_default());
        found.push(Panel { board: board.clone(), title, queries: vec![query(annotation)] });
    }
    found
}

fn collect(panels: &Value, board: &str, found: &mut Vec<Panel>) {
    for panel in array(panels) {
        collect(&panel["panels"], board, found);
        let queries: Vec<_> = array(&panel["targets"]).map(query).collect();
        if !queries.is_empty() {
            let title = panel["title"].as_str().unwrap_or("without a title").to_owned();
            found.push(Panel { board: board.to_owned(), title, queries });
        }
    }
}

fn query(target: &Value) -> Query {
    Query {
        expression: target["expr"].as_str().unwrap_or_else(|| panic!("no expression: {target}")).to_owned(),
        instant: target["instant"].as_bool().unwrap_or_default(),
        labels: labels(target["legendFormat"].as_str().unwrap_or_default()),
    }
}

/// Of a legend such as `{{from}} to {{ to }}`.
fn labels(legend: &str) -> Vec<String> {
    let parts = legend.split("{{").skip(1);
    parts.filter_map(|part| Some(part.split_once("}}")?.0.trim().to_owned())).collect()
}

/// `label_values(METRIC, LABEL)` is what Grafana asks for the values of a variable.
fn of_variable(variable: &Value, board: &str) -> Option<Panel> {
    let asked = &variable["query"];
    let asked = asked["query"].as_str().or(asked.as_str())?;
    let (metric, label) = asked.strip_prefix("label_values(")?.strip_suffix(')')?.rsplit_once(',')?;
    let label = label.trim().to_owned();
    let expression = format!("group by ({label}) ({metric})");
    let query = Query { expression, instant: true, labels: vec![label] };
    let name = variable["name"].as_str().unwrap_or_default();
    Some(Panel { board: board.to_owned(), title: format!("${name}"), queries: vec![query] })
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[test]
fn panels_in_folded_rows_variables_and_annotations_are_found_too() {
    let dashboard = serde_json::json!({
        "uid": "board",
        "panels": [
            { "type": "row", "title": "Folded", "panels": [
                { "title": "Lag", "targets": [{ "expr": "lag", "legendFormat": "{{from}} to {{ to }}" }] },
            ] },
            { "type": "text", "title": "Words" },
            { "title": "Now", "targets": [{ "expr": "up", "instant": true, "legendFormat": "__auto" }] },
        ],
        "annotations": { "list": [{ "name": "Rang", "expr": "ALERTS" }, { "name": "Built in" }] },
        "templating": { "list": [
            { "name": "datasource", "type": "datasource", "query": "prometheus" },
            { "name": "region", "type": "query", "query": { "query": "label_values(up{job=\"a\"}, region)" } },
        ] },
    });
    let found = panels(&dashboard);
    let told: Vec<_> = found.iter().map(|panel| (panel.title.as_str(), &panel.queries[0])).collect();
    let query = |expression: &str, instant, labels: &[&str]| Query {
        expression: expression.to_owned(),
        instant,
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    };
    assert_eq!(
        told,
        [
            ("Lag", &query("lag", false, &["from", "to"])),
            ("Now", &query("up", true, &[])),
            ("$region", &query("group by (region) (up{job=\"a\"})", true, &["region"])),
            ("annotation Rang", &query("ALERTS", false, &[])),
        ]
    );
}
