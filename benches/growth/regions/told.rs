//! How much an instance tells those who watch it: the series of its metrics, the log line of a request.

use crate::shapes::Shape;
use crate::support::users::username;
use jubilee_test_support::{Client, Process, wait_until};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;

const REQUESTS: usize = 20;

/// Of the first shape, whose cluster has one region, and of the last, whose has three.
pub(crate) fn measure(shapes: &[Shape]) -> Result<Value, Box<dyn Error>> {
    let (Some(first), Some(last)) = (shapes.first(), shapes.last()) else { return Err("no shape".into()) };
    let (one, three) = (series(&first.server.process)?, series(&last.server.process)?);
    let line = log_line(last)?;
    println!("\nseries: {one} with one region, {three} with three; {line:.0} bytes of log a request");
    Ok(
        json!({ "series_of_one_region": one, "series_of_three_regions": three, "log_line_bytes": line.round() }),
    )
}

fn series(process: &Process) -> Result<usize, Box<dyn Error>> {
    let mut client = Client::connect(process.admin)?;
    let metrics = client.request("GET", "/metrics", &[], b"")?;
    Ok(metrics.text().lines().filter(|line| !line.starts_with('#')).count())
}

/// The mean of some requests' lines; an empty log is what the last measurement has left.
fn log_line(shape: &Shape) -> Result<f64, Box<dyn Error>> {
    let mut client = shape.server.process.client();
    for number in 0..REQUESTS {
        let answer = client.request("GET", format!("/hello/{}", username(number as u64)), &[], b"")?;
        if answer.status != 200 {
            return Err(answer.text().into());
        }
    }
    let lines = || -> Vec<usize> {
        let log = fs::read_to_string(&shape.log).unwrap_or_default();
        log.lines().filter(|line| line.contains("/hello/")).map(|line| line.len() + 1).collect()
    };
    // They are written in batches.
    wait_until("the requests are in the log", || lines().len() >= REQUESTS);
    let lines = lines();
    Ok(lines.iter().sum::<usize>() as f64 / lines.len() as f64)
}
