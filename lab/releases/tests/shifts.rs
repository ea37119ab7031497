//! Traffic is moved between regions and programs are replaced, and no client notices. Needs root.

use jubilee_lab::{Lab, Options, Target};
use jubilee_releases::install;
use jubilee_test_support::{Client, Exposition, wait_until};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use tempfile::TempDir;

const REGIONS: [&str; 3] = ["eu", "us", "ap"];

/// One laboratory at a time: what they have in common is two processors.
static TURN: Mutex<()> = Mutex::new(());

struct Laboratory {
    lab: Lab,
    releases: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// Instances with embedded stores, of a release without a fault.
fn laboratory() -> Laboratory {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let releases = TempDir::new().expect("a folder");
    let good = install("good", releases.path()).expect("cargo has built the program");
    let options = Options::new(good).nodes("eu", 0).nodes("us", 0).nodes("ap", 0).setting("LOG", "warn");
    let lab = Lab::up(&options).expect("it comes up; needs root and haproxy");
    Laboratory { lab, releases, _turn: turn }
}

impl Laboratory {
    fn release(&self, fault: &str) -> PathBuf {
        install(fault, self.releases.path()).expect("cargo has built the program")
    }

    /// A client's connection to the address that all are given.
    fn client(&self, region: &str) -> Client {
        let from = self.lab.client_address(region).expect("a region");
        Client::connect_from(from.into(), self.lab.geo_address()).expect("the balancer listens")
    }

    /// Which regions serve so many requests of one client, all on one connection.
    fn served(&self, client: &mut Client, requests: usize) -> BTreeMap<String, usize> {
        let mut served = BTreeMap::new();
        for _ in 0..requests {
            *served.entry(region_of(client).expect("an answer")).or_default() += 1;
        }
        served
    }

    fn pid(&self, region: &str) -> String {
        let folder = format!("/run/jubilee-lab/{}/processes/{region}-instance/pid", self.lab.number());
        std::fs::read_to_string(folder).expect("it runs")
    }

    fn in_flight(&self, region: &str) -> f64 {
        let admin = self.lab.instance(region).expect("a region").admin;
        let answer =
            Client::connect(admin).and_then(|mut client| client.request("GET", "/metrics", &[], b""));
        Exposition::parse(answer.expect("an answer").text()).sum("jubilee_http_requests_in_flight")
    }

    /// Waits until the balancer leads a region's clients to nobody but these.
    fn wait_until_only(&self, client: &mut Client, regions: &[&str]) {
        wait_until("the balancer has noticed", || {
            let served = (0..20).map(|_| region_of(client));
            served.flatten().all(|served| regions.contains(&served.as_str()))
        });
    }
}

/// Who answers, if it answers well; on a new connection after the balancer has closed the last one.
fn region_of(client: &mut Client) -> Option<String> {
    let answer = client.request("GET", "/", &[], b"").expect("the balancer keeps connections");
    (answer.status == 200).then(|| answer.header("region").map(str::to_owned))?
}

/// The part of a region, which must be so many percent to half a percent: HAProxy counts, it does not throw dice.
fn assert_share(served: &BTreeMap<String, usize>, region: &str, percent: f64) {
    let all: usize = served.values().sum();
    let share = 100.0 * served.get(region).copied().unwrap_or(0) as f64 / all as f64;
    assert!((share - percent).abs() < 0.5, "{region} should serve {percent} %: {served:?}");
}

#[test]
fn a_region_gets_as_much_of_its_clients_as_its_dial_says() {
    let place = laboratory();
    // One connection from first to last: what moves is requests.
    let mut us = place.client("us");
    assert_share(&place.served(&mut us, 200), "us", 100.0);
    for (percent, others) in [(10, 45.0), (50, 25.0), (1, 49.5)] {
        place.lab.set_dial("us", percent).expect("a good dial");
        assert_eq!(place.lab.dial("us").expect("a region"), percent);
        let served = place.served(&mut us, 2000);
        assert_share(&served, "us", percent.into());
        assert_share(&served, "eu", others);
    }
    place.lab.set_dial("us", 0).expect("a good dial");
    assert_share(&place.served(&mut us, 1000), "us", 0.0);
    assert_share(&place.served(&mut place.client("eu"), 200), "eu", 100.0);
    place.lab.set_dial("us", 100).expect("a good dial");
    assert_share(&place.served(&mut us, 200), "us", 100.0);
    assert!(place.lab.set_dial("mars", 10).is_err());
}

#[test]
fn a_region_at_0_is_no_way_out_for_others_and_a_lost_one_is_left_at_any_dial() {
    let place = laboratory();
    let (mut us, mut ap) = (place.client("us"), place.client("ap"));
    place.lab.set_dial("eu", 0).expect("a good dial");
    place.lab.kill(Target::Instance("us")).expect("a fault");
    place.wait_until_only(&mut us, &["ap"]);
    assert_share(&place.served(&mut us, 200), "ap", 100.0);

    // eu would be the first to be asked.
    place.lab.set_dial("eu", 100).expect("a good dial");
    assert_share(&place.served(&mut us, 200), "eu", 100.0);

    place.lab.set_dial("us", 10).expect("a good dial");
    let served = place.served(&mut us, 400);
    assert_share(&served, "us", 0.0);
    assert_share(&served, "eu", 50.0);

    // At 10 %, with one of those gone who take the rest.
    place.lab.start(Target::Instance("us")).expect("it is back");
    place.lab.kill(Target::Instance("eu")).expect("a fault");
    place.wait_until_only(&mut us, &["us", "ap"]);
    let part = place.served(&mut us, 2000)["us"];
    // 57 of 57 and 256.
    assert!((330..=400).contains(&part), "{part} of 2000");
    assert_share(&place.served(&mut ap, 200), "ap", 100.0);
}

#[test]
fn a_region_is_at_0_when_what_was_in_flight_there_has_ended() {
    let place = laboratory();
    let slow = place.release("slow");
    place.lab.replace("us", &slow).expect("it serves");
    place.wait_until_only(&mut place.client("us"), &["us"]);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut us = place.client("us");
                while !stop.load(Ordering::Relaxed) {
                    let answer = us.request("GET", "/hello/nobody", &[], b"").expect("an answer");
                    assert_eq!(answer.status, 404);
                }
            });
        }
        wait_until("requests are in flight", || place.in_flight("us") > 4.0);
        let moved = place.lab.set_dial("us", 0);
        let left = place.in_flight("us");
        stop.store(true, Ordering::Relaxed);
        moved.expect("they end");
        assert_eq!(left, 0.0);
    });
}

#[test]
fn a_replaced_instance_finishes_what_it_has_begun_and_stays_replaced() {
    let place = laboratory();
    let (first, other) = (place.lab.program("us").expect("a region"), place.release("slow"));
    let (pid, others) = (place.pid("us"), REGIONS.map(|region| place.pid(region)));
    let stop = AtomicBool::new(false);
    let failed = thread::scope(|scope| {
        let clients: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let (mut us, mut asked, mut failed) = (place.client("us"), 0, 0);
                    while !stop.load(Ordering::Relaxed) {
                        asked += 1;
                        let answer = us.request("GET", "/hello/nobody", &[], b"").expect("an answer");
                        failed += usize::from(answer.status != 404);
                    }
                    (asked, failed)
                })
            })
            .collect();
        // There and back again, under load: the second time with requests of half a second in flight.
        let replaced = place.lab.replace("us", &other).and_then(|()| {
            assert_eq!(place.lab.program("us").expect("a region"), other);
            wait_until("users are served by it", || place.in_flight("us") > 4.0);
            place.lab.replace("us", &first)
        });
        stop.store(true, Ordering::Relaxed);
        let seen: Vec<_> = clients.into_iter().map(|client| client.join().expect("a report")).collect();
        replaced.expect("they serve");
        seen
    });
    let asked: usize = failed.iter().map(|(asked, _)| asked).sum();
    let failed: usize = failed.iter().map(|(_, failed)| failed).sum();
    assert!(asked > 100, "{asked} requests are no load");
    assert_eq!(failed, 0, "of {asked} requests");
    assert_ne!(place.pid("us"), pid);
    assert_eq!([place.pid("eu"), place.pid("ap")], [others[0].clone(), others[2].clone()]);

    place.lab.replace("us", &other).expect("it serves");
    place.lab.restart(Target::Instance("us")).expect("it is back");
    assert_eq!(place.lab.program("us").expect("a region"), other);
}

#[test]
fn a_program_that_does_not_serve_is_reported_with_its_last_words() {
    let place = laboratory();
    let first = place.lab.program("ap").expect("a region");
    let crashing = place.release("crashes-at-start");
    let why = place.lab.replace("ap", &crashing).expect_err("it crashes").to_string();
    assert!(why.contains("does not serve in ap") && why.contains("\"message\":\"panic\""), "{why}");
    place.lab.replace("ap", &first).expect("it serves");
    assert!(place.lab.replace("ap", &crashing.join("nothing")).is_err());
    assert_eq!(place.lab.program("ap").expect("a region"), first);
}
