//! What a running Jubilee has counted of its reads, from its metrics.

use jubilee_test_support::{Client, Exposition};
use std::io;
use std::net::SocketAddr;

/// What a server has counted of its reads.
pub(crate) struct Reads {
    /// Requests that the driver sent, pings and all.
    pub(crate) sent: f64,
    pub(crate) joined: f64,
    pub(crate) count: f64,
    /// From leaving the mailbox to the answer, all reads together.
    pub(crate) seconds: f64,
}

impl Reads {
    pub(crate) fn of(admin: SocketAddr) -> io::Result<Self> {
        let mut client = Client::connect(admin)?;
        let metrics = Exposition::parse(client.request("GET", "/metrics", &[], b"")?.text());
        let value = |series: &str| {
            metrics.get(series).ok_or_else(|| io::Error::other(format!("no {series} is exported")))
        };
        Ok(Self {
            sent: value(r#"jubilee_driver_events_total{event="request"}"#)?,
            joined: value("jubilee_joined_reads_total")?,
            count: value(r#"jubilee_store_operation_duration_seconds_count{operation="read",outcome="ok"}"#)?,
            seconds: value(r#"jubilee_store_operation_duration_seconds_sum{operation="read",outcome="ok"}"#)?,
        })
    }

    pub(crate) fn since(self, before: &Self) -> Self {
        Self {
            sent: self.sent - before.sent,
            joined: self.joined - before.joined,
            count: self.count - before.count,
            seconds: self.seconds - before.seconds,
        }
    }
}
