//! The good release goes through; each bad one is stopped in the first region, by the gate that is there for it.

use crate::clients::{Clients, Met};
use crate::program::Rollout;
use crate::stage::{REGIONS, Turn, turn};
use std::time::Instant;

/// A bad release, and the gates of which one must stop it.
struct Bad {
    fault: &'static str,
    gates: &'static [&'static str],
    /// Whether users meet it, so few that nobody minds.
    met_by_users: bool,
    /// Whether every run of the tests plays it.
    always: bool,
}

const fn before_users(fault: &'static str, gates: &'static [&'static str]) -> Bad {
    Bad { fault, gates, met_by_users: false, always: false }
}

const fn under_ten_percent(fault: &'static str, gates: &'static [&'static str]) -> Bad {
    Bad { fault, gates, met_by_users: true, always: false }
}

const BAD: [Bad; 8] = [
    before_users("crashes-at-start", &["replace"]),
    before_users("never-ready", &["readiness"]),
    before_users("needs-missing-schema", &["readiness"]),
    Bad { always: true, ..before_users("wrong-greeting", &["smoke"]) },
    before_users("ignores-sync-token", &["smoke"]),
    // Smoke asks often enough to meet three of these.
    before_users("fails-two-percent", &["smoke"]),
    // It is seen by k6 and by the alerts, whichever is first.
    Bad { always: true, ..under_ten_percent("five-times-slower", &["ten percent", "alerts"]) },
    under_ten_percent("leaks-descriptors", &["descriptors"]),
];

/// What a bad release may cost: no request, after the retries that the contract allows, and so few attempts. Of eu's
/// clients, 12 requests a second, a tenth meets it for a quarter of a minute: some 20 requests.
const ATTEMPTS: u64 = 3;

/// A line of the table.
struct Row {
    release: &'static str,
    gate: String,
    seconds: f64,
    met: Met,
    /// What was not as it should be.
    wrong: Vec<String>,
}

#[test]
fn a_good_release_goes_through_and_a_bad_one_is_stopped_in_the_first_region() {
    let mut rows = vec![good()];
    rows.extend(BAD.iter().filter(|bad| crate::all() || bad.always).map(bad));
    print(&rows);
    let wrong: Vec<_> = rows.into_iter().flat_map(|row| row.wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Through all regions, with no failed request.
fn good() -> Row {
    let mut turn = turn();
    let version = turn.release("good");
    let clients = Clients::start(&turn, "good");
    let began = Instant::now();
    let ended = Rollout::play(&turn, "good", &version, &[]);
    let seconds = began.elapsed().as_secs_f64();
    let mut row = Row { release: "good", gate: "-".into(), seconds, met: clients.stop(), wrong: Vec::new() };
    row.expect(ended.code == Some(0), || ended.story());
    row.expect(row.met.failed() == 0, || "requests failed".into());
    for region in REGIONS {
        row.expect(turn.region(region).program == version, || format!("{region} does not run it"));
    }
    row
}

/// Stopped in eu, and everything as before.
fn bad(bad: &Bad) -> Row {
    let mut turn = turn();
    let version = turn.release(bad.fault);
    let (before, others) = (turn.regions(), processes_of_others(&turn));
    let clients = Clients::start(&turn, &bad.fault.replace('-', ""));
    let began = Instant::now();
    let ended = Rollout::play(&turn, bad.fault, &version, bad.gates);
    let seconds = began.elapsed().as_secs_f64();
    let (region, gate) = ended.stopped_by();
    let mut row = Row { release: bad.fault, gate, seconds, met: clients.stop(), wrong: Vec::new() };
    row.expect(ended.code == Some(1), || ended.story());
    row.expect(region == "eu", || format!("stopped in {region}: {}", ended.story()));
    let expected = bad.gates.contains(&row.gate.as_str());
    row.expect(expected, || format!("stopped by another gate: {}", ended.story()));
    row.expect(ended.regions_touched() == ["eu"], || format!("touched {:?}", ended.regions_touched()));
    let after = turn.regions();
    row.expect(after == before, || format!("not as before: {after:?}"));
    row.expect(processes_of_others(&turn) == others, || "other regions' processes are new".into());
    row.expect(row.met.failed() == 0, || "requests failed".into());
    let attempts = if bad.met_by_users { ATTEMPTS } else { 0 };
    row.expect(row.met.failed_attempts() <= attempts, || format!("more than {attempts} attempts failed"));
    row
}

impl Row {
    fn expect(&mut self, is_so: bool, complaint: impl FnOnce() -> String) {
        if !is_so {
            self.wrong.push(format!("{}: {} ({:?})", self.release, complaint(), self.met));
        }
    }
}

fn processes_of_others(turn: &Turn) -> Vec<u32> {
    REGIONS[1..].iter().map(|region| turn.process(region)).collect()
}

fn print(rows: &[Row]) {
    eprintln!(
        "\n{:22}{:14}{:>8}{:>10}{:>8}{:>10}",
        "RELEASE", "GATE", "SECONDS", "REQUESTS", "FAILED", "ATTEMPTS"
    );
    for Row { release, gate, seconds, met, .. } in rows {
        let (requests, failed, attempts) = (met.requests, met.failed(), met.failed_attempts());
        eprintln!("{release:22}{gate:14}{seconds:>8.0}{requests:>10}{failed:>8}{attempts:>10}");
    }
    eprintln!("ATTEMPTS failed and were made again, as the contract allows\n");
}
