//! No client can make the metrics grow, and nothing personal is in them.

use crate::expect::born_on;
use jubilee::telemetry::metrics::Part;
use jubilee_test_support::{Exposition, TestApp};
use std::collections::BTreeSet;
use std::ops::Range;
use std::thread;

/// Rounds of odd requests; each sends twelve.
const ROUNDS: usize = 850;
/// So many at once share the fsync of a write.
const CLIENTS: usize = 10;

/// A number in letters, so that it can be a username.
fn letters(number: usize) -> String {
    let digits = number.to_string().into_bytes();
    digits.into_iter().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

/// Sends requests with names, days, paths, methods and headers that nobody else sends; gives the texts
/// that must not come back.
fn odd_requests(app: &TestApp, rounds: Range<usize>) -> Vec<String> {
    let mut client = app.client();
    let mut secrets = Vec::new();
    for number in rounds {
        let username = format!("Qx{}", letters(number));
        let date = format!("{:04}-{:02}-{:02}", 1000 + number, 1 + number % 12, 1 + number % 28);
        let header = format!("X-Odd-{number}");
        let zone = format!("Zone{number}");
        let id = format!("id-{number}-");
        let mut ask = |method: &str, path: &str, body: &[u8]| {
            let headers = [("X-Request-Id", id.as_str()), ("User-Agent", &zone), (&header, &zone)];
            let response = client.request(method, path, &headers, body).expect("an answer");
            if response.header("connection") == Some("close") {
                client = app.client();
            }
            response.header("sync-token").map(str::to_owned)
        };
        let user = format!("/hello/{username}");
        secrets.extend(ask("PUT", &user, &born_on(&date)));
        ask("GET", &user, b"");
        ask("HEAD", &user, b"");
        ask("PUT", &user, format!("{{{date}").as_bytes());
        ask("GET", &format!("{user}?tz={zone}"), b"");
        ask("GET", &format!("{user}{number}"), b"");
        ask(&format!("METHOD{number}"), &user, b"");
        ask(&format!("METHOD{number}"), "/", b"");
        ask("GET", &format!("/path{number}"), b"");
        ask("GET", &format!("/docs/path{number}"), b"");
        ask("POST", &format!("/hello/{username}/path{number}"), b"");
        secrets.extend(ask("DELETE", &user, b""));
        secrets.extend([
            username,
            date,
            zone,
            header,
            id,
            format!("METHOD{number}"),
            format!("path{number}"),
        ]);
    }
    secrets
}

/// What odd requests are counted as, beside what is there from the start: methods that nobody serves, paths that nobody
/// serves, files that are not there.
const ODD: [(&str, &str, u16); 5] = [
    ("other", "/hello/{username}", 405),
    ("other", "/", 405),
    ("GET", "unknown", 404),
    ("GET", "/docs/{file}", 404),
    ("POST", "unknown", 404),
];

#[test]
fn ten_thousand_odd_requests_add_a_fixed_set_of_series_and_tell_nothing() {
    let app = TestApp::start();
    let before = app.exposition().names();
    let secrets: Vec<_> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| client * ROUNDS / CLIENTS..(client + 1) * ROUNDS / CLIENTS)
            .map(|rounds| scope.spawn(|| odd_requests(&app, rounds)))
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("all are answered")).collect()
    });
    let after = app.admin("GET", "/metrics");
    let exposition = Exposition::parse(after.text());
    exposition.assert_fits_the_table(Part::Embedded);
    for secret in secrets {
        assert!(!after.text().contains(&secret), "{secret:?} is in the metrics");
    }
    let new: BTreeSet<_> = exposition.names().difference(&before).cloned().collect();
    let (answers, times): (Vec<_>, Vec<_>) =
        new.iter().partition(|series| series.starts_with("jubilee_http_requests_total{"));
    let odd: BTreeSet<_> = ODD
        .map(|(method, route, status)| {
            format!(r#"jubilee_http_requests_total{{method="{method}",route="{route}",status="{status}"}}"#)
        })
        .into();
    assert_eq!(answers.into_iter().cloned().collect::<BTreeSet<_>>(), odd);
    let of_a_route = |series: &&String| series.contains(r#"method="PUT",route="/hello/{username}""#);
    let of_one = before.iter().filter(of_a_route).filter(|series| series.contains("_seconds")).count();
    assert_eq!(times.len(), ODD.len() * of_one, "{times:#?}");
    assert!(times.iter().all(|series| series.starts_with("jubilee_http_request_duration_seconds_")));
    assert_eq!(exposition.names().len(), before.len() + ODD.len() * (1 + of_one));

    let counted = |method, status| {
        let labels = format!(r#"method="{method}",route="/hello/{{username}}",status="{status}""#);
        exposition.get(&format!("jubilee_http_requests_total{{{labels}}}"))
    };
    assert_eq!(counted("PUT", 204), Some(ROUNDS as f64));
    assert_eq!(counted("other", 405), Some(ROUNDS as f64));
}
