//! PUT, then GET: what the service is for.

use jubilee_test_support::TestApp;

#[test]
fn a_birthday_is_stored_and_greeted() {
    let app = TestApp::builder().on("2026-12-09").start();
    let put = app.put_birthday("ada", "1815-12-10");
    assert_eq!(put.status, 204);
    assert!(put.body.is_empty());
    let get = app.get("/hello/ada");
    assert_eq!((get.status, get.text()), (200, r#"{"message":"Hello, ada! Your birthday is in 1 day(s)"}"#));
    assert_eq!(get.header("sync-token"), put.header("sync-token"));
    app.clock.set_noon("2026-12-10");
    assert_eq!(app.get("/hello/ada").text(), r#"{"message":"Hello, ada! Happy birthday!"}"#);
}
