//! What a write sends to other regions: the bytes on their cables, less what goes over them at rest.

use crate::shapes::Shape;
use jubilee_lab::{Lab, Traffic};
use serde_json::{Value, json};
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

/// The regions that are written to from a third, with their replicas.
const WRITTEN_TO: [(&str, u64); 2] = [("eu", 3), ("ap", 1)];

/// Writes through the last of the shapes, whose instance stands on this host and talks to its own region's node.
pub(crate) fn measure(
    lab: &Lab,
    shapes: &[Shape],
    each: Duration,
    rate: u64,
) -> Result<Vec<Value>, Box<dyn Error>> {
    let shape = shapes.last().ok_or("there is no shape")?;
    let (began, before) = (Instant::now(), traffic(lab)?);
    thread::sleep(each);
    let a_second =
        traffic_since(lab, before)?.map(|bytes| bytes.map(|bytes| bytes / began.elapsed().as_secs_f64()));
    println!("\n| PUT in us | to | bytes there | bytes back |\n|---|---|---|---|");
    let mut told = Vec::new();
    for busy in [false, true] {
        let (began, before) = (Instant::now(), traffic(lab)?);
        let measured =
            if busy { shape.busy("PUT", each).map_err(Into::into) } else { shape.paced("PUT", rate, each) };
        let measured = match measured {
            Ok(measured) => measured,
            Err(error) => {
                println!("| invalid: {error} | | | |");
                continue;
            }
        };
        let writes = measured.per_second * each.as_secs_f64();
        let seconds = began.elapsed().as_secs_f64();
        for (place, sent) in traffic_since(lab, before)?.into_iter().enumerate() {
            let (region, replicas) = WRITTEN_TO[place];
            let [back, there] =
                std::array::from_fn(|way| ((sent[way] - a_second[place][way] * seconds) / writes).round());
            let how = if busy { "busy" } else { "low rate" };
            println!("| {how} | {region}, {replicas} replicas | {there} | {back} |");
            told.push(
                json!({ "busy": busy, "replicas": replicas, "bytes_there": there, "bytes_back": back }),
            );
        }
    }
    Ok(told)
}

fn traffic(lab: &Lab) -> Result<[Traffic; 2], Box<dyn Error>> {
    let [first, second] = WRITTEN_TO;
    Ok([lab.traffic(first.0)?, lab.traffic(second.0)?])
}

/// What the regions sent, and what they received.
fn traffic_since(lab: &Lab, before: [Traffic; 2]) -> Result<[[f64; 2]; 2], Box<dyn Error>> {
    let now = traffic(lab)?;
    Ok(std::array::from_fn(|place| {
        let since = now[place].since(before[place]);
        [since.sent as f64, since.received as f64]
    }))
}
