//! A laboratory's Alertmanager, asked over its HTTP API, version 2.

use crate::prometheus::Alert;
use crate::{LabError, http};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// What one question may take.
const ASK: Duration = Duration::from_secs(10);

/// An Alertmanager that runs.
#[derive(Clone, Copy, Debug)]
pub struct Alertmanager(pub(crate) SocketAddr);

#[derive(Deserialize)]
struct Told {
    labels: BTreeMap<String, String>,
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    state: String,
}

impl Alertmanager {
    /// Where it is served, for browsers too.
    pub fn url(&self) -> String {
        format!("http://{}", self.0)
    }

    /// The alerts that ring, or would if another alert or a silence did not suppress them; what has been resolved is no
    /// more among them.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn alerts(&self) -> Result<Vec<Alert>, LabError> {
        let failed = |why: &str| LabError::failed(format!("Alertmanager at {}: {why}", self.0));
        let answer =
            http::get(self.0, "/api/v2/alerts", None, ASK).map_err(|error| failed(&error.to_string()))?;
        parse(&answer.body).ok_or_else(|| failed(answer.body.trim()))
    }
}

fn parse(body: &str) -> Option<Vec<Alert>> {
    let told: Vec<Told> = serde_json::from_str(body).ok()?;
    Some(told.into_iter().map(|told| Alert { labels: told.labels, state: told.status.state }).collect())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_alert_has_labels_and_a_state() {
        let alerts = parse(
            r#"[{"annotations":{},"endsAt":"2026-01-01T00:00:00Z","fingerprint":"f","receivers":[{"name":"page"}],
                "startsAt":"2026-01-01T00:00:00Z","status":{"inhibitedBy":["g"],"silencedBy":[],"state":"suppressed"},
                "updatedAt":"2026-01-01T00:00:00Z","labels":{"alertname":"Lost","region":"us"}}]"#,
        );
        let alerts = alerts.expect("alerts");
        assert_eq!((alerts[0].name(), alerts[0].state.as_str()), ("Lost", "suppressed"));
        assert_eq!(alerts[0].labels["region"], "us");
        assert_eq!(parse("Not found"), None);
    }
}
