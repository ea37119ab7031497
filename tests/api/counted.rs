//! Each metric moves for its own cause, and for no other.

use crate::expect::{BODY, metric};
use crate::faulty_store::FaultyStore;
use jubilee::domain::{Region, SyncToken, Username, Version, WallClock};
use jubilee::telemetry::metrics::Part;
use jubilee_test_support::{TestApp, wait_until};
use std::sync::Arc;

fn faulty(settings: &[(&str, &str)]) -> TestApp {
    let builder = settings.iter().fold(TestApp::builder(), |builder, (name, text)| builder.set(name, text));
    builder.store(Arc::new(FaultyStore::default())).start()
}

#[test]
fn an_instance_at_rest_tells_all_that_the_table_has_and_little_else() {
    let app = TestApp::start();
    let metrics = app.exposition();
    metrics.assert_fits_the_table(Part::Embedded);
    metrics.assert_small();
    let failed = r#"jubilee_http_requests_total{method="PUT",route="/hello/{username}",status="503"}"#;
    assert_eq!(metrics.get(failed), Some(0.0), "a rate of what is not there would be nothing");
    assert_eq!(metrics.get("jubilee_http_requests_in_flight"), Some(0.0), "who scrapes is no user");
    assert_eq!(metrics.get("jubilee_ready"), Some(1.0));
    assert!(metrics.get("process_open_fds").is_some_and(|files| files > 0.0));
    let version = format!(r#"jubilee_build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION"));
    assert_eq!(metrics.get(&version), Some(1.0));
}

#[test]
fn connections_are_counted_while_they_are_open() {
    let app = TestApp::start();
    let mut clients = [app.client(), app.client(), app.client()];
    for client in &mut clients {
        assert_eq!(client.request("GET", "/livez", &[], b"").expect("an answer").status, 200);
    }
    assert_eq!(metric(&app, "jubilee_http_connections"), 3.0);
    drop(clients);
    wait_until("they are closed", || metric(&app, "jubilee_http_connections") == 0.0);
}

#[test]
fn readiness_is_told_as_readyz_tells_it() {
    let app = TestApp::start();
    let unready = |reason: &str| metric(&app, &format!(r#"jubilee_unready{{reason="{reason}"}}"#));
    for _ in 0..2 {
        assert_eq!((metric(&app, "jubilee_ready"), unready("draining")), (1.0, 0.0));
        app.admin("POST", "/drain");
        assert_eq!((metric(&app, "jubilee_ready"), unready("draining")), (0.0, 1.0));
        app.admin("POST", "/undrain");
    }
    assert_eq!((metric(&app, "jubilee_ready"), unready("draining")), (1.0, 0.0));
}

#[test]
fn an_instance_without_its_store_tells_why_it_is_unready() {
    let app = faulty(&[]);
    let metrics = app.exposition();
    assert_eq!(metrics.get("jubilee_ready"), Some(0.0));
    assert_eq!(metrics.get(r#"jubilee_unready{reason="unavailable"}"#), Some(1.0));
    assert_eq!(metrics.get(r#"jubilee_unready{reason="draining"}"#), Some(0.0));
}

/// A token of a user, so many microseconds ahead of the app's clock.
fn token(app: &TestApp, username: &str, micros: u64) -> String {
    let version = Version::from_micros(app.clock.now().micros() + micros);
    let region = Region::parse("elsewhere").expect("a region");
    SyncToken { version, region }.encode(&Username::parse(username).expect("letters"))
}

/// Sync tokens counted so far, by outcome.
fn tokens(app: &TestApp) -> [f64; 6] {
    ["satisfied", "escalated", "unavailable", "write", "invalid", "from_the_future"]
        .map(|outcome| metric(app, &format!(r#"jubilee_sync_tokens_total{{outcome="{outcome}"}}"#)))
}

#[test]
fn sync_tokens_are_counted_by_what_became_of_them() {
    let app = TestApp::start();
    let with = |method: &str, token: &str, body: &[u8]| {
        app.request(method, "/hello/ada", &[("Sync-Token", token)], body).status
    };
    assert_eq!(app.put_birthday("ada", "1815-12-10").status, 204);
    assert_eq!(app.get("/hello/ada").status, 200);
    assert_eq!(tokens(&app), [0.0; 6], "who sends none");
    assert_eq!(with("PUT", &token(&app, "ada", 0), BODY), 204);
    assert_eq!(with("GET", &token(&app, "ada", 0), b""), 200);
    assert_eq!(with("HEAD", &token(&app, "ada", 0), b""), 200);
    assert_eq!(with("DELETE", &token(&app, "ada", 0), b""), 204);
    assert_eq!(with("GET", &token(&app, "ada", 1_000_000), b""), 503);
    assert_eq!(with("GET", "no token", b""), 400);
    assert_eq!(with("PUT", "no token", BODY), 400);
    assert_eq!(with("GET", &token(&app, "ada", 6_000_000), b""), 400);
    assert_eq!(tokens(&app), [2.0, 0.0, 1.0, 2.0, 2.0, 1.0]);
}

#[test]
fn a_token_for_which_other_regions_were_asked_counts_as_escalated() {
    let app = faulty(&[]);
    for (username, status) in [("escalated", 200), ("behind", 503), ("unavailable", 503)] {
        let headers = [("Sync-Token", token(&app, username, 0))];
        let headers = headers.each_ref().map(|(name, token)| (*name, token.as_str()));
        assert_eq!(app.request("GET", format!("/hello/{username}"), &headers, b"").status, status);
    }
    assert_eq!(
        tokens(&app),
        [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        "a store that is away says nothing of freshness"
    );
}

#[test]
fn a_deadline_is_counted_where_it_passed() {
    let app = faulty(&[("REQUEST_TIMEOUT", "300ms")]);
    let stages = || {
        ["body", "mailbox", "store"]
            .map(|stage| metric(&app, &format!(r#"jubilee_deadlines_exceeded_total{{stage="{stage}"}}"#)))
    };
    assert_eq!(app.get("/hello/ada").status, 200);
    assert_eq!(stages(), [0.0; 3]);
    assert_eq!(app.get("/hello/silent").status, 504);
    assert_eq!(stages(), [0.0, 0.0, 1.0]);
    assert_eq!(app.get("/hello/timedOut").status, 504);
    assert_eq!(stages(), [0.0, 0.0, 2.0]);
    let mut client = app.client();
    client.send(b"PUT /hello/ada HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n").expect("sent");
    assert_eq!(client.read_response(false).expect("an answer").status, 408);
    assert_eq!(stages(), [1.0, 0.0, 2.0]);
}

#[test]
fn commits_are_told_only_by_a_process_that_makes_them() {
    let app = faulty(&[]);
    app.exposition().assert_fits_the_table(Part::Always);
    let embedded = TestApp::start();
    assert_eq!(embedded.put_birthday("ada", "1815-12-10").status, 204);
    assert_eq!(embedded.exposition().get("jubilee_group_commit_writes_sum"), Some(1.0));
    assert_eq!(embedded.exposition().get("jubilee_group_commit_duration_seconds_count"), Some(1.0));
}
