//! What operators learn of one request: metrics and one log line. No username, no date, no path.

use crate::http::Route;
use crate::http::problem::Problem;
use crate::http::request_id;
use crate::telemetry::Metrics;
use crate::telemetry::logs::REQUEST_TARGET;
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use tokio::time::Instant;

/// Begun with the head of a request, ended with its answer; one that is dropped in between was
/// abandoned by its client.
pub(super) struct Record {
    metrics: Metrics,
    route: Route,
    method: &'static str,
    public: bool,
    began: Instant,
}

impl Record {
    pub(super) fn begin(metrics: &Metrics, route: Route, method: &Method, public: bool) -> Self {
        metrics.requests_in_flight.inc();
        Self { metrics: metrics.clone(), route, method: known_method(method), public, began: Instant::now() }
    }

    pub(super) fn end(self, status: StatusCode, id: &HeaderValue, problem: Option<&Problem>) {
        let elapsed = self.began.elapsed();
        let route = self.route.pattern();
        if self.public {
            self.metrics.requests.with_label_values(&[route, self.method, status.as_str()]).inc();
            self.metrics
                .request_seconds
                .with_label_values(&[route, self.method])
                .observe(elapsed.as_secs_f64());
        }
        let method = self.method;
        let status = status.as_u16();
        let duration_us = elapsed.as_micros() as u64;
        let request_id = request_id::text(id);
        let code = problem.map(|problem| problem.code.name());
        let cause = problem.and_then(|problem| problem.cause.as_deref());
        if status >= 500 && self.public && !self.route.is_probe() {
            tracing::warn!(target: REQUEST_TARGET, method, route, status, duration_us, request_id, code, cause, "answered");
        } else if self.public && !self.route.is_probe() {
            tracing::info!(target: REQUEST_TARGET, method, route, status, duration_us, request_id, code, "answered");
        } else {
            tracing::debug!(target: REQUEST_TARGET, method, route, status, duration_us, request_id, code, cause, "answered");
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.metrics.requests_in_flight.dec();
    }
}

/// A method as a label: one that nobody serves is `other`.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::POST => "POST",
        _ => "other",
    }
}
