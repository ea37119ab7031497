//! Requests about birthdays and what is seen of their answers.

use crate::instance::DATE;
use jubilee_test_support::Client;
use serde_json::Value;
use std::time::{Duration, Instant};

/// An answer, and how long it took.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The `code` of a problem; of anything else nothing.
    pub(crate) code: String,
    pub(crate) token: Option<String>,
    pub(crate) json: Value,
    pub(crate) took: Duration,
}

/// Asks; a PUT is about [`DATE`]. Each answer must be one of those that the contract allows.
pub(crate) fn ask(client: &mut Client, method: &str, path: &str) -> Answer {
    ask_with(client, method, path, &[], DATE)
}

/// The same with headers and another date.
pub(crate) fn ask_with(
    client: &mut Client,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    date: &str,
) -> Answer {
    let body = if method == "PUT" { format!(r#"{{"dateOfBirth":"{date}"}}"#) } else { String::new() };
    let began = Instant::now();
    let response = client.request(method, path, headers, body.as_bytes()).expect("every request is answered");
    let took = began.elapsed();
    let json = if response.body.is_empty() { Value::Null } else { response.json() };
    if response.status >= 400 {
        assert_eq!(response.header("content-type"), Some("application/problem+json"), "{json}");
        assert_eq!(response.header("retry-after").is_some(), response.status == 503, "{json}");
    }
    Answer {
        status: response.status,
        code: json["code"].as_str().unwrap_or_default().to_owned(),
        token: response.header("sync-token").map(str::to_owned),
        json,
        took,
    }
}

impl Answer {
    /// Whether the store did what it was asked to.
    pub(crate) fn is_well(&self) -> bool {
        matches!(self.status, 200 | 204)
    }

    /// Whether it is one that a client is told while the cluster is out of reach.
    pub(crate) fn says_that_the_store_is_away(&self) -> bool {
        matches!(
            (self.status, self.code.as_str()),
            (503, "store_unavailable" | "overloaded") | (504, "deadline_exceeded")
        )
    }
}
