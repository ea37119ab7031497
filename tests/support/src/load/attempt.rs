//! One attempt at one request: what is sent, and what its answer means.

use super::birthdays::Birthdays;
use super::connection::Connection;
use crate::client::Response;
use crate::history::{Action, Outcome};
use jubilee::domain::{SyncToken, Username};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Far beyond any deadline of the service: whoever is met by it has been left without an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// What came of an attempt.
pub(super) struct Attempt {
    pub(super) outcome: Outcome,
    /// The token of the answer as it was spelt.
    pub(super) token_text: Option<String>,
    pub(super) region: Option<String>,
    pub(super) failure: Option<Failure>,
}

/// Why it is no answer.
pub(super) struct Failure {
    pub(super) kind: String,
    /// Whether the contract lets a client try again, and after what pause if the service named one.
    pub(super) retry: Option<Option<Duration>>,
}

/// How to reach the service; keeps the connection as long as it may.
pub(super) struct Caller {
    pub(super) from: Option<IpAddr>,
    pub(super) to: SocketAddr,
    pub(super) birthdays: Birthdays,
    pub(super) connection: Option<Connection>,
}

impl Caller {
    pub(super) async fn attempt(&mut self, username: &str, action: Action, token: Option<&str>) -> Attempt {
        let connection = self.connection.take();
        let opened = match connection {
            Some(connection) => Ok(Ok(connection)),
            None => tokio::time::timeout(PATIENCE, Connection::open(self.from, self.to)).await,
        };
        let mut connection = match opened {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => {
                return failed(Outcome::NotMade, format!("not connected: {}", error.kind()), true);
            }
            Err(_) => return failed(Outcome::NotMade, "not connected: no answer in time".into(), true),
        };
        let request = request(self.to, username, action, token);
        match tokio::time::timeout(PATIENCE, connection.exchange(&request)).await {
            Ok(Ok(response)) => {
                if response.header("connection").is_none_or(|value| !value.eq_ignore_ascii_case("close")) {
                    self.connection = Some(connection);
                }
                self.judge(username, action, &response)
                    .unwrap_or_else(|| failed(Outcome::Unknown, format!("nonsense: {response:?}"), false))
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                failed(Outcome::Unknown, "nonsense: no HTTP".into(), false)
            }
            Ok(Err(_)) => failed(Outcome::Unknown, "connection broken".into(), true),
            // The contract has a deadline for every request, so this is no case to be tried again.
            Err(_) => failed(Outcome::Unknown, "no answer in time".into(), false),
        }
    }

    /// What the answer means; `None` if the contract knows no such answer.
    fn judge(&self, username: &str, action: Action, response: &Response) -> Option<Attempt> {
        let text = response.header("sync-token");
        let username = Username::parse(username).ok()?;
        let token = match text {
            Some(text) => Some(SyncToken::parse(text, &username).ok()?),
            None => None,
        };
        let code = || Some(response.json().get("code")?.as_str()?.to_owned());
        let is_problem = response.header("content-type") == Some("application/problem+json");
        let (outcome, failure) = match (response.status, action) {
            (200, Action::Get) => {
                let message = response.json();
                let born = self.birthdays.told_by(message.get("message")?.as_str()?);
                (Outcome::Found { token: token?, born }, None)
            }
            (204, Action::Put(_) | Action::Delete) => (Outcome::Acknowledged(token?), None),
            (404, Action::Get) if code()? == "user_unknown" => (Outcome::NotFound(token), None),
            (status, _) => {
                let kind = if is_problem { format!("{status} {}", code()?) } else { status.to_string() };
                let retry_after = response
                    .header("retry-after")
                    .and_then(|value| value.parse().ok())
                    .map(Duration::from_secs);
                let retry = matches!(status, 503 | 504).then_some(retry_after);
                let outcome = if status < 500 { Outcome::NotMade } else { Outcome::Unknown };
                (outcome, Some(Failure { kind, retry }))
            }
        };
        let token_text = text.filter(|_| failure.is_none()).map(str::to_owned);
        Some(Attempt { outcome, token_text, region: response.header("region").map(str::to_owned), failure })
    }
}

fn failed(outcome: Outcome, kind: String, again: bool) -> Attempt {
    let failure = Some(Failure { kind, retry: again.then_some(None) });
    Attempt { outcome, token_text: None, region: None, failure }
}

fn request(to: SocketAddr, username: &str, action: Action, token: Option<&str>) -> Vec<u8> {
    let (method, body) = match action {
        Action::Put(born) => ("PUT", format!(r#"{{"dateOfBirth":"{born}"}}"#)),
        Action::Get => ("GET", String::new()),
        Action::Delete => ("DELETE", String::new()),
    };
    let token = token.map(|token| format!("Sync-Token: {token}\r\n")).unwrap_or_default();
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} /hello/{username} HTTP/1.1\r\nHost: {to}\r\n{token}{length}\r\n{body}").into_bytes()
}
