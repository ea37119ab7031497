//! `X-Request-Id`: the client's own, or one of ours.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header's name.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_BYTES: usize = 128;

/// The client's id if it is 1 to 128 visible ASCII characters, else a new one of 32 hexadecimal digits.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    headers
        .get(X_REQUEST_ID)
        .filter(|id| (1..=MAX_BYTES).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic))
        .cloned()
        .unwrap_or_else(new)
}

/// The text of an id that [`of`] gave.
pub(super) fn text(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or_default()
}

fn new() -> HeaderValue {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let random = fastrand::u128(..).to_be_bytes();
    let digits: Vec<u8> = random
        .into_iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .collect();
    HeaderValue::from_maybe_shared(actix_web::web::Bytes::from(digits))
        .expect("hexadecimal digits are visible")
}
