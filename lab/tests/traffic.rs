//! What is told of a laboratory's processes and cables. Needs root.

use jubilee_lab::{Lab, Options};
use std::net::TcpStream;
use std::path::Path;

const CALLS: u64 = 200;
/// A call that is refused: what asks, and what refuses, with the heads of all layers.
const ASKS: u64 = 74;
const REFUSES: u64 = 54;

/// Networks and HAProxy only.
fn empty() -> Lab {
    let options = Options { instances: false, ..Options::new("unused") };
    let options = ["eu", "us", "ap"].into_iter().fold(options, |options, region| options.nodes(region, 0));
    Lab::up(&options).expect("it comes up; needs root and haproxy")
}

#[test]
fn what_goes_to_a_region_and_back_is_counted_on_its_cable_and_on_no_other() {
    let lab = empty();
    let before = ["eu", "us"].map(|region| lab.traffic(region).expect("a region"));
    let nobody = lab.instance("eu").expect("a region").public;
    for _ in 0..CALLS {
        TcpStream::connect(nobody).expect_err("nobody listens there");
    }
    let after = ["eu", "us"].map(|region| lab.traffic(region).expect("a region"));
    let [eu, us] = [0, 1].map(|place: usize| after[place].since(before[place]));
    assert!((CALLS * ASKS..CALLS * (ASKS + 10)).contains(&eu.received), "{eu:?}");
    assert!((CALLS * REFUSES..CALLS * (REFUSES + 10)).contains(&eu.sent), "{eu:?}");
    // What looks for neighbours comes everywhere.
    assert!(us.received + us.sent < CALLS * 10, "{us:?}");
    assert!(lab.traffic("nowhere").is_err());
}

#[test]
fn a_part_has_a_process_id_while_it_runs() {
    let lab = empty();
    let balancer = lab.pid("balancer").expect("it runs");
    assert!(Path::new("/proc").join(balancer.to_string()).exists());
    assert_eq!(lab.pid("eu-1"), None, "there are no nodes");
}
