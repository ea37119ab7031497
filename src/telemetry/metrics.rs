//! Every metric that there is: names, labels and help texts stand here and nowhere else.
//!
//! Label values are drawn from fixed sets (routes, methods, codes), so that no client can make their
//! number grow.

use prometheus::process_collector::ProcessCollector;
use prometheus::{
    GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use std::ops::Deref;
use std::sync::Arc;

/// From 50 microseconds to the default deadline and beyond.
const SECONDS_BUCKETS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0,
    5.0,
];
/// From 1 microsecond: a mailbox is near.
const WAIT_BUCKETS: &[f64] = &[
    0.000_001, 0.000_005, 0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0,
];
const GROUP_BUCKETS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0];

/// The metrics of one process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Families>);

/// Each metric, to be observed.
#[derive(Debug)]
pub struct Families {
    registry: Registry,
    /// Answers, by `route`, `method` and `status`.
    pub requests: IntCounterVec,
    /// Seconds from a request's head to its answer, by `route` and `method`.
    pub request_seconds: HistogramVec,
    /// Requests being answered.
    pub requests_in_flight: IntGauge,
    /// Requests refused at once, by `reason`.
    pub rejected: IntCounterVec,
    /// Requests that panicked and were answered 500.
    pub panics: IntCounter,
    /// Seconds that a request waited in a Greeter's mailbox.
    pub mailbox_wait_seconds: Histogram,
    /// Actors started again after a panic, by `actor`.
    pub actor_restarts: IntCounterVec,
    /// Seconds that a store operation took, by `operation` and `outcome`.
    pub store_seconds: HistogramVec,
    /// Reads answered by one that another request had sent.
    pub joined_reads: IntCounter,
    /// Requests answered by another region because this one's data centre was lost, by `operation` and
    /// `region`.
    pub failovers: IntCounterVec,
    /// Reads whose sync token this region could not satisfy, by `outcome`.
    pub escalations: IntCounterVec,
    /// Seconds that a write in region `from` takes to be in region `to`.
    pub replication_lag_seconds: GaugeVec,
    /// Seconds that this instance's clock is ahead of those of a `region`.
    pub clock_skew_seconds: GaugeVec,
    /// 1 while there is a session with the cluster.
    pub session_up: IntGauge,
    /// Sessions made.
    pub sessions: IntCounter,
    /// Connections of the driver's.
    pub driver_connections: IntGauge,
    /// What the driver has counted, by `event`.
    pub driver_events: IntCounterVec,
    /// 1 while this region's data centre is taken for lost.
    pub breaker_open: IntGauge,
    /// Writes in one group commit.
    pub group_commit_writes: Histogram,
    /// Seconds that a group commit took, its fsync included.
    pub group_commit_seconds: Histogram,
    /// Times the embedded file was opened again after an error.
    pub store_reopens: IntCounter,
    /// Spans, by what became of them (`outcome`).
    pub spans: IntCounterVec,
    /// Log lines lost because they could not be written as fast as they came.
    pub log_lines_lost: IntCounter,
}

impl Deref for Metrics {
    type Target = Families;

    fn deref(&self) -> &Families {
        &self.0
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All metrics at zero, in a registry of their own.
    ///
    /// # Panics
    /// If two metrics had the same name: a fault of this file, which any test shows.
    pub fn new() -> Self {
        let make = Maker(Registry::new());
        let families = Families {
            requests: make.counters(
                "jubilee_http_requests_total",
                "Answers, by route pattern, method and status",
                &["route", "method", "status"],
            ),
            request_seconds: make.histograms(
                "jubilee_http_request_duration_seconds",
                "Time from a request's head to its answer, by route pattern and method",
                SECONDS_BUCKETS,
                &["route", "method"],
            ),
            requests_in_flight: make.gauge("jubilee_http_requests_in_flight", "Requests being answered"),
            rejected: make.counters(
                "jubilee_requests_rejected_total",
                "Requests refused at once, by reason",
                &["reason"],
            ),
            panics: make
                .counter("jubilee_request_panics_total", "Requests that panicked and were answered 500"),
            mailbox_wait_seconds: make.histogram(
                "jubilee_mailbox_wait_seconds",
                "Time a request waited in the mailbox of a Greeter",
                WAIT_BUCKETS,
            ),
            actor_restarts: make.counters(
                "jubilee_actor_restarts_total",
                "Actors started again after a panic",
                &["actor"],
            ),
            store_seconds: make.histograms(
                "jubilee_store_operation_duration_seconds",
                "Time a store operation took, by operation and outcome",
                SECONDS_BUCKETS,
                &["operation", "outcome"],
            ),
            joined_reads: make
                .counter("jubilee_joined_reads_total", "Reads answered by one that another request had sent"),
            failovers: make.counters(
                "jubilee_failovers_total",
                "Requests answered by another region because this one's data centre was lost",
                &["operation", "region"],
            ),
            escalations: make.counters(
                "jubilee_escalations_total",
                "Reads whose sync token this region could not satisfy, by outcome",
                &["outcome"],
            ),
            replication_lag_seconds: make.gauges(
                "jubilee_replication_lag_seconds",
                "Time until a write in one region is in the other; NaN until it has been measured",
                &["from", "to"],
            ),
            clock_skew_seconds: make.gauges(
                "jubilee_clock_skew_seconds",
                "How far this instance's clock is ahead of a region's database nodes",
                &["region"],
            ),
            session_up: make.gauge("jubilee_session_up", "1 while there is a session with the cluster"),
            sessions: make.counter("jubilee_sessions_total", "Sessions made with the cluster"),
            driver_connections: make.gauge("jubilee_driver_connections", "Open connections to the cluster"),
            driver_events: make.counters(
                "jubilee_driver_events_total",
                "What the cluster's driver has met: requests, errors, retries, connection time-outs",
                &["event"],
            ),
            breaker_open: make.gauge(
                "jubilee_breaker_open",
                "1 while this region's data centre is taken for lost and requests skip it",
            ),
            group_commit_writes: make.histogram(
                "jubilee_group_commit_writes",
                "Writes made durable by one commit of the embedded store",
                GROUP_BUCKETS,
            ),
            group_commit_seconds: make.histogram(
                "jubilee_group_commit_duration_seconds",
                "Time a commit of the embedded store took, its fsync included",
                SECONDS_BUCKETS,
            ),
            store_reopens: make.counter(
                "jubilee_store_reopens_total",
                "Attempts to open the embedded store's file again after an error",
            ),
            spans: make.counters(
                "jubilee_spans_total",
                "Spans by what became of them: exported, failed to be, or dropped because too many waited",
                &["outcome"],
            ),
            log_lines_lost: make.counter(
                "jubilee_log_lines_lost_total",
                "Log lines lost because they could not be written as fast as they came",
            ),
            registry: make.0.clone(),
        };
        make.build_info();
        make.register(ProcessCollector::for_self());
        Self(Arc::new(families))
    }

    /// Everything in the Prometheus text format.
    ///
    /// # Errors
    /// [`prometheus::Error`] if a metric cannot be written; that would be a fault of this file.
    pub fn render(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// Makes metrics and registers them. What fails here fails at every start, so it may panic.
struct Maker(Registry);

impl Maker {
    fn register(&self, collector: impl prometheus::core::Collector + 'static) {
        self.0.register(Box::new(collector)).expect("metric names differ");
    }

    fn registered<C: prometheus::core::Collector + Clone + 'static>(&self, made: prometheus::Result<C>) -> C {
        let collector = made.expect("metric names are valid");
        self.register(collector.clone());
        collector
    }

    fn counter(&self, name: &str, help: &str) -> IntCounter {
        self.registered(IntCounter::new(name, help))
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        self.registered(IntCounterVec::new(Opts::new(name, help), labels))
    }

    fn gauge(&self, name: &str, help: &str) -> IntGauge {
        self.registered(IntGauge::new(name, help))
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> GaugeVec {
        self.registered(GaugeVec::new(Opts::new(name, help), labels))
    }

    fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Histogram {
        self.registered(Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec())))
    }

    fn histograms(&self, name: &str, help: &str, buckets: &[f64], labels: &[&str]) -> HistogramVec {
        let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
        self.registered(HistogramVec::new(options, labels))
    }

    fn build_info(&self) {
        let info: IntGaugeVec = self.registered(IntGaugeVec::new(
            Opts::new("jubilee_build_info", "Always 1; the labels say what runs"),
            &["version"],
        ));
        info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
    }
}
