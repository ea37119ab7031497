//! What is measured of a server under load, as a row of a table.

use crate::support::statistics::median;
use crate::support::wrk::Load;
use std::fmt;

/// One server in one round.
#[derive(Clone, Copy, Default)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    /// Requests per CPU-second of the server: neither the generator nor other programs move it much.
    pub(crate) per_cpu_second: f64,
    pub(crate) p99_micros: f64,
    pub(crate) p50_micros: f64,
    busy: f64,
}

impl Measured {
    /// The names of the columns, for [`fmt::Display`].
    pub(crate) const COLUMNS: &str = "requests/s | per CPU-second | busy | p50 µs | p99 µs";

    pub(crate) fn new(load: &Load, cpu_seconds: f64) -> Self {
        Self {
            per_second: load.requests / load.seconds,
            per_cpu_second: load.requests / cpu_seconds,
            p99_micros: load.p99.as_micros() as f64,
            busy: cpu_seconds / load.seconds,
            p50_micros: load.p50.as_micros() as f64,
        }
    }

    /// The medians, each by itself.
    pub(crate) fn median(all: impl Iterator<Item = Self> + Clone) -> Self {
        let of = |part: fn(Self) -> f64| median(all.clone().map(part));
        Self {
            per_second: of(|one| one.per_second),
            per_cpu_second: of(|one| one.per_cpu_second),
            p99_micros: of(|one| one.p99_micros),
            busy: of(|one| one.busy),
            p50_micros: of(|one| one.p50_micros),
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, per_cpu_second, p99_micros, busy, p50_micros } = self;
        let busy = busy * 100.0;
        write!(
            formatter,
            "{per_second:.0} | {per_cpu_second:.0} | {busy:.0} % | {p50_micros:.0} | {p99_micros:.0}"
        )
    }
}
