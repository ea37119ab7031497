//! Reads a body that is small and comes in time, and the date of birth in it.

use super::problem::{Problem, ProblemCode};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

/// The largest body.
const MAX_BODY_BYTES: usize = 1024;

/// What is put: unknown fields are ignored, a field twice is refused.
#[derive(Deserialize, ToSchema)]
pub(super) struct Birthday {
    /// A real day before today, `YYYY-MM-DD`.
    #[serde(rename = "dateOfBirth")]
    #[schema(format = Date, example = "1815-12-10")]
    pub(super) date_of_birth: String,
}

/// Reads the whole body before the deadline.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Payload,
    deadline: Instant,
) -> Result<Bytes, Problem> {
    let read = read_within_bounds(headers, &mut body, deadline).await;
    read.map_err(|problem| problem.with_unread_body(body))
}

async fn read_within_bounds(
    headers: &HeaderMap,
    body: &mut Payload,
    deadline: Instant,
) -> Result<Bytes, Problem> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|bytes: u64| bytes > MAX_BODY_BYTES as u64) {
        return Err(Problem::general(ProblemCode::BodyTooLarge));
    }
    match timeout_at(deadline, gather(body)).await {
        Ok(body) => body,
        Err(_) => Err(Problem::general(ProblemCode::BodyTimeout)),
    }
}

async fn gather(body: &mut Payload) -> Result<Bytes, Problem> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk
            .map_err(|error: PayloadError| Problem::general(ProblemCode::BodyUnreadable).caused_by(error))?;
        if whole.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(Problem::general(ProblemCode::BodyTooLarge));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

/// The birthday in a body.
pub(super) fn birthday(body: &[u8]) -> Result<Birthday, Problem> {
    // The parser checks only the fields it wants. Bytes that are no text become none, which is no JSON.
    let text = str::from_utf8(body).unwrap_or_default();
    let reason = match serde_json::from_str(text) {
        // The parser takes a list of the fields' values for an object too.
        Ok(birthday) if !text.trim_ascii_start().starts_with('[') => return Ok(birthday),
        Err(error) if error.classify() != serde_json::error::Category::Data => "it is not JSON",
        _ => "dateOfBirth must be there exactly once, as a string",
    };
    let expected = ProblemCode::BodyInvalid.general_detail();
    Err(Problem::new(ProblemCode::BodyInvalid, format!("{expected}; {reason}")))
}
