//! No client can make the metrics grow, and nothing personal is in them.

use crate::expect::born_on;
use jubilee_test_support::TestApp;
use std::collections::BTreeSet;

const REQUESTS: usize = 300;

/// A number in letters, so that it can be a username.
fn letters(number: usize) -> String {
    let digits = number.to_string().into_bytes();
    digits.into_iter().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

/// Sends requests with names, days, paths, methods and headers that nobody else sends; gives the texts
/// that must not come back.
fn odd_requests(app: &TestApp, from: usize) -> Vec<String> {
    let mut client = app.client();
    let mut secrets = Vec::new();
    for number in from..from + REQUESTS {
        let username = format!("Qx{}", letters(number));
        let date = format!("{:04}-{:02}-{:02}", 1000 + number, 1 + number % 12, 1 + number % 28);
        let zone = format!("Zone{number}");
        let id = format!("id-{number}-");
        let mut ask = |method: &str, path: &str, body: &[u8]| {
            let headers = [("X-Request-Id", id.as_str()), ("User-Agent", &zone)];
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
        secrets.extend([username, date, zone, id, format!("METHOD{number}"), format!("path{number}")]);
    }
    secrets
}

/// The names and labels of all series.
fn series(metrics: &str) -> BTreeSet<String> {
    let lines = metrics.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned())).collect()
}

#[test]
fn whatever_clients_send_the_series_stay_the_same_and_tell_nothing_of_it() {
    let app = TestApp::start();
    let mut secrets = odd_requests(&app, 0);
    let before = app.admin("GET", "/metrics");
    secrets.extend(odd_requests(&app, REQUESTS));
    let after = app.admin("GET", "/metrics");
    assert_eq!(series(before.text()), series(after.text()));
    for secret in secrets {
        assert!(!after.text().contains(&secret), "{secret:?} is in the metrics");
    }
    let counted = format!(
        r#"jubilee_http_requests_total{{method="PUT",route="/hello/{{username}}",status="204"}} {}"#,
        2 * REQUESTS
    );
    assert!(after.text().lines().any(|line| line == counted), "{}", after.text());
}
