//! The one laboratory that all tests share, whole again for each of them.

use jubilee::domain::{SyncToken, Username};
use jubilee_lab::{Lab, LabError, Options, Target};
use jubilee_test_support::{Client, Exposition, Process, Response};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The regions: eu has three nodes and keeps three replicas, the others have one.
pub(crate) const REGIONS: [&str; 3] = ["eu", "us", "ap"];
/// Shorter than the default, for the tests' sake: how long a region lost stays in traffic.
pub(crate) const FAILOVER_GRACE: Duration = Duration::from_secs(5);
/// The slowest thing that is waited for: three nodes that start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

static LABORATORY: Mutex<Option<Lab>> = Mutex::new(None);

/// What is done to a part of the laboratory, and its name.
pub(crate) type Fault = (&'static str, fn(&Lab, Target<'_>) -> Result<(), LabError>);

pub(crate) const KILLED: Fault = ("killed", Lab::kill);
pub(crate) const HUNG: Fault = ("hung", Lab::hang);

/// A test's turn with the laboratory.
pub(crate) struct Turn(MutexGuard<'static, Option<Lab>>);

impl std::ops::Deref for Turn {
    type Target = Lab;

    fn deref(&self) -> &Lab {
        self.0.as_ref().expect("the turn began with a laboratory")
    }
}

/// Waits for this test's turn, and for a laboratory in which nothing is cut, dead, hung or skewed. The
/// first turn starts it; the end of the process takes it down.
pub(crate) fn turn() -> Turn {
    let mut laboratory = LABORATORY.lock().unwrap_or_else(PoisonError::into_inner);
    match &*laboratory {
        Some(lab) => make_whole(lab),
        None => {
            let grace = format!("{}s", FAILOVER_GRACE.as_secs());
            let options = Options::new(env!("CARGO_BIN_EXE_jubilee"))
                .nodes("eu", 3)
                .setting("CLUSTER_FAILOVER_GRACE", grace)
                .setting("LOG", "warn,jubilee=info,jubilee::request=error,scylla=error");
            let lab = Lab::up_reporting(&options, &|progress| eprintln!("{progress}"));
            *laboratory = Some(lab.unwrap_or_else(|error| panic!("no laboratory: {error}")));
        }
    }
    let turn = Turn(laboratory);
    wait_until_whole(&turn);
    turn
}

fn make_whole(lab: &Lab) {
    lab.heal().expect("cuts end");
    for region in REGIONS {
        lab.start(Target::Nodes(region)).expect("nodes start");
        if lab.skew_of(region).expect("a region") != 0 {
            lab.skew(region, 0).expect("a clock that is right");
        }
        lab.start(Target::Instance(region)).expect("the instance starts");
    }
}

/// Waits until every instance is ready and the balancer sends each region's clients to it.
pub(crate) fn wait_until_whole(lab: &Lab) {
    wait("each region serves its own clients", || {
        REGIONS.iter().all(|region| {
            let ready = lab.instance(region).is_ok_and(|instance| instance.is_ready());
            ready && who_serves(lab, region).as_deref() == Some(*region)
        })
    });
}

/// Waits until the balancer leads the clients of a region to another one.
pub(crate) fn wait_until_left(lab: &Lab, region: &str) {
    wait(&format!("clients of {region} are moved away"), || {
        who_serves(lab, region).is_some_and(|serves| serves != region)
    });
}

/// The region that answers a client of `region` at the geo-routed address.
pub(crate) fn who_serves(lab: &Lab, region: &str) -> Option<String> {
    let from = lab.client_address(region).expect("a region");
    let mut client = Client::connect_from(from.into(), lab.geo_address()).ok()?;
    let response = client.request("GET", "/readyz", &[], b"").ok()?;
    response.header("region").map(str::to_owned)
}

/// What an instance's `readyz` says of its store; nothing if it does not answer.
pub(crate) fn reason(instance: SocketAddr) -> Option<String> {
    let answer = Client::connect(instance).ok()?.request("GET", "/readyz", &[], b"").ok()?;
    answer.json()["checks"]["store"].as_str().map(str::to_owned)
}

/// A command of the program, told what a region's instance is told.
pub(crate) fn command(lab: &Lab, region: &str, verb: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jubilee"));
    command.arg(verb).envs(lab.environment(region).expect("a region"));
    command
}

/// One more instance of a region on free ports, told what the region's own is told, but for these settings.
pub(crate) fn another_instance(lab: &Lab, region: &str, settings: &[(&str, &str)]) -> Process {
    // The cluster is its store: it keeps nothing in a folder.
    Process::start_command(command(lab, region, "serve"), Path::new("unused"), settings)
}

/// All that a region's instance says in its metrics.
pub(crate) fn exposition(lab: &Lab, region: &str) -> Exposition {
    let mut client = Client::connect(lab.instance(region).expect("a region").admin).expect("it listens");
    Exposition::parse(client.request("GET", "/metrics", &[], b"").expect("an answer").text())
}

/// A metric of a region's instance, summed over all labels.
pub(crate) fn metric(lab: &Lab, region: &str, name: &str) -> f64 {
    exposition(lab, region).sum(name)
}

/// Asks again and again until the answer is yes, with the patience that real nodes need.
pub(crate) fn wait(what: &str, mut condition: impl FnMut() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < give_up, "waited {PATIENCE:?} in vain until {what}");
        // Between two questions; the condition decides how long it takes.
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// So many, or as many times more as `JUBILEE_TEST_SCALE` says.
pub(crate) fn scaled(count: usize) -> usize {
    let scale = std::env::var("JUBILEE_TEST_SCALE").map_or(1, |text| text.parse().expect("a number"));
    count * scale
}

/// One connection to one instance, past the balancer.
pub(crate) struct Caller {
    address: SocketAddr,
    client: Client,
}

impl Caller {
    pub(crate) fn of(lab: &Lab, region: &str) -> Self {
        Self::at(lab.instance(region).expect("a region").public)
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        Self { address, client: Client::connect(address).expect("it listens") }
    }

    /// Asks, on a new connection if the old one was closed: every request may be sent again.
    pub(crate) fn ask(&mut self, method: &str, username: &str, token: Option<&str>, date: &str) -> Response {
        let body = if method == "PUT" { format!(r#"{{"dateOfBirth":"{date}"}}"#) } else { String::new() };
        let headers: Vec<_> = token.map(|token| ("Sync-Token", token)).into_iter().collect();
        let path = format!("/hello/{username}");
        self.client.request(method, &path, &headers, body.as_bytes()).unwrap_or_else(|_| {
            self.client = Client::connect(self.address).expect("it listens");
            self.client.request(method, &path, &headers, body.as_bytes()).expect("an answer")
        })
    }
}

/// The token of an answer, as text.
pub(crate) fn token_of(response: &Response) -> String {
    response.header("sync-token").unwrap_or_else(|| panic!("no token: {}", response.text())).to_owned()
}

/// The token of an answer, read.
pub(crate) fn parsed(token: &str, username: &str) -> SyncToken {
    let username = Username::parse(username).expect("letters");
    SyncToken::parse(token, &username).expect("a token of this user")
}
