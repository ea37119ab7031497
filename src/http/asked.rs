//! What a request to `/hello/{username}` asks for, read from its head.

use super::State;
use super::problem::{Problem, ProblemCode, SYNC_TOKEN};
use super::routes::HELLO_PREFIX;
use crate::domain::{SyncToken, UnknownZone, Username, UsernameError, Zone};
use actix_web::HttpRequest;
use percent_encoding::percent_decode_str;

/// A request's head, understood.
pub(super) struct Asked {
    /// Who is meant.
    pub(super) username: Username,
    /// Whose today counts.
    pub(super) zone: Zone,
    /// What the caller has seen.
    pub(super) token: Option<SyncToken>,
}

impl Asked {
    pub(super) fn read(request: &HttpRequest, state: &State) -> Result<Self, Problem> {
        let username = username(request.uri().path())?;
        let zone = zone(request.uri().query().unwrap_or_default())?;
        let token = token(request, &username, state)?;
        Ok(Self { username, zone, token })
    }
}

/// Decodes the last segment of the path itself: the framework's decoding hides bytes that are no text.
fn username(path: &str) -> Result<Username, UsernameError> {
    let segment = path.strip_prefix(HELLO_PREFIX).unwrap_or_default();
    let text = percent_decode_str(segment).decode_utf8().map_err(|_| UsernameError::NotALetter)?;
    Username::parse(&text)
}

/// The value of `tz`. A `+` is itself and no blank: `Etc/GMT+5` is the name of a zone.
fn zone(query: &str) -> Result<Zone, UnknownZone> {
    let mut values = query.split('&').filter_map(|pair| pair.strip_prefix("tz="));
    match (values.next(), values.next()) {
        (None, _) => Ok(Zone::UTC),
        (Some(value), None) => {
            let name = percent_decode_str(value).decode_utf8().map_err(|_| UnknownZone)?;
            Zone::parse(&name)
        }
        (Some(_), Some(_)) => Err(UnknownZone),
    }
}

fn token(request: &HttpRequest, username: &Username, state: &State) -> Result<Option<SyncToken>, Problem> {
    let Some(header) = request.headers().get(SYNC_TOKEN) else { return Ok(None) };
    // A header that is no ASCII text is no token either.
    let token = SyncToken::parse(header.to_str().unwrap_or_default(), username)
        .inspect_err(|_| state.tokens.invalid.inc())?;
    let State { tokens, shared, .. } = state;
    if token.version.is_from_the_future(shared.wall_clock.now(), shared.max_clock_skew) {
        tokens.from_the_future.inc();
        return Err(Problem::general(ProblemCode::SyncTokenFromTheFuture));
    }
    Ok(Some(token))
}
