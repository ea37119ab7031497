//! How clients behave on their connections, and how their answers are counted.

use super::lone_server::{answering, unknown_user};
use jubilee_test_support::TestApp;
use jubilee_test_support::history::Recorder;
use jubilee_test_support::load::{Answer, Load, Mix, Report, usernames};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

const READS: Mix = Mix { put: 0, get: 1, delete: 0 };

#[test]
fn a_connection_is_kept_until_an_answer_closes_it() {
    let close = || unknown_user("Connection: close\r\n");
    let (address, received) = answering(vec![unknown_user(""), close(), unknown_user(""), unknown_user("")]);
    let load = Load::on("eu", address, &Recorder::default()).clients(1, 100.0).mix(READS).requests(4);
    let report = load.start().join();
    assert_eq!((report.failed(), report.retries()), (0, 0));
    let connections: Vec<_> = received.try_iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 1, 2, 2]);
}

#[test]
fn a_client_comes_from_the_address_that_it_was_given() {
    let from = IpAddr::V4(Ipv4Addr::new(127, 1, 2, 3));
    let (address, received) = answering(vec![unknown_user("")]);
    Load::on("eu", address, &Recorder::default())
        .clients(1, 100.0)
        .from(from)
        .mix(READS)
        .requests(1)
        .start()
        .join();
    assert_eq!(received.try_iter().map(|request| request.from).collect::<Vec<_>>(), [from]);
}

#[test]
fn the_pace_is_kept_and_many_clients_are_cheap() {
    let app = TestApp::start();
    let began = Instant::now();
    let load = Load::on("local", app.addresses.public, &Recorder::default()).clients(200, 5.0).mix(READS);
    let report = load.requests(2_000).start().join();
    let took = began.elapsed();
    assert_eq!((report.failed(), report.answers.len()), (0, 2_000));
    assert!(took >= Duration::from_millis(1_500), "1,000 a second take 2 s: {took:?}");
    assert_eq!(report.regions_between(Duration::ZERO, Duration::MAX), BTreeSet::from([Arc::from("local")]));
}

#[test]
fn a_report_tells_percentiles_and_who_answered_when() {
    let answer = |second, millis, region: &str| Answer {
        sent: Duration::from_secs(second),
        latency: Duration::from_millis(millis),
        attempts: 1,
        region: Some(region.into()),
    };
    let answers = vec![answer(3, 30, "eu"), answer(1, 10, "us"), answer(2, 20, "us"), answer(4, 40, "us")];
    let report = Report { answers, ..Report::default() };
    let percentiles = [0.0, 25.0, 50.0, 99.0, 100.0].map(|percent| report.percentile(percent).as_millis());
    assert_eq!(percentiles, [10, 10, 20, 40, 40]);
    let over_time: Vec<_> = report
        .regions_over_time()
        .into_iter()
        .map(|(sent, region)| (sent.as_secs(), region.to_string()))
        .collect();
    assert_eq!(over_time, [(1, "us".to_owned()), (3, "eu".to_owned()), (4, "us".to_owned())]);
    let late = report.regions_between(Duration::from_secs(4), Duration::MAX);
    assert_eq!(late, BTreeSet::from([Arc::from("us")]));
}

#[test]
fn names_of_users_are_letters_and_differ() {
    let names = usernames("user", 2_000);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 2_000);
    assert!(names.iter().all(|name| name.chars().all(char::is_alphabetic)));
}
