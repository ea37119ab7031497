//! Deadlines while the cluster accepts what it is asked and never answers.

use crate::asking::{Answer, ask_with};
use crate::instance::{DATE, NAME, OTHER_DATE};
use crate::node::shared;
use crate::proxied::Proxied;
use jubilee_lab::SingleNode;
use jubilee_test_support::wait_until;
use std::ops::Deref;
use std::time::Duration;

const REQUEST_TIMEOUT: Duration = Duration::from_millis(600);
const A_LITTLE: Duration = Duration::from_millis(400);

fn silent(node: &impl Deref<Target = SingleNode>) -> (Proxied, String) {
    let proxied = Proxied::start(node, &[("REQUEST_TIMEOUT", "600ms")]);
    let written = ask_with(&mut proxied.client(), "PUT", &format!("/hello/{NAME}"), &[], DATE);
    assert_eq!(written.status, 204);
    proxied.proxy.swallow();
    (proxied, written.token.expect("a token"))
}

fn ends_in_time(answer: &Answer) {
    assert!(answer.took >= REQUEST_TIMEOUT / 2 && answer.took < REQUEST_TIMEOUT + A_LITTLE, "{answer:?}");
}

#[test]
fn reads_and_writes_end_by_the_requests_time_out() {
    let node = shared();
    let (proxied, _) = silent(&node);
    let path = format!("/hello/{NAME}");
    for method in ["GET", "PUT"] {
        let answer = ask_with(&mut proxied.client(), method, &path, &[], OTHER_DATE);
        assert_eq!((answer.status, answer.code.as_str()), (504, "deadline_exceeded"), "{method}");
        ends_in_time(&answer);
    }
    proxied.proxy.heal();
    wait_until("it is served again", || {
        ask_with(&mut proxied.client(), "GET", &path, &[], DATE).status == 200
    });
}

#[test]
fn a_read_with_a_token_is_told_before_its_deadline_that_nothing_new_enough_can_be_had() {
    let node = shared();
    let (proxied, token) = silent(&node);
    let path = format!("/hello/{NAME}");
    let headers = [("Sync-Token", token.as_str())];
    let answer = ask_with(&mut proxied.client(), "GET", &path, &headers, DATE);
    assert_eq!((answer.status, answer.code.as_str()), (503, "sync_unavailable"), "{answer:?}");
    // At the deadline itself it would be a 504.
    ends_in_time(&answer);
    let detail = answer.json["detail"].as_str().expect("a detail");
    assert!(detail.contains("without the Sync-Token"), "{detail}");
}
