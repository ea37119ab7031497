//! One laboratory in several shapes: a keyspace for each, so that all are measured in turns on the same warm nodes.

use crate::paced;
use crate::processors::Used;
use crate::support::measured::Measured;
use crate::support::server::Server;
use crate::support::users::username;
use crate::support::wrk::Questions;
use crate::{PROGRAM, import};
use jubilee_lab::Lab;
use jubilee_test_support::wait_until;
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const USERS: u64 = 2_000;
const CONNECTIONS: u16 = 32;
/// The nodes' JVMs translate their code meanwhile.
const WARM_UP: Duration = Duration::from_secs(3);

/// Where the replicas of a user stand, and an instance that asks them.
pub(crate) struct Shape {
    name: &'static str,
    region: &'static str,
    pub(crate) server: Server,
    /// Where the server logs.
    pub(crate) log: PathBuf,
    names: PathBuf,
}

impl Shape {
    /// All that are measured, and last the one that writes from a region of one node to one of three.
    pub(crate) fn all(lab: &Lab, folder: &Path) -> Result<Vec<Self>, Box<dyn Error>> {
        let names = folder.join("names");
        fs::write(&names, import::sample(USERS).map(username).collect::<Vec<_>>().join("\n"))?;
        [
            ("1 replica in 1 region", "eu", "one", "eu:1"),
            ("3 replicas in 1 region", "eu", "three", "eu:3"),
            ("1 replica in each of 3 regions", "eu", "regions", "eu:1,us:1,ap:1"),
            ("3 replicas here, 1 in each of 2 regions", "eu", "both", "eu:3,us:1,ap:1"),
            ("1 replica here, 3 and 1 elsewhere", "us", "both", "eu:3,us:1,ap:1"),
        ]
        .into_iter()
        .map(|(name, region, keyspace, replication)| {
            let settings = [("KEYSPACE", keyspace), ("REPLICATION", replication)];
            let environment = prepare(lab, region, &settings)?;
            let own = folder.join(format!("{region}-{keyspace}"));
            import::import(PROGRAM, &own, USERS, &environment)?;
            let variables: Vec<_> =
                environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let server = Server::start(PROGRAM, "serve", &own, &[], &variables);
            let mut client = server.process.client();
            wait_until("the session is made", || {
                client.request("GET", "/readyz", &[], b"").is_ok_and(|ready| ready.status == 200)
            });
            Ok(Self { name, region, server, log: own.join("serve.log"), names: names.clone() })
        })
        .collect()
    }

    /// As many as it can answer, from connections that always wait for the next answer.
    pub(crate) fn busy(&self, method: &'static str, each: Duration) -> io::Result<Measured> {
        let questions = Questions { method, users: &self.names, connections: CONNECTIONS };
        self.server.measure(questions, each.as_secs())
    }

    /// So many a second, which is few.
    pub(crate) fn paced(
        &self,
        method: &'static str,
        rate: u64,
        each: Duration,
    ) -> Result<Measured, Box<dyn Error>> {
        let before = self.server.cpu_seconds()?;
        let load = paced::ask(self.server.process.public, method, USERS, rate, each)?;
        Ok(Measured::new(&load, self.server.cpu_seconds()? - before))
    }
}

/// Makes a keyspace, and gives what an instance of the region is told to use it.
pub(crate) fn prepare(
    lab: &Lab,
    region: &str,
    cluster: &[(&str, &str)],
) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut environment = lab.environment(region)?;
    for (name, value) in cluster {
        let name = format!("JUBILEE_CLUSTER_{name}");
        environment.retain(|(known, _)| *known != name);
        environment.push((name, (*value).to_owned()));
    }
    let told = environment.iter().map(|(name, value)| (name, value));
    let output = Command::new(PROGRAM).arg("migrate").envs(told).output()?;
    if output.status.success() {
        Ok(environment)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

/// What one question at a time and what many at once cost, of each shape in turns.
pub(crate) fn measure(
    lab: &Lab,
    shapes: &[Shape],
    rounds: u64,
    each: Duration,
    rate: u64,
) -> Result<Vec<Value>, Box<dyn Error>> {
    for shape in shapes {
        warm_up(shape);
    }
    let shapes = &shapes[..shapes.len() - 1];
    println!(
        "\n| shape | asked | {} | {} |\n|---|---|---|---|---|---|---|---|---|---|",
        Used::COLUMNS,
        Measured::COLUMNS
    );
    let mut costs: Vec<Vec<Cost>> = shapes.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for turn in 0..shapes.len() {
            let which = (round as usize + turn) % shapes.len();
            let shape = &shapes[which];
            let at_rest = at_rest(lab, shape, each)?;
            for kind in KINDS {
                match kind.measure(lab, shape, each, rate, at_rest) {
                    Ok(cost) => {
                        println!("| {} | {} | {} | {} |", shape.name, kind.name(), cost.used, cost.measured);
                        costs[which].push(cost);
                    }
                    Err(error) => println!("| {} | {} | invalid: {error} |", shape.name, kind.name()),
                }
            }
        }
    }
    shapes.iter().zip(&costs).map(|(shape, costs)| told(shape, costs)).collect()
}

/// A run that is not all 2xx warms up as well.
fn warm_up(shape: &Shape) {
    for method in ["GET", "PUT"] {
        if let Err(error) = shape.busy(method, WARM_UP) {
            println!("warming up {}: {error}", shape.name);
        }
    }
}

/// What all processes use in a second when nobody asks; every instance probes and beats meanwhile.
fn at_rest(lab: &Lab, shape: &Shape, each: Duration) -> Result<Used, Box<dyn Error>> {
    let (began, before) = (Instant::now(), Used::so_far(lab, shape.region, &shape.server)?);
    thread::sleep(each);
    let used = Used::so_far(lab, shape.region, &shape.server)? - before;
    Ok(used.times(1.0 / began.elapsed().as_secs_f64()))
}

/// How it is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    method: &'static str,
    busy: bool,
}

const KINDS: [Kind; 4] = [
    Kind { method: "GET", busy: false },
    Kind { method: "PUT", busy: false },
    Kind { method: "GET", busy: true },
    Kind { method: "PUT", busy: true },
];

/// What was measured of one shape in one round.
#[derive(Clone, Copy)]
struct Cost {
    kind: Kind,
    /// By each request.
    used: Used,
    measured: Measured,
}

impl Kind {
    fn name(self) -> String {
        format!("{}, {}", self.method, if self.busy { "busy" } else { "low rate" })
    }

    fn measure(
        self,
        lab: &Lab,
        shape: &Shape,
        each: Duration,
        rate: u64,
        at_rest: Used,
    ) -> Result<Cost, Box<dyn Error>> {
        let (began, before) = (Instant::now(), Used::so_far(lab, shape.region, &shape.server)?);
        let measured =
            if self.busy { shape.busy(self.method, each)? } else { shape.paced(self.method, rate, each)? };
        let used = Used::so_far(lab, shape.region, &shape.server)? - before;
        let at_rest = at_rest.times(began.elapsed().as_secs_f64());
        let requests = measured.per_second * each.as_secs_f64();
        Ok(Cost { kind: self, used: used.of_each(at_rest, requests), measured })
    }
}

/// The medians of the rounds.
fn told(shape: &Shape, costs: &[Cost]) -> Result<Value, Box<dyn Error>> {
    let mut told = json!({ "shape": shape.name });
    for kind in KINDS {
        let costs = || costs.iter().filter(|cost| cost.kind == kind);
        if costs().next().is_none() {
            return Err(format!("{}: no valid run of {}", shape.name, kind.name()).into());
        }
        let used = Used::median(costs().map(|cost| cost.used));
        let measured = Measured::median(costs().map(|cost| cost.measured));
        println!("| {}: median | {} | {used} | {measured} |", shape.name, kind.name());
        told[format!("{}_{}", kind.method.to_lowercase(), if kind.busy { "busy" } else { "paced" })] = json!({
            "instance_micros": used.instance.round(),
            "own_nodes_micros": used.own_nodes.round(),
            "other_nodes_micros": used.other_nodes.round(),
            "per_second": measured.per_second.round(),
            "p50_micros": measured.p50_micros,
            "p99_micros": measured.p99_micros,
        });
    }
    Ok(told)
}
