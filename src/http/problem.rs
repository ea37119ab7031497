//! The one shape of every failure: `application/problem+json` (RFC 9457).

mod last_words;
mod table;

pub use table::ProblemCode;

use crate::actors::GreeterError;
use crate::domain::{DateOfBirthError, SyncTokenError, UnknownZone, UsernameError};
use crate::store::StoreError;
use crate::telemetry::traces::TraceIdText;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Payload;
use actix_web::{HttpResponse, ResponseError};
use last_words::{LastWords, UnreadBody};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// The header that carries a sync token.
pub const SYNC_TOKEN: HeaderName = HeaderName::from_static("sync-token");

/// A failure, before the border makes an answer of it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What kind it is.
    pub code: ProblemCode,
    /// What the caller can do about it.
    pub detail: Cow<'static, str>,
    /// What happened, for the log only.
    pub cause: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    checks: Option<serde_json::Value>,
    unread_body: Option<UnreadBody>,
}

#[derive(Serialize)]
struct Body<'problem> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'problem str,
    code: &'static str,
    #[serde(rename = "requestId")]
    request_id: &'problem str,
    #[serde(rename = "traceId", skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'problem str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<&'problem serde_json::Value>,
}

impl Problem {
    /// A problem of this kind, with what the caller can do about it.
    pub fn new(code: ProblemCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            cause: None,
            headers: Vec::new(),
            checks: None,
            unread_body: None,
        }
    }

    /// A problem of this kind of which there is nothing more to say.
    pub fn general(code: ProblemCode) -> Self {
        Self::new(code, code.general_detail())
    }

    /// The problem of a method that is none of those allowed.
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        Self::general(ProblemCode::MethodNotAllowed)
            .with_header(header::ALLOW, HeaderValue::from_static(allowed))
    }

    /// The same, with what happened, for the log only.
    pub fn caused_by(self, cause: impl fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..self }
    }

    /// The same, with one more header.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same, with the checks that readiness is made of.
    pub fn with_checks(self, checks: serde_json::Value) -> Self {
        Self { checks: Some(checks), ..self }
    }

    /// The same, holding on to what is left of the request's body until the answer is sent, so that the
    /// framework closes the connection in bounded time.
    pub fn with_unread_body(self, body: Payload) -> Self {
        Self { unread_body: Some(UnreadBody::new(body)), ..self }
    }

    /// The problem for an answer of the framework's own, which has a status but not our shape.
    pub fn from_status(status: StatusCode) -> Self {
        let code = ProblemCode::ALL
            .iter()
            .copied()
            .find(|code| code.stands_for_status() && code.status() == status)
            .unwrap_or(if status.is_client_error() {
                ProblemCode::BadRequest
            } else {
                ProblemCode::Internal
            });
        Self::general(code)
    }

    /// The whole answer. There is a trace id where requests are traced.
    pub fn to_response(&self, request_id: &str, trace_id: Option<&TraceIdText>) -> HttpResponse {
        let body = Body {
            r#type: self.code.type_uri(),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &self.detail,
            code: self.code.name(),
            request_id,
            trace_id: trace_id.map(TraceIdText::as_str),
            checks: self.checks.as_ref(),
        };
        let mut response = HttpResponse::build(self.code.status());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.code.retry_after_seconds() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if self.code.closes_connection() {
            response.force_close();
        }
        for header in &self.headers {
            response.insert_header(header.clone());
        }
        let text = serde_json::to_string(&body).unwrap_or_default();
        match &self.unread_body {
            Some(unread) => response.body(LastWords::new(text, unread.clone())),
            None => response.body(text),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.name(), self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Only a note of the status: the border, which knows the request's id, makes the answer.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<UsernameError> for Problem {
    fn from(error: UsernameError) -> Self {
        Self::new(ProblemCode::UsernameInvalid, error.to_string())
    }
}

impl From<DateOfBirthError> for Problem {
    fn from(error: DateOfBirthError) -> Self {
        Self::new(ProblemCode::DateOfBirthInvalid, error.to_string())
    }
}

impl From<UnknownZone> for Problem {
    fn from(error: UnknownZone) -> Self {
        Self::new(ProblemCode::TimeZoneUnknown, error.to_string())
    }
}

impl From<SyncTokenError> for Problem {
    fn from(error: SyncTokenError) -> Self {
        Self::new(ProblemCode::SyncTokenInvalid, error.to_string())
    }
}

impl From<GreeterError> for Problem {
    fn from(error: GreeterError) -> Self {
        let code = match &error {
            GreeterError::Overloaded | GreeterError::Store(StoreError::Overloaded) => ProblemCode::Overloaded,
            GreeterError::DeadlineExceeded | GreeterError::Store(StoreError::TimedOut) => {
                ProblemCode::DeadlineExceeded
            }
            GreeterError::Store(StoreError::Behind) => ProblemCode::SyncUnavailable,
            GreeterError::Store(StoreError::Unavailable(_)) | GreeterError::Restarting => {
                ProblemCode::StoreUnavailable
            }
            GreeterError::Store(StoreError::Corrupt(_)) | GreeterError::Panicked => ProblemCode::Internal,
        };
        Self::general(code).caused_by(error)
    }
}
