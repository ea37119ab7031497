use super::{Alert, Prometheus};
use crate::tools::Monitor;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

/// A Prometheus that answers what a test says, for answers that a real one gives only on bad days. The rehearsals ask a
/// real one. It ends with the test's process.
fn answering(answer: impl Fn(&str) -> String + Send + 'static) -> Prometheus {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut lines =
                BufReader::new(stream.try_clone().expect("the same")).lines().map_while(Result::ok);
            let asked = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let body = answer(asked.split(' ').nth(1).unwrap_or_default());
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).expect("somebody reads");
        }
    });
    Prometheus::new(&format!("http://{address}/"))
}

fn rules(health: &str, severity: &str) -> String {
    let rule = json!({"name": "JubileeOverload", "health": health, "labels": {"severity": severity}});
    json!({"status": "success", "data": {"groups": [{"rules": [rule]}]}}).to_string()
}

fn vector(series: Value) -> String {
    json!({"status": "success", "data": {"resultType": "vector", "result": series}}).to_string()
}

fn series(labels: Value, value: &str) -> Value {
    json!({"metric": labels, "value": [1.7e9, value]})
}

fn with_alerts(rules: String, alerts: Value) -> Prometheus {
    answering(move |path| if path.contains("/rules") { rules.clone() } else { vector(alerts.clone()) })
}

#[test]
fn alerts_are_told_with_their_state() {
    let labels =
        json!({"alertname": "JubileeOverload", "alertstate": "pending", "severity": "page", "region": "eu"});
    let alerts = with_alerts(rules("ok", "page"), json!([series(labels, "1")])).alerts();
    let told = Alert {
        name: "JubileeOverload".to_owned(),
        region: Some("eu".to_owned()),
        pages: true,
        fires: false,
    };
    assert_eq!(alerts, Ok(vec![told]));
    assert_eq!(with_alerts(rules("ok", "page"), json!([])).alerts(), Ok(Vec::new()));
}

#[test]
fn rules_that_cannot_ring_are_not_silence() {
    for rules in [rules("err", "page"), rules("unknown", "page"), rules("ok", "ticket"), "{}".to_owned()] {
        assert!(with_alerts(rules.clone(), json!([])).alerts().is_err(), "{rules}");
    }
    let none = json!({"status": "success", "data": {"groups": []}}).to_string();
    assert!(with_alerts(none, json!([])).alerts().is_err_and(|why| why.contains("no rule that pages")));
}

#[test]
fn a_prometheus_that_cannot_be_asked_or_refuses_is_an_error() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    assert!(
        Prometheus::new(&format!("http://{closed}"))
            .alerts()
            .is_err_and(|why| why.contains("cannot be asked"))
    );
    assert!(answering(|_| "<html>".to_owned()).numbers().is_err_and(|why| why.contains("not understood")));
    let refusal = json!({"status": "error", "error": "too many samples"}).to_string();
    assert!(answering(move |_| refusal.clone()).numbers().is_err_and(|why| why.contains("too many samples")));
}

#[test]
fn descriptors_that_are_connections_or_not_known_are_left_out() {
    let prometheus = answering(|path| {
        let both = |one: &str, other: &str| {
            let named = |name| json!({"instance": name, "region": "eu", "job": "jubilee"});
            vector(json!([series(named("a"), one), series(named("b"), other)]))
        };
        match path {
            open if open.contains("open%5Ffds") => both("100", "90"),
            start if start.contains("start%5Ftime") => both("5", "6"),
            clients if clients.contains("http%5Fconnections") => both("30", "NaN"),
            _ => vector(json!([])),
        }
    });
    let told = prometheus.descriptors("eu").expect("told");
    assert_eq!(told.into_iter().collect::<Vec<_>>(), [(("a".to_owned(), "5".to_owned()), 70.0)]);
}

#[test]
fn an_alert_speaks_against_its_region_unless_it_is_a_known_ticket() {
    let alert = |region: &str, pages, fires| Alert {
        name: "A".to_owned(),
        region: Some(region.to_owned()),
        pages,
        fires,
    };
    let known = ["A".to_owned()];
    let speaks = |alert: &Alert, known: &[String]| alert.is_against("eu", known);
    assert!(speaks(&alert("eu", true, true), &known) && speaks(&alert("eu", true, false), &known));
    assert!(speaks(&alert("eu", false, true), &[]) && !speaks(&alert("eu", false, true), &known));
    assert!(!speaks(&alert("eu", false, false), &[]) && !speaks(&alert("us", true, true), &[]));
    let nowhere = Alert { region: None, ..alert("eu", true, true) };
    assert!(!speaks(&nowhere, &[]) && nowhere.is_paging());
}
