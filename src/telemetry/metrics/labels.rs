//! What the labels of metrics may say. Their values are drawn from fixed sets, or name parts of the installation: no
//! client can make their number grow.

/// A label of a metric.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// What it may say.
    pub values: Values,
}

/// What a label may say.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// One of these; each has its series from the start.
    All(&'static [&'static str]),
    /// One of these; a series comes with the first event.
    AnyOf(&'static [&'static str]),
    /// Something that the installation decides.
    Named(&'static str),
}

impl Values {
    /// What it may say, where that is known here.
    pub const fn listed(&self) -> &'static [&'static str] {
        match self {
            Self::All(values) | Self::AnyOf(values) => values,
            Self::Named(_) => &[],
        }
    }

    /// Whether the label may say this, as far as that can be known here.
    pub fn allow(&self, value: &str) -> bool {
        matches!(self, Self::Named(_)) || self.listed().contains(&value)
    }
}

const fn all(name: &'static str, values: &'static [&'static str]) -> Label {
    Label { name, values: Values::All(values) }
}

const fn any_of(name: &'static str, values: &'static [&'static str]) -> Label {
    Label { name, values: Values::AnyOf(values) }
}

const fn named(name: &'static str, what: &'static str) -> Label {
    Label { name, values: Values::Named(what) }
}

pub(super) const ROUTE: Label = any_of(
    "route",
    &[
        "/",
        "/hello/{username}",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/docs/{file}",
        "/metrics",
        "/buildinfo",
        "/drain",
        "/undrain",
        "unknown",
    ],
);
pub(super) const METHOD: Label = any_of("method", &["GET", "HEAD", "PUT", "DELETE", "POST", "other"]);
pub(super) const STATUS: Label = named("status", "the status of the answer, such as `200`");
pub(super) const REJECTED: Label = all("reason", &["overloaded", "mailbox_full"]);
pub(super) const STAGE: Label = all("stage", &["body", "mailbox", "store"]);
pub(super) const ACTOR: Label =
    all("actor", &["greeter", "embedded_writer", "session_keeper", "region_probe"]);
pub(super) const STORE_OPERATION: Label = all("operation", &["read", "write"]);
pub(super) const STORE_OUTCOME: Label = all(
    "outcome",
    &["ok", "unavailable", "timed_out", "overloaded", "corrupt", "behind", "deadline_exceeded", "panicked"],
);
pub(super) const SYNC_TOKEN: Label =
    all("outcome", &["satisfied", "escalated", "unavailable", "write", "invalid", "from_the_future"]);
/// Why an instance is un-ready.
pub const READINESS: Label = all(
    "reason",
    &[
        "draining",
        "unavailable",
        "timed_out",
        "overloaded",
        "corrupt",
        "connecting",
        "unreachable",
        "credentials_refused",
        "certificates_unusable",
        "certificate_refused",
        "schema_missing",
        "schema_older",
        "schema_changed",
        "region_unknown",
        "region_lost",
        "clock_skewed",
    ],
);
pub(super) const CLUSTER_OPERATION: Label =
    any_of("operation", &["read", "write", "ping", "canary", "clock"]);
pub(super) const CLUSTER_OUTCOME: Label =
    any_of("outcome", &["ok", "unavailable", "timed_out", "overloaded", "corrupt", "abandoned"]);
pub(super) const PEER: Label = named("peer", "the region that was asked");
pub(super) const FROM: Label = named("from", "the region of the write");
pub(super) const TO: Label = named("to", "the region where it is waited for: the instance's own");
pub(super) const ESCALATION: Label =
    all("outcome", &["token_region", "another_region", "expired", "behind", "out_of_reach"]);
pub(super) const DRIVER_EVENT: Label = all("event", &["request", "error", "retry", "connection_timeout"]);
pub(super) const MIGRATIONS: Label = all("state", &["needed", "applied"]);
pub(super) const SPAN: Label = all("outcome", &["exported", "dropped", "failed"]);
pub(super) const RUNTIME: Label = named("runtime", "`worker-0` and so on, `cluster`");
pub(super) const VERSION: Label = named("version", "the program's");
