//! A laboratory's Prometheus, asked over its HTTP API.

use crate::{LabError, http};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// What one question may take.
const ASK: Duration = Duration::from_secs(10);

/// A Prometheus that runs.
#[derive(Clone, Copy, Debug)]
pub struct Prometheus(pub(crate) SocketAddr);

/// One series of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its labels, its name as `__name__` if it has one.
    pub labels: BTreeMap<String, String>,
    /// Moments, in seconds since 1970, and values.
    pub samples: Vec<(f64, f64)>,
}

/// An alert, as Prometheus or Alertmanager tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Alert {
    /// What tells it apart; `alertname` is its name.
    pub labels: BTreeMap<String, String>,
    /// `pending` or `firing` at Prometheus, `active` or `suppressed` at Alertmanager.
    pub state: String,
}

impl Alert {
    /// Its name.
    pub fn name(&self) -> &str {
        self.labels.get("alertname").map_or("", String::as_str)
    }
}

impl Prometheus {
    /// Where it is served, for browsers too.
    pub fn url(&self) -> String {
        format!("http://{}", self.0)
    }

    /// Evaluates an expression of PromQL now.
    ///
    /// # Errors
    /// If it does not answer, or refuses the expression.
    pub fn query(&self, expression: &str) -> Result<Vec<Series>, LabError> {
        let data = self.ask(&format!("/api/v1/query?query={}", encoded(expression)))?;
        series(&data).ok_or_else(|| self.not_understood(&data))
    }

    /// Evaluates an expression of PromQL over a time, which ends now.
    ///
    /// # Errors
    /// As [`Prometheus::query`].
    pub fn query_range(
        &self,
        expression: &str,
        over: Duration,
        step: Duration,
    ) -> Result<Vec<Series>, LabError> {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = since_1970.unwrap_or_default().as_secs_f64();
        let (start, step) = (now - over.as_secs_f64(), step.as_secs_f64());
        let query = encoded(expression);
        let data =
            self.ask(&format!("/api/v1/query_range?query={query}&start={start}&end={now}&step={step}"))?;
        series(&data).ok_or_else(|| self.not_understood(&data))
    }

    /// The alerts that are pending or firing.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn alerts(&self) -> Result<Vec<Alert>, LabError> {
        let mut data = self.ask("/api/v1/alerts")?;
        serde_json::from_value(data["alerts"].take()).map_err(|_| self.not_understood(&data))
    }

    fn ask(&self, path: &str) -> Result<Value, LabError> {
        let answer = http::get(self.0, path, None, ASK).map_err(|error| self.failed(&error.to_string()))?;
        let mut body: Value =
            serde_json::from_str(&answer.body).map_err(|_| self.failed(answer.body.trim()))?;
        match body["status"].as_str() {
            Some("success") => Ok(body["data"].take()),
            _ => Err(self.failed(body["error"].as_str().unwrap_or("no reason is given"))),
        }
    }

    fn failed(&self, why: &str) -> LabError {
        LabError::failed(format!("Prometheus at {}: {why}", self.0))
    }

    fn not_understood(&self, data: &Value) -> LabError {
        self.failed(&format!("its answer is not understood: {data}"))
    }
}

fn encoded(expression: &str) -> impl std::fmt::Display {
    utf8_percent_encode(expression, NON_ALPHANUMERIC)
}

/// The series of a vector, a matrix or a scalar.
fn series(data: &Value) -> Option<Vec<Series>> {
    let result = &data["result"];
    if data["resultType"].as_str()? == "scalar" {
        return Some(vec![Series { labels: BTreeMap::new(), samples: vec![sample(result)?] }]);
    }
    let one = |series: &Value| {
        let labels = serde_json::from_value(series["metric"].clone()).ok()?;
        let samples = match (series.get("value"), series.get("values")) {
            (Some(value), _) => vec![sample(value)?],
            (None, values) => values?.as_array()?.iter().map(sample).collect::<Option<_>>()?,
        };
        Some(Series { labels, samples })
    };
    result.as_array()?.iter().map(one).collect()
}

/// `[1700000000.1, "0.5"]`; the value may be `NaN`, `+Inf` or `-Inf`.
fn sample(pair: &Value) -> Option<(f64, f64)> {
    Some((pair.get(0)?.as_f64()?, pair.get(1)?.as_str()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::series;

    #[test]
    fn vectors_matrices_and_scalars_are_read_alike() {
        let read = |text: &str| series(&serde_json::from_str(text).expect("JSON")).expect("series");
        let vector =
            read(r#"{"resultType":"vector","result":[{"metric":{"region":"eu"},"value":[17.5,"0.25"]}]}"#);
        assert_eq!(
            (vector[0].labels["region"].as_str(), &vector[0].samples[..]),
            ("eu", &[(17.5, 0.25)][..])
        );
        let matrix = read(
            r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1,"NaN"],[2,"+Inf"],[3,"4"]]}]}"#,
        );
        let values: Vec<_> = matrix[0].samples.iter().map(|(_, value)| *value).collect();
        assert!(values[0].is_nan() && values[1] == f64::INFINITY && values[2] == 4.0, "{values:?}");
        assert_eq!(read(r#"{"resultType":"scalar","result":[5,"2"]}"#)[0].samples, [(5.0, 2.0)]);
        assert!(read(r#"{"resultType":"vector","result":[]}"#).is_empty());
    }
}
