//! DELETE: the right to be forgotten.

use crate::expect::{BODY, assert_hello_problem};
use jubilee_test_support::TestApp;

#[test]
fn a_deletion_is_acknowledged_whether_the_user_is_known_or_not() {
    let app = TestApp::start();
    app.put_birthday("ada", "1815-12-10");
    for username in ["ada", "ada", "nobody"] {
        let delete = app.request("DELETE", format!("/hello/{username}"), &[], b"");
        assert_eq!((delete.status, delete.text()), (204, ""));
        assert_eq!(delete.header("cache-control"), Some("no-store"));
        let get = app.get(format!("/hello/{username}"));
        assert_hello_problem(&get, 404, "user_unknown", "PUT one first");
        assert!(get.header("sync-token").is_some());
        assert_eq!(get.header("sync-token"), delete.header("sync-token"));
    }
}

#[test]
fn the_token_of_a_deletion_reads_the_deletion_and_never_the_birthday() {
    let app = TestApp::start();
    let put = app.put_birthday("ada", "1815-12-10");
    let delete = app.request("DELETE", "/hello/ada", &[], b"");
    for seen in [&put, &delete] {
        let token = seen.header("sync-token").expect("a token");
        let get = app.request("GET", "/hello/ada", &[("Sync-Token", token)], b"");
        assert_eq!((get.status, get.header("sync-token")), (404, delete.header("sync-token")));
    }
}

#[test]
fn a_user_who_was_forgotten_can_come_back() {
    let app = TestApp::builder().on("2026-12-10").start();
    app.put_birthday("ada", "1990-01-01");
    app.request("DELETE", "/hello/ada", &[], b"");
    assert_eq!(app.request("PUT", "/hello/ada", &[], BODY).status, 204);
    assert_eq!(app.get("/hello/ada").text(), r#"{"message":"Hello, ada! Happy birthday!"}"#);
}

#[test]
fn a_day_later_nothing_is_left_of_a_deletion_but_the_callers_own_token() {
    let app = TestApp::builder().on("2026-03-01").start();
    let delete = app.request("DELETE", "/hello/ada", &[], b"");
    app.clock.set_noon("2026-03-02");
    let token = delete.header("sync-token").expect("a token");
    let with = app.request("GET", "/hello/ada", &[("Sync-Token", token)], b"");
    assert_eq!((with.status, with.header("sync-token")), (404, Some(token)));
    let without = app.get("/hello/ada");
    assert_eq!((without.status, without.header("sync-token")), (404, None));
}
