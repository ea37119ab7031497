//! From texts to values: each function gives `None` for a text that is not what its setting expects.

use super::StoreKind;
use crate::domain::LeapDay;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::filter::Targets;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

pub(super) fn path(text: &str) -> Option<PathBuf> {
    Some(PathBuf::from(text))
}

pub(super) fn store(text: &str) -> Option<StoreKind> {
    match text {
        "embedded" => Some(StoreKind::Embedded),
        "cluster" => Some(StoreKind::Cluster),
        _ => None,
    }
}

pub(super) fn leap_day(text: &str) -> Option<LeapDay> {
    match text {
        "feb28" => Some(LeapDay::February28),
        "mar1" => Some(LeapDay::March1),
        _ => None,
    }
}

pub(super) fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "pretty" => Some(LogFormat::Pretty),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

pub(super) fn log_filter(text: &str) -> Option<Targets> {
    text.parse().ok()
}

pub(super) fn count(most: usize) -> impl Fn(&str) -> Option<NonZeroUsize> {
    move |text| text.parse().ok().filter(|count: &NonZeroUsize| count.get() <= most)
}

pub(super) fn duration(least: &'static str, most: &'static str) -> impl Fn(&str) -> Option<Duration> {
    let bound = |text| humantime::parse_duration(text).expect("the table's bounds are valid");
    let range = bound(least)..=bound(most);
    move |text| humantime::parse_duration(text).ok().filter(|duration| range.contains(duration))
}

pub(super) fn available_cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What arrives at 10,000 a second during one local time-out, a third of the request's: a store that
/// stalls for so long must not cost a refused request. Half as much again, because workers are never
/// loaded quite alike.
pub(super) fn default_max_in_flight(request_timeout: Duration) -> NonZeroUsize {
    let arrivals = 10 * request_timeout.as_millis() / 2;
    usize::try_from(arrivals).ok().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN)
}
