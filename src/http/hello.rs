//! `/hello/{username}`: store a birthday, greet, forget.

use super::State;
use super::asked::Asked;
use super::body::{self, Birthday};
use super::problem::{Problem, ProblemCode, SYNC_TOKEN};
use crate::domain::{DateOfBirth, Greeting, Region, SyncToken, Username, Value, Version};
use crate::store::Answer;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

/// The answer to a GET.
#[derive(Serialize, ToSchema)]
pub struct GreetingBody {
    /// `Hello, ada! Your birthday is in 5 day(s)`, or `Hello, ada! Happy birthday!`.
    #[schema(example = "Hello, ada! Happy birthday!")]
    message: String,
}

/// Whatever is asked of one user.
pub async fn any(
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    match *request.method() {
        Method::GET | Method::HEAD => get(request, state).await,
        Method::PUT => put(request, payload, state).await,
        Method::DELETE => delete(request, state).await,
        _ => Err(Problem::method_not_allowed("GET, HEAD, PUT, DELETE").with_unread_body(payload)),
    }
}

/// Stores a date of birth, new or changed. The 204 means that it is durable.
#[utoipa::path(
    put, path = "/hello/{username}", operation_id = "putBirthday", tag = "birthdays",
    params(
        ("username" = String, Path, description = "1 to 64 letters of any script"),
        ("tz" = Option<String>, Query, description = "IANA time zone whose today the date must be before; default UTC"),
        ("Sync-Token" = Option<String>, Header, description = "what the caller has seen of this user and now overwrites"),
    ),
    request_body(content = Birthday, description = "at most 1 KiB"),
    responses(
        (status = 204, description = "Durable", headers(("Sync-Token" = String, description = "names this write"))),
        (status = 400, response = super::docs::ProblemResponse),
        (status = 408, response = super::docs::ProblemResponse),
        (status = 413, response = super::docs::ProblemResponse),
        (status = 500, response = super::docs::ProblemResponse),
        (status = 503, response = super::docs::ProblemResponse),
        (status = 504, response = super::docs::ProblemResponse),
    ),
)]
pub async fn put(
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let deadline = Instant::now() + state.shared.request_timeout;
    let Asked { username, zone, token } = match Asked::read(&request, &state) {
        Ok(asked) => asked,
        Err(problem) => return Err(problem.with_unread_body(payload)),
    };
    if token.is_some() {
        state.tokens.write.inc();
    }
    let body = body::read(request.headers(), payload, deadline).await;
    if body.as_ref().is_err_and(|problem| problem.code == ProblemCode::BodyTimeout) {
        state.shared.metrics.deadlines_exceeded.with_label_values(&["body"]).inc();
    }
    let body = body?;
    let today = zone.today(state.shared.wall_clock.now());
    let born = DateOfBirth::parse(&body::birthday(&body)?.date_of_birth, today)?;
    let seen = token.map(|token| token.version);
    let written = state.greeter.remember(username.clone(), born, seen, deadline).await?;
    Ok(no_content(&state, &username, written))
}

/// Greets a user.
#[utoipa::path(
    get, path = "/hello/{username}", operation_id = "greet", tag = "birthdays",
    params(
        ("username" = String, Path, description = "1 to 64 letters of any script"),
        ("tz" = Option<String>, Query, description = "IANA time zone whose today counts; default UTC"),
        ("Sync-Token" = Option<String>, Header, description = "the answer will be no older than what the token names"),
    ),
    responses(
        (status = 200, description = "The greeting", body = GreetingBody,
         headers(("Sync-Token" = String, description = "names what was read"))),
        (status = 400, response = super::docs::ProblemResponse),
        (status = 404, response = super::docs::ProblemResponse),
        (status = 500, response = super::docs::ProblemResponse),
        (status = 503, response = super::docs::ProblemResponse),
        (status = 504, response = super::docs::ProblemResponse),
    ),
)]
pub async fn get(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Problem> {
    let deadline = Instant::now() + state.shared.request_timeout;
    let Asked { username, zone, token } = Asked::read(&request, &state)?;
    let answer = state.greeter.greet(username.clone(), token.clone(), deadline).await;
    if token.is_some() {
        state.tokens.count_read(&answer);
    }
    let Answer { value: cell, region, .. } = answer?;
    let today = zone.today(state.shared.wall_clock.now());
    let Some(cell) = cell else {
        return Err(unknown_user(token.map(|token| token.encode(&username))));
    };
    let token = encoded_token(&state, &username, cell.version, region);
    let Value::Born(born) = cell.value else { return Err(unknown_user(Some(token))) };
    let greeting = Greeting::new(&username, born, today, state.shared.leap_day);
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")));
    response.insert_header((SYNC_TOKEN, token));
    // Nothing needs escaping: the greeting holds letters, digits, blanks and `,!()`.
    Ok(response.body(format!(r#"{{"message":"{greeting}"}}"#)))
}

/// Forgets a user, known or not.
#[utoipa::path(
    delete, path = "/hello/{username}", operation_id = "forget", tag = "birthdays",
    params(
        ("username" = String, Path, description = "1 to 64 letters of any script"),
        ("Sync-Token" = Option<String>, Header, description = "what the caller has seen of this user and now deletes"),
    ),
    responses(
        (status = 204, description = "Forgotten, durably", headers(("Sync-Token" = String, description = "names this deletion"))),
        (status = 400, response = super::docs::ProblemResponse),
        (status = 500, response = super::docs::ProblemResponse),
        (status = 503, response = super::docs::ProblemResponse),
        (status = 504, response = super::docs::ProblemResponse),
    ),
)]
pub async fn delete(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Problem> {
    let deadline = Instant::now() + state.shared.request_timeout;
    let Asked { username, token, .. } = Asked::read(&request, &state)?;
    if token.is_some() {
        state.tokens.write.inc();
    }
    let seen = token.map(|token| token.version);
    let written = state.greeter.forget(username.clone(), seen, deadline).await?;
    Ok(no_content(&state, &username, written))
}

fn no_content(state: &State, username: &Username, written: Answer<Version>) -> HttpResponse {
    let token = encoded_token(state, username, written.value, written.region);
    HttpResponse::NoContent().insert_header((SYNC_TOKEN, token)).finish()
}

/// Names the region whose quorum answered: in failover that is not this instance's own.
fn encoded_token(state: &State, username: &Username, version: Version, region: Option<Region>) -> String {
    let region = region.unwrap_or_else(|| state.shared.region.clone());
    SyncToken { version, region }.encode(username)
}

fn unknown_user(token: Option<String>) -> Problem {
    let problem = Problem::general(ProblemCode::UserUnknown);
    match token.and_then(|token| HeaderValue::try_from(token).ok()) {
        Some(token) => problem.with_header(SYNC_TOKEN, token),
        None => problem,
    }
}
