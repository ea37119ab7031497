//! What an operator's dashboard shows, on a terminal: read from the instances themselves, and so with or without
//! Prometheus.

mod view;

pub use view::View;

use super::Lab;
use super::parts::{ASK, Instance};
use super::start::served_by;
use super::status::state_of_instance;
use crate::exposition::{Buckets, Exposition};
use crate::http;
use crate::plan::Region;
use std::thread;
use std::time::{Duration, Instant};

/// Only what users ask for: probes would drown it.
const ROUTE: &str = "/hello/{username}";

/// What all regions said of themselves at a moment.
#[derive(Clone, Debug)]
pub struct Reading {
    at: Instant,
    regions: Vec<RegionReading>,
}

#[derive(Clone, Debug)]
struct RegionReading {
    name: String,
    state: String,
    /// Which region answers its clients.
    served_by: String,
    requests: f64,
    errors: f64,
    seconds: Buckets,
    /// From which region, and how long a write takes.
    lag: Vec<(String, f64)>,
}

impl Lab {
    /// Asks every instance for its metrics; two readings make a [`View`].
    pub fn read_metrics(&self) -> Reading {
        let regions = thread::scope(|scope| {
            // At the same time: one that hangs holds nobody up.
            let asked: Vec<_> =
                self.plan.regions().map(|region| scope.spawn(move || self.read_region(&region))).collect();
            asked.into_iter().filter_map(|asked| asked.join().ok()).collect()
        });
        Reading { at: Instant::now(), regions }
    }

    fn read_region(&self, region: &Region<'_>) -> RegionReading {
        let instance = Instance::new(region);
        let metrics = http::get(instance.admin, "/metrics", None, ASK).map(|answer| answer.body);
        let metrics = Exposition::parse(&metrics.unwrap_or_default());
        let name = region.name().to_owned();
        RegionReading {
            state: state_of_instance(self.instance_process(region).life(), &instance),
            served_by: served_by(self, region).unwrap_or_else(|_| "nobody".into()),
            ..RegionReading::of(name, &metrics)
        }
    }
}

impl RegionReading {
    fn of(name: String, metrics: &Exposition) -> Self {
        let requests = "jubilee_http_requests_total";
        let lag = metrics.named("jubilee_replication_lag_seconds").filter(|lag| lag.label("to") == name);
        Self {
            state: String::new(),
            served_by: String::new(),
            requests: metrics.sum(requests, |sample| sample.label("route") == ROUTE),
            errors: metrics.sum(requests, |sample| {
                sample.label("route") == ROUTE && sample.label("status").starts_with('5')
            }),
            seconds: metrics
                .buckets("jubilee_http_request_duration_seconds", |sample| sample.label("route") == ROUTE),
            lag: lag.map(|lag| (lag.label("from").to_owned(), lag.value)).collect(),
            name,
        }
    }
}

impl Reading {
    /// What has happened since an earlier reading.
    pub fn since(&self, earlier: &Self) -> View {
        let seconds =
            self.at.saturating_duration_since(earlier.at).max(Duration::from_millis(1)).as_secs_f64();
        View::of(self.regions.iter().map(|now| {
            let before = earlier.regions.iter().find(|before| before.name == now.name);
            now.since(before.unwrap_or(now), seconds)
        }))
    }
}

impl RegionReading {
    fn since(&self, before: &Self, seconds: f64) -> view::Row {
        // A restart begins at nought.
        let restarted = self.requests < before.requests;
        let grown = |now: f64, before: f64| (if restarted { now } else { now - before }) / seconds;
        let times = if restarted { self.seconds.clone() } else { self.seconds.since(&before.seconds) };
        view::Row {
            region: self.name.clone(),
            state: self.state.clone(),
            requests: grown(self.requests, before.requests),
            errors: grown(self.errors, before.errors),
            median: times.quantile(0.5),
            slowest: times.quantile(0.99),
            lag: self.lag.clone(),
            served_by: self.served_by.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exposition, Reading, RegionReading};
    use std::time::{Duration, Instant};

    fn reading(at: Instant, answered: u32, failed: u32) -> Reading {
        let route = "route=\"/hello/{username}\",method=\"GET\"";
        let text = format!(
            "jubilee_http_requests_total{{{route},status=\"200\"}} {answered}\n\
             jubilee_http_requests_total{{{route},status=\"503\"}} {failed}\n\
             jubilee_http_requests_total{{route=\"/readyz\",method=\"GET\",status=\"200\"}} 1000\n\
             jubilee_http_request_duration_seconds_bucket{{{route},le=\"0.01\"}} {answered}\n\
             jubilee_http_request_duration_seconds_bucket{{{route},le=\"+Inf\"}} {answered}\n\
             jubilee_replication_lag_seconds{{from=\"us\",to=\"eu\"}} 0.012\n\
             jubilee_replication_lag_seconds{{from=\"ap\",to=\"eu\"}} NaN\n"
        );
        let eu = RegionReading::of("eu".into(), &Exposition::parse(&text));
        Reading { at, regions: vec![RegionReading { state: "ready".into(), served_by: "eu".into(), ..eu }] }
    }

    #[test]
    fn two_readings_make_rates_of_users_requests_and_errors() {
        let (now, later) = (Instant::now(), Instant::now() + Duration::from_secs(2));
        let view = reading(later, 120, 4).since(&reading(now, 20, 0)).to_string();
        let row = view.lines().nth(1).expect("a row").split_whitespace().collect::<Vec<_>>().join(" ");
        // 100 answered and 4 failed in 2 s; half of them took less than half of 10 ms.
        assert_eq!(row, "eu 52.0 2.0 5.0 ms 9.9 ms us 12 ms, ap ? eu ready");
    }

    #[test]
    fn a_restart_counts_from_nought() {
        let (now, later) = (Instant::now(), Instant::now() + Duration::from_secs(1));
        let view = reading(later, 10, 0).since(&reading(now, 5000, 9)).to_string();
        assert!(view.contains(" 10.0 "), "{view}");
    }
}
