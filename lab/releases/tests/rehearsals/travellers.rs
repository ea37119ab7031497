//! Clients of three regions, who travel while one region is lost: `k6/regions.js`.

use crate::program::root;
use crate::stage::{REGIONS, turn, wait};
use jubilee_lab::Target;
use serde_json::Value;
use std::process::{Command, Stdio};

#[test]
fn clients_who_travel_miss_nothing_while_a_region_is_lost() {
    let turn = turn();
    let of_each =
        |what: fn(&jubilee_lab::Lab, &str) -> String| REGIONS.map(|region| what(&turn.lab, region)).join(",");
    let addresses = of_each(|lab, region| lab.client_address(region).expect("a region").to_string());
    let peers = of_each(|lab, region| lab.instance(region).expect("a region").url());
    let report = turn.report("regions");
    let mut command = Command::new(root().join("scripts/k6"));
    command.args(["run", "--quiet", "--local-ips", &addresses]).arg(root().join("k6/regions.js"));
    command.env("BASE_URL", turn.lab.geo_url()).env("PEER_URLS", peers).env("REGIONS", REGIONS.join(","));
    command.env("DURATION", "30s").env("AT_HOME", "8s").env("CLIENTS", "3").env("RATE", "3");
    let mut k6 = command.env("REPORT", &report).stdin(Stdio::null()).spawn().expect("it starts");

    let prometheus = turn.lab.prometheus().expect("it is watched");
    let served =
        "sum(increase(jubilee_http_requests_total{region=\"us\",route=\"/hello/{username}\"}[15s])) > 50";
    wait("clients of us are served", || prometheus.query(served).is_ok_and(|series| !series.is_empty()));
    turn.lab.kill(Target::Nodes("us")).expect("a fault");
    let status = k6.wait().expect("it ends");
    turn.lab.start(Target::Nodes("us")).expect("it is back");

    let text = std::fs::read_to_string(report.join("regions.json")).expect("a report");
    let told: Value = serde_json::from_str(&text).expect("JSON");
    assert!(status.success() && told["passed"] == true, "{status}: {told:#}");
}
