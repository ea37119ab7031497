//! Prometheus, asked over its HTTP API. What it does not tell counts as not known, never as well.

use crate::migrations::Numbers;
use crate::tools::Monitor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::time::Duration;
use ureq::Agent;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Open descriptors that are no connection, by instance and the moment it was started: one that was started again is
/// another one.
pub type Descriptors = BTreeMap<(String, String), f64>;

/// An alert that is pending or firing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// Where, if it says.
    pub region: Option<String>,
    /// Whether it wakes somebody.
    pub pages: bool,
    /// Whether it fires; else it is pending.
    pub fires: bool,
}

/// A Prometheus.
#[derive(Debug)]
pub struct Prometheus {
    url: String,
    agent: Agent,
}

type Labels = BTreeMap<String, String>;

impl Prometheus {
    /// The one at this address, such as `http://127.0.0.1:9090`.
    pub fn new(url: &str) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .user_agent(concat!("jubilee-rollout/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { url: url.trim_end_matches('/').to_owned(), agent: agent.into() }
    }

    fn ask<Data: DeserializeOwned>(&self, path: &str) -> Result<Data, String> {
        #[derive(Deserialize)]
        struct Answer<Data> {
            status: String,
            error: Option<String>,
            data: Option<Data>,
        }
        let answer = self.agent.get(format!("{}{path}", self.url)).call();
        let text = answer.and_then(|answer| answer.into_body().read_to_string());
        let text = text.map_err(|error| format!("Prometheus cannot be asked: {error}"))?;
        let answer: Answer<Data> = serde_json::from_str(&text)
            .map_err(|error| format!("Prometheus answers something that is not understood: {error}"))?;
        match answer {
            Answer { status, data: Some(data), .. } if status == "success" => Ok(data),
            Answer { error, .. } => Err(format!("Prometheus refuses: {}", error.unwrap_or_default())),
        }
    }

    /// The series of an expression; a value that is not finite is none.
    fn query(&self, expression: &str) -> Result<Vec<(Labels, f64)>, String> {
        #[derive(Deserialize)]
        struct Vector {
            result: Vec<Series>,
        }
        #[derive(Deserialize)]
        struct Series {
            metric: Labels,
            value: (f64, String),
        }
        let query = utf8_percent_encode(expression, NON_ALPHANUMERIC);
        let vector: Vector = self.ask(&format!("/api/v1/query?query={query}"))?;
        let known = |series: Series| {
            let value: f64 = series.value.1.parse().ok()?;
            value.is_finite().then_some((series.metric, value))
        };
        Ok(vector.result.into_iter().filter_map(known).collect())
    }

    /// With no rules, or rules that fail, nothing would ever ring.
    fn check_rules(&self) -> Result<(), String> {
        #[derive(Deserialize)]
        struct Groups {
            groups: Vec<Group>,
        }
        #[derive(Deserialize)]
        struct Group {
            rules: Vec<Rule>,
        }
        #[derive(Deserialize)]
        struct Rule {
            name: String,
            health: String,
            #[serde(default)]
            labels: Labels,
        }
        let groups: Groups = self.ask("/api/v1/rules?type=alert")?;
        let rules: Vec<_> = groups.groups.into_iter().flat_map(|group| group.rules).collect();
        if !rules.iter().any(|rule| rule.labels.get("severity").is_some_and(|severity| severity == "page")) {
            return Err("Prometheus has no rule that pages".to_owned());
        }
        match rules.iter().find(|rule| rule.health != "ok") {
            Some(rule) => {
                Err(format!("Prometheus does not evaluate {}: its health is {}", rule.name, rule.health))
            }
            None => Ok(()),
        }
    }

    fn gauge(&self, name: &str, region: &str) -> Result<BTreeMap<String, f64>, String> {
        let series = self.query(&format!("{name}{{job=\"jubilee\",region={region:?}}}"))?;
        Ok(series
            .into_iter()
            .filter_map(|(mut labels, value)| Some((labels.remove("instance")?, value)))
            .collect())
    }
}

impl Monitor for Prometheus {
    fn alerts(&self) -> Result<Vec<Alert>, String> {
        self.check_rules()?;
        let alert = |(mut labels, _): (Labels, f64)| Alert {
            name: labels.remove("alertname").unwrap_or_default(),
            region: labels.remove("region"),
            pages: labels.get("severity").is_some_and(|severity| severity == "page"),
            fires: labels.get("alertstate").is_some_and(|state| state == "firing"),
        };
        Ok(self.query("ALERTS")?.into_iter().map(alert).collect())
    }

    fn descriptors(&self, region: &str) -> Result<Descriptors, String> {
        let open = self.gauge("process_open_fds", region)?;
        let started = self.gauge("process_start_time_seconds", region)?;
        let clients = self.gauge("jubilee_http_connections", region)?;
        // Told only where there is a cluster.
        let driver = self.gauge("jubilee_driver_connections", region)?;
        let other = |(instance, open): (String, f64)| {
            let connections = clients.get(&instance)? + driver.get(&instance).unwrap_or(&0.0);
            let started = started.get(&instance)?.to_string();
            Some(((instance, started), open - connections))
        };
        Ok(open.into_iter().filter_map(other).collect())
    }

    fn numbers(&self) -> Result<Numbers, String> {
        let mut numbers = Numbers::new();
        for (mut labels, _) in self.query("jubilee_build_info")? {
            if let (Some(region), Some(version)) = (labels.remove("region"), labels.remove("version")) {
                numbers.entry(region).or_default().insert(version);
            }
        }
        Ok(numbers)
    }
}

impl Alert {
    /// Whether it speaks against what that region runs. One that is pending does if it would page: its moment may come
    /// after ours.
    pub fn is_against(&self, region: &str, known: &[String]) -> bool {
        let here = self.region.as_deref() == Some(region);
        here && if self.fires { self.pages || !known.contains(&self.name) } else { self.pages }
    }

    /// Whether somebody is being woken by it.
    pub fn is_paging(&self) -> bool {
        self.pages && self.fires
    }
}

impl std::fmt::Display for Alert {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = if self.fires { "fires" } else { "is pending" };
        write!(formatter, "{} {state}", self.name)?;
        match &self.region {
            Some(region) => write!(formatter, " in {region}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "monitor_tests.rs"]
mod tests;
