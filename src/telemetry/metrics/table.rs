//! The table of metrics. `docs/metrics.md` is made from it.

use super::family::{Definition, Family, Part};
use super::labels;
use prometheus::{
    CounterVec, GaugeVec, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
};

/// No histogram.
const NONE: &[f64] = &[];
/// From 50 microseconds to the default deadline and beyond.
const SECONDS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0,
    5.0,
];
/// From 1 microsecond: a mailbox is near.
const WAIT: &[f64] = &[
    0.000_001, 0.000_005, 0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0,
];
/// From a node near by to one across an ocean that is slow.
const ROUND_TRIP: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0];
const GROUP: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0];

macro_rules! metrics {
    ($($part:ident $field:ident: $family:ident = $name:literal [$($label:ident)*] $buckets:ident,
        $unit:literal, $help:literal, $look:literal;)*) => {
        /// Each metric, to be counted or observed.
        #[derive(Debug)]
        pub struct Families {
            $(#[doc = $help] pub $field: $family,)*
        }

        /// All metrics, in the order of the documentation.
        pub const DEFINITIONS: &[Definition] = &[
            $(Definition {
                name: $name,
                kind: <$family as Family>::KIND,
                part: Part::$part,
                labels: &[$(labels::$label),*],
                buckets: $buckets,
                unit: $unit,
                help: $help,
                look: $look,
            },)*
        ];

        impl Families {
            /// All of them, each made by `make`, which gets the definitions in their order.
            pub(super) fn made_by(make: &mut impl Make) -> Self {
                let mut definitions = DEFINITIONS.iter();
                let mut next = || definitions.next().expect("a definition for each field");
                Self { $($field: make.make::<$family>(next()),)* }
            }
        }
    };
}

/// Makes and registers one metric.
pub(super) trait Make {
    fn make<F: Family>(&mut self, definition: &'static Definition) -> F;
}

metrics! {
    Always requests: IntCounterVec = "jubilee_http_requests_total" [ROUTE METHOD STATUS] NONE, "answers",
        "Answers of the public listener, by route pattern, method and status",
        "first: who is answered what; availability is made of it";
    Always request_seconds: HistogramVec = "jubilee_http_request_duration_seconds"
        [ROUTE METHOD] SECONDS, "seconds",
        "Time from a request's head to its answer, by route pattern and method",
        "users call it slow; the objectives of latency are made of it";
    Always requests_in_flight: IntGauge = "jubilee_http_requests_in_flight" [] NONE, "requests",
        "Requests of the public listener being answered",
        "it grows while the rate does not: answers have become slow";
    Always connections: IntGauge = "jubilee_http_connections" [] NONE, "connections",
        "Open connections of clients to the public listener",
        "before the limit of open files; whether a balancer has moved its users";
    Always rejected: IntCounterVec = "jubilee_requests_rejected_total" [REJECTED] NONE, "requests",
        "Requests refused at once, by reason",
        "overload: more is asked for than is answered";
    Always panics: IntCounter = "jubilee_request_panics_total" [] NONE, "requests",
        "Requests that panicked and were answered 500",
        "whenever it grows: a fault of the code, with its place in the log";
    Always admitted_requests: IntGauge = "jubilee_admitted_requests" [] NONE, "requests",
        "Requests inside the Greeters of all workers, counted when it is asked for",
        "overload: how near to the limit it is";
    Always admission_limit: IntGauge = "jubilee_admission_limit" [] NONE, "requests",
        "Requests that the Greeters of all workers let in at the same time",
        "beside the admitted; it is MAX_IN_FLIGHT, rounded up to equal parts";
    Always mailbox_messages: IntGauge = "jubilee_mailbox_messages" [] NONE, "messages",
        "Requests waiting in the mailboxes of the Greeters, counted when it is asked for",
        "it stays above zero: the workers' processors are the bound";
    Always mailbox_wait_seconds: Histogram = "jubilee_mailbox_wait_seconds" [] WAIT, "seconds",
        "Time a request waited in the mailbox of a Greeter",
        "slow answers of a fast store: the workers are busy";
    Always deadlines_exceeded: IntCounterVec = "jubilee_deadlines_exceeded_total" [STAGE] NONE, "requests",
        "Requests whose deadline passed, by where they were then",
        "408 and 504: whether the client, the worker or the store was slow";
    Always actor_restarts: IntCounterVec = "jubilee_actor_restarts_total" [ACTOR] NONE, "restarts",
        "Actors started again after a panic",
        "whenever it grows: a fault of the code, with its place in the log";
    Always store_seconds: HistogramVec = "jubilee_store_operation_duration_seconds"
        [STORE_OPERATION STORE_OUTCOME] SECONDS, "seconds",
        "Time a store operation of a user's request took, by operation and outcome",
        "slow or failed answers: whether it is the store";
    Always joined_reads: IntCounter = "jubilee_joined_reads_total" [] NONE, "reads",
        "Reads answered by one that another request had sent",
        "a hot key: how much of it the store does not see";
    Always sync_tokens: IntCounterVec = "jubilee_sync_tokens_total" [SYNC_TOKEN] NONE, "requests",
        "Sync tokens that came with requests: reads by how they were satisfied, writes, and those refused",
        "freshness is made of it; invalid ones: a client mixes tokens up";
    Always ready: IntGauge = "jubilee_ready" [] NONE, "1 or 0",
        "1 while readyz would answer 200",
        "why the balancer sends no traffic";
    Always unready: IntGaugeVec = "jubilee_unready" [READINESS] NONE, "1 or 0",
        "1 for each reason why readyz would answer 503 now",
        "an instance is un-ready: why";
    Always spans: IntCounterVec = "jubilee_spans_total" [SPAN] NONE, "spans",
        "Spans of traces, by what became of them",
        "traces are missing: whether the collector takes them";
    Always log_lines_lost: IntCounter = "jubilee_log_lines_lost_total" [] NONE, "lines",
        "Log lines lost because they could not be written as fast as they came",
        "a request is not in the log";
    Always runtime_alive_tasks: IntGaugeVec = "jubilee_runtime_alive_tasks" [RUNTIME] NONE, "tasks",
        "Tasks of a runtime, but for those bound to its thread: the driver's, and not connections or actors",
        "memory grows: whether tasks pile up";
    Always runtime_busy_seconds: CounterVec = "jubilee_runtime_busy_seconds_total" [RUNTIME] NONE, "seconds",
        "Time a runtime's thread was not waiting for something to do",
        "a rate near 1: this thread is the bound; workers that differ: connections are spread unevenly";
    Always build_info: IntGaugeVec = "jubilee_build_info" [VERSION] NONE, "1",
        "Always 1; the labels say what runs",
        "after a deployment; an instance is missing";
    Embedded group_commit_writes: Histogram = "jubilee_group_commit_writes" [] GROUP, "writes",
        "Writes made durable by one commit of the embedded store",
        "slow writes: large groups mean that the disk is the bound";
    Embedded group_commit_seconds: Histogram = "jubilee_group_commit_duration_seconds" [] SECONDS, "seconds",
        "Time a commit of the embedded store took, its fsync included",
        "slow writes: the disk stalls";
    Embedded store_reopens: IntCounter = "jubilee_store_reopens_total" [] NONE, "attempts",
        "Attempts to open the embedded store's file again after an error",
        "whenever it grows: the disk fails";
    Cluster session_up: IntGauge = "jubilee_session_up" [] NONE, "1 or 0",
        "1 while there is a session with the cluster that answers",
        "0: no region can be asked";
    Cluster sessions: IntCounter = "jubilee_sessions_total" [] NONE, "sessions",
        "Sessions made with the cluster",
        "it grows after the start: all nodes were away, or the regions changed";
    Cluster schema_migrations: GaugeVec = "jubilee_schema_migrations" [MIGRATIONS] NONE, "migrations",
        "Migrations that this program needs, and those of them on record; NaN until that has been read",
        "they differ: run `jubilee migrate`";
    Cluster cluster_operations: IntCounterVec = "jubilee_cluster_operations_total"
        [CLUSTER_OPERATION PEER CLUSTER_OUTCOME] NONE, "operations",
        "What one region's quorum was asked, by users and probes, and how that ended; abandoned: nobody waits any more",
        "which region fails, and whether users or only probes feel it";
    Cluster cluster_seconds: HistogramVec = "jubilee_cluster_operation_duration_seconds"
        [CLUSTER_OPERATION PEER] ROUND_TRIP, "seconds",
        "Time one region's quorum took to answer, or was waited for in vain",
        "which region is slow";
    Cluster escalations: IntCounterVec = "jubilee_escalations_total" [ESCALATION] NONE, "reads",
        "Reads whose sync token this region could not satisfy, by outcome",
        "tokened reads are slow or fail: replication is behind, or a region out of reach";
    Cluster failovers: IntCounterVec = "jubilee_failovers_total" [STORE_OPERATION PEER] NONE, "requests",
        "Requests answered by another region because this one's data centre was lost",
        "whenever it grows: nobody notices yet, but the next loss would be felt";
    Cluster breaker_open: IntGauge = "jubilee_breaker_open" [] NONE, "1 or 0",
        "1 while this region's data centre is taken for lost and requests skip it",
        "beside failovers: since when";
    Cluster replication_lag_seconds: GaugeVec = "jubilee_replication_lag_seconds" [FROM TO] NONE, "seconds",
        "Time until a write in one region is in the other; NaN until it has been measured",
        "old answers without a token; before a region is taken down for good";
    Cluster clock_skew_seconds: GaugeVec = "jubilee_clock_skew_seconds" [PEER] NONE, "seconds",
        "How far this instance's clock is ahead of a region's database nodes",
        "writes win or lose wrongly; beyond half of MAX_CLOCK_SKEW the instance is un-ready";
    Cluster driver_connections: IntGauge = "jubilee_driver_connections" [] NONE, "connections",
        "Open connections to the cluster's nodes",
        "it falls: a node is away";
    Cluster driver_events: IntCounterVec = "jubilee_driver_events_total" [DRIVER_EVENT] NONE, "events",
        "What the cluster's driver has met: requests, errors, retries, connection time-outs",
        "nodes are away or slow though requests succeed";
}
