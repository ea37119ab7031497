//! Which usernames are users, and which are refused.

use crate::expect::{BODY, assert_hello_problem, assert_nothing_written, assert_problem};
use jubilee_test_support::TestApp;

#[test]
fn whatever_is_not_letters_is_refused_by_every_method() {
    let app = TestApp::start();
    for username in [
        "ada1",
        "1",
        "ada%20",
        "%20ada",
        "ada%20lovelace",
        "ada-lovelace",
        "%F0%9F%8E%82",
        "%00",
        "ada%00",
        "ada%2Fb",
        "%2e%2e",
        "ada%",
        "ada%zz",
        "%CC%88",
        // Alphabetic in the sense of Unicode, and yet no letters: a Roman numeral, a vowel sign.
        "%E2%85%A7",
        "%E0%A4%95%E0%A4%BE",
        // Bytes that are no UTF-8: a lone byte, a surrogate, an overlong slash, half a letter.
        "%FF",
        "ada%FF",
        "%ED%A0%80",
        "%C0%AF",
        "M%C3",
    ] {
        for (method, body) in [("PUT", BODY), ("GET", b""), ("DELETE", b"")] {
            let response = app.request(method, format!("/hello/{username}"), &[], body);
            assert_hello_problem(&response, 400, "username_invalid", "letters only");
        }
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn no_username_is_no_user() {
    let app = TestApp::start();
    for path in ["/hello/", "/hello"] {
        for (method, body) in [("PUT", BODY), ("GET", b""), ("DELETE", b"")] {
            let response = app.request(method, path, &[], body);
            assert_problem(&response, 404, "route_unknown", "/docs/");
        }
    }
    assert_nothing_written(&app, "ada");
}

#[test]
fn the_64th_letter_is_good_and_the_65th_is_not() {
    let app = TestApp::start();
    // One, three and nine bytes of the path a letter.
    for letter in ["a", "ü", "%E6%9D%8E"] {
        let encoded = letter.replace('ü', "%C3%BC");
        let (longest, too_long) = (encoded.repeat(64), encoded.repeat(65));
        let put = app.put_birthday(&too_long, "1815-12-10");
        assert_hello_problem(&put, 400, "username_invalid", "longer than 64 letters");
        assert_hello_problem(&app.get(format!("/hello/{longest}")), 404, "user_unknown", "");
        assert_eq!(app.put_birthday(&longest, "1815-12-10").status, 204);
        assert_eq!(app.get(format!("/hello/{longest}")).status, 200);
    }
}

#[test]
fn letters_of_any_script_are_greeted_as_they_were_meant() {
    let app = TestApp::builder().on("2026-12-10").start();
    for (path, name) in [("M%C3%BCller", "Müller"), ("%E6%9D%8E", "李"), ("%41da", "Ada"), ("ada", "ada")] {
        assert_eq!(app.put_birthday(path, "1815-12-10").status, 204, "{path}");
        let get = app.get(format!("/hello/{path}"));
        assert_eq!(get.text(), format!(r#"{{"message":"Hello, {name}! Happy birthday!"}}"#));
    }
}

#[test]
fn two_spellings_of_the_same_letters_are_the_same_user() {
    let app = TestApp::builder().on("2026-12-10").start();
    let composed = "/hello/M%C3%BCller";
    let decomposed = "/hello/Mu%CC%88ller";
    let put = app.request("PUT", decomposed, &[], BODY);
    assert_eq!(put.status, 204);
    let token = put.header("sync-token").expect("a token");
    for path in [composed, decomposed] {
        // The token is bound to the user, so it shows that both mean the same one.
        let get = app.request("GET", path, &[("Sync-Token", token)], b"");
        assert_eq!(get.text(), r#"{"message":"Hello, Müller! Happy birthday!"}"#);
        assert_eq!(get.header("sync-token"), Some(token));
    }
    assert_eq!(app.request("DELETE", composed, &[], b"").status, 204);
    assert_eq!(app.get(decomposed).status, 404);
}

#[test]
fn capital_letters_are_other_users() {
    let app = TestApp::start();
    assert_eq!(app.put_birthday("Ada", "1815-12-10").status, 204);
    assert_eq!(app.get("/hello/ada").status, 404);
    assert_eq!(app.get("/hello/Ada").status, 200);
}
