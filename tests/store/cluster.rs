//! The cluster store on a real node: the contract, also through a network that delays, breaks off and
//! truncates.

use crate::cells::{born, cell, soon, user, version_at};
use crate::contract::{Subject, holds};
use crate::node::{Keyspace, node};
use actix_web::rt::{System, SystemRunner};
use futures_util::future::join_all;
use jubilee::actors::ClusterStore;
use jubilee::app::SystemClock;
use jubilee::config::ClusterSettings;
use jubilee::domain::{Cell, Timestamp, Value, Version, WallClock};
use jubilee::store::cluster::Connector;
use jubilee::store::{Store, StoreError};
use jubilee::telemetry::Metrics;
use jubilee_test_support::{Direction, Proxy, wait_until};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a request may take here while the network is broken, and how much later it may end.
const TIMEOUT: Duration = Duration::from_millis(300);
const TOLERANCE: Duration = Duration::from_millis(500);
const USERS: u64 = 20;

/// A store of a migrated keyspace, closed when it is dropped.
struct Bench {
    system: SystemRunner,
    store: ClusterStore,
    // Last: the store is closed before its keyspace goes.
    keyspace: Keyspace,
}

impl Bench {
    fn new() -> Self {
        Self::with(|settings| Connector::new(settings.clone()))
    }

    /// Reaches the node through a proxy, and nowhere else.
    fn behind(proxy: &Proxy) -> Self {
        Self::with(|settings| {
            let nodes = vec![proxy.address().to_string()];
            // The node tells its own address, with the port that it was reached by.
            let told = [node().address(), (node().address().ip(), proxy.address().port()).into()];
            let translator: HashMap<SocketAddr, SocketAddr> = told.map(|told| (told, proxy.address())).into();
            Connector::new(ClusterSettings { nodes, ..settings.clone() }).through(Arc::new(translator))
        })
    }

    fn with(connector: impl FnOnce(&ClusterSettings) -> Connector) -> Self {
        let (system, keyspace) = (System::new(), Keyspace::migrated());
        let connector = connector(&keyspace.settings);
        let clock = Arc::new(SystemClock);
        let store = system.block_on(async {
            ClusterStore::start(connector, clock, Duration::from_secs(5), &Metrics::new())
        });
        let bench = Self { system, store, keyspace };
        bench.wait_until_ready();
        bench
    }

    fn wait_until_ready(&self) {
        wait_until("the store is ready", || self.store.check() == Ok(()));
    }

    fn contract_holds(&self) {
        holds(&Subject::new(&self.store, &self.system, now()).random_orders(25));
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.store.close();
    }
}

fn now() -> Timestamp {
    SystemClock.now()
}

#[test]
fn the_cluster_store_keeps_the_contract() {
    let bench = Bench::new();
    assert_eq!(bench.keyspace.name, bench.keyspace.settings.keyspace);
    bench.contract_holds();
}

/// All that may be in the store of each user: what was acknowledged last, and what was tried after.
#[derive(Default)]
struct Possible {
    written: Option<Cell>,
    tried: Vec<Cell>,
}

/// Reads and writes of many users at once, again and again; no answer may be wrong, and all end in time.
fn ask_for(bench: &Bench, rounds: u64, possible: &mut BTreeMap<u64, Possible>) -> Vec<StoreError> {
    let mut errors = Vec::new();
    for round in 0..rounds {
        let asked: Vec<_> = (0..USERS)
            .map(|number| {
                let date = format!("{:04}-03-04", 1900 + fastrand::u16(..100));
                let value = if fastrand::u8(..4) == 0 { Value::Forgotten } else { born(&date) };
                (number, cell(version_at(now(), round), value))
            })
            .collect();
        let began = Instant::now();
        let deadline = began + TIMEOUT;
        let answers = bench.system.block_on(join_all(asked.iter().map(async |(number, cell)| {
            let written = bench.store.write(&user(*number), *cell, deadline).await;
            (written, bench.store.read(&user(*number), None, deadline).await)
        })));
        let took = began.elapsed();
        assert!(took < TIMEOUT + TOLERANCE, "round {round} took {took:?}");
        for ((number, cell), (written, read)) in asked.into_iter().zip(answers) {
            let possible = possible.entry(number).or_default();
            match written {
                Ok(_) => *possible = Possible { written: Some(cell), tried: Vec::new() },
                Err(error) => {
                    possible.tried.push(cell);
                    errors.push(error);
                }
            }
            match read {
                Ok(answer) => possible.hold(answer.value),
                Err(error) => errors.push(error),
            }
        }
    }
    errors
}

impl Possible {
    fn hold(&self, read: Option<Cell>) {
        let well = read == self.written || self.tried.iter().any(|tried| read == Some(*tried));
        assert!(well, "{read:?} was read; {:?} was acknowledged, {:?} tried", self.written, self.tried);
    }
}

#[test]
fn behind_a_broken_network_no_answer_is_wrong_and_none_comes_late() {
    let proxy = Proxy::start(node().address()).expect("a free port");
    let bench = Bench::behind(&proxy);
    let mut possible = BTreeMap::new();
    type Fault = fn(&Proxy);
    let faults: [(&str, Fault, bool); 5] = [
        ("delayed", |proxy| proxy.delay(Direction::Down, Duration::from_millis(20)), false),
        ("cut", Proxy::cut, true),
        ("truncated", |proxy| proxy.truncate(1_000), true),
        ("truncated at once", |proxy| proxy.truncate(5), true),
        ("swallowed", Proxy::swallow, true),
    ];
    for (name, fault, fails) in faults {
        fault(&proxy);
        let errors = ask_for(&bench, 5, &mut possible);
        assert_eq!(!errors.is_empty(), fails, "{name}: {errors:?}");
        let known = |error: &StoreError| matches!(error, StoreError::Unavailable(_) | StoreError::TimedOut);
        assert!(errors.iter().all(known), "{name}: {errors:?}");
        proxy.heal();
        bench.wait_until_ready();
        wait_until("the store answers again", || {
            bench.system.block_on(bench.store.read(&user(0), None, soon())).is_ok()
        });
        for (number, possible) in &possible {
            let read = bench.system.block_on(bench.store.read(&user(*number), None, soon()));
            possible.hold(read.expect("a read").value);
        }
    }
    let passed = || [Direction::Up, Direction::Down].map(|direction| proxy.passed(direction));
    let before = passed();
    bench.contract_holds();
    let bytes = [0, 1].map(|direction| passed()[direction] - before[direction]);
    assert!(bytes.iter().all(|bytes| *bytes > 20_000), "only {bytes:?} went through the proxy");
}

#[test]
fn the_answer_names_the_region_whose_quorum_gave_it() {
    let bench = Bench::new();
    let cell = cell(Version::from_micros(7), born("1815-12-10"));
    let written = bench.system.block_on(bench.store.write(&user(1), cell, soon())).expect("a write");
    let read = bench.system.block_on(bench.store.read(&user(1), None, soon())).expect("a read");
    for region in [written.region, read.region] {
        assert_eq!(region.expect("a region").as_str(), "eu");
    }
}
