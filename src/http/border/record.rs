//! What operators learn of one request: metrics, one log line, and its span if it is sampled. No username, no
//! date, no path.

use crate::actors::Stages;
use crate::http::Route;
use crate::http::problem::Problem;
use crate::http::request_id;
use crate::telemetry::Metrics;
use crate::telemetry::logs::REQUEST_TARGET;
use crate::telemetry::traces::{Answered, RequestTrace, TraceIdText};
use actix_web::dev::RequestHead;
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode, Version};
use prometheus::{Histogram, IntCounter};
use std::cell::{RefCell, RefMut};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// What is counted from the start, before it first happens: a rate of what is not there would be nothing, not zero.
const EXPECTED: &[(&str, &[StatusCode])] = &[
    ("GET", &[StatusCode::OK, StatusCode::NOT_FOUND]),
    ("HEAD", &[StatusCode::OK]),
    ("PUT", &[StatusCode::NO_CONTENT]),
    ("DELETE", &[StatusCode::NO_CONTENT]),
    ("GET", FAILURES),
    ("HEAD", FAILURES),
    ("PUT", FAILURES),
    ("DELETE", FAILURES),
];
const FAILURES: &[StatusCode] = &[
    StatusCode::BAD_REQUEST,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];

/// What one worker counts, each series looked up once.
pub(super) struct Counts {
    metrics: Metrics,
    public: bool,
    series: RefCell<Vec<Series>>,
}

struct Series {
    route: Route,
    method: &'static str,
    status: StatusCode,
    requests: IntCounter,
    seconds: Histogram,
}

impl Counts {
    pub(super) fn new(metrics: &Metrics, public: bool) -> Self {
        let counts = Self { metrics: metrics.clone(), public, series: RefCell::default() };
        if public {
            for (method, statuses) in EXPECTED {
                for status in *statuses {
                    counts.series_of(Route::Hello, method, *status);
                }
            }
        }
        counts
    }

    fn count(&self, route: Route, method: &'static str, status: StatusCode, elapsed: Duration) {
        let series = self.series_of(route, method, status);
        series.requests.inc();
        series.seconds.observe(elapsed.as_secs_f64());
    }

    fn series_of(&self, route: Route, method: &'static str, status: StatusCode) -> RefMut<'_, Series> {
        RefMut::map(self.series.borrow_mut(), |series| {
            let known = series
                .iter()
                .position(|known| known.status == status && known.route == route && known.method == method);
            let index = known.unwrap_or_else(|| {
                let (pattern, families) = (route.pattern(), &self.metrics);
                let requests = families.requests.with_label_values(&[pattern, method, status.as_str()]);
                let seconds = families.request_seconds.with_label_values(&[pattern, method]);
                series.push(Series { route, method, status, requests, seconds });
                series.len() - 1
            });
            &mut series[index]
        })
    }
}

/// Begun with the head of a request, ended with its answer; one that is dropped in between was
/// abandoned by its client.
pub(super) struct Record {
    counts: Rc<Counts>,
    route: Route,
    method: &'static str,
    version: Version,
    began: Instant,
}

/// How a request ended.
pub(super) struct Ended<'request> {
    pub(super) status: StatusCode,
    pub(super) id: &'request HeaderValue,
    pub(super) problem: Option<&'request Problem>,
    pub(super) trace_id: Option<TraceIdText>,
    pub(super) stages: Stages,
}

impl Record {
    pub(super) fn begin(counts: &Rc<Counts>, route: Route, head: &RequestHead) -> Self {
        if counts.public {
            counts.metrics.requests_in_flight.inc();
        }
        let method = known_method(&head.method);
        Self { counts: Rc::clone(counts), route, method, version: head.version, began: Instant::now() }
    }

    pub(super) fn end(self, ended: &Ended<'_>, trace: Option<&RequestTrace>, slow: Duration) {
        let elapsed = self.began.elapsed();
        let Ended { status, id, problem, ref trace_id, stages } = *ended;
        let public = self.counts.public;
        if public {
            self.counts.count(self.route, self.method, status, elapsed);
        }
        let (route, method) = (self.route.pattern(), self.method);
        let status = status.as_u16();
        let duration_us = micros(elapsed);
        let request_id = request_id::text(id);
        let code = problem.map(|problem| problem.code.name());
        let cause = problem.and_then(|problem| problem.cause.as_deref());
        let trace_id = trace_id.as_ref().map(TraceIdText::as_str);
        if !public || self.route.is_probe() {
            tracing::debug!(target: REQUEST_TARGET, method, route, status, duration_us, request_id, trace_id, code, cause, "answered");
        } else if status >= 500 || elapsed > slow {
            // The sample may not hold this one, so its stages are told here.
            let (mailbox_us, store_us) = (stages.mailbox.map(micros), stages.store.map(micros));
            tracing::warn!(target: REQUEST_TARGET, method, route, status, duration_us, mailbox_us, store_us, request_id, trace_id, code, cause, "answered");
        } else {
            tracing::info!(target: REQUEST_TARGET, method, route, status, duration_us, request_id, trace_id, code, "answered");
        }
        if let Some(trace) = trace {
            trace.end(&Answered {
                method,
                route: (self.route != Route::Unknown).then_some(route),
                scrubbed_path: self.route.scrubbed_path(),
                protocol_version: if self.version == Version::HTTP_10 { "1.0" } else { "1.1" },
                status,
                problem: code,
            });
        }
    }
}

fn micros(duration: Duration) -> u64 {
    duration.as_micros() as u64
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.counts.public {
            self.counts.metrics.requests_in_flight.dec();
        }
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
