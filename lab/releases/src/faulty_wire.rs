//! The faults of a release's wire.

use crate::Fault;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::rt::time::sleep;
use actix_web::web::{Data, Payload};
use actix_web::{App, Error};
use jubilee::http::problem::SYNC_TOKEN;
use jubilee::http::{Border, Problem, ProblemCode, Route, Services, State, public_routes};
use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a release that is slow takes more; users notice, and nothing times out.
const SLOW: Duration = Duration::from_millis(500);
/// What five times slower comes to at least: an embedded store answers in less than can be told apart from nothing.
const SLOWER: Duration = Duration::from_millis(25);

/// How many requests of users this process has seen.
static ASKED: AtomicU64 = AtomicU64::new(0);

/// The product's application with the fault in it. All but one are inside the border, so that the product's own metrics
/// and logs see them as they would see a mistake in the product.
pub(crate) fn application(fault: Fault, state: State) -> App<impl Services> {
    let shared = state.shared.clone();
    App::new()
        .app_data(Data::new(shared.clone()))
        .app_data(Data::new(state))
        .wrap(from_fn(move |request, next| within(fault, request, next)))
        .wrap(Border::public(&shared))
        .wrap(from_fn(move |request, next| around(fault, request, next)))
        .configure(public_routes)
}

/// Between the border and the product's handlers.
async fn within(
    fault: Fault,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if Route::of(request.path()) != Route::Hello {
        return next.call(request).await;
    }
    match fault {
        Fault::FailsTwoPercent => fail_each(50, request, next).await,
        Fault::FailsOnePercent => fail_each(100, request, next).await,
        Fault::Slow => {
            sleep(SLOW).await;
            next.call(request).await
        }
        Fault::FiveTimesSlower => {
            let began = Instant::now();
            let answer = next.call(request).await;
            sleep((began.elapsed() * 4).max(SLOWER)).await;
            answer
        }
        Fault::LeaksDescriptors => {
            std::mem::forget(File::open("/dev/null")?);
            next.call(request).await
        }
        Fault::IgnoresSyncToken => {
            request.headers_mut().remove(SYNC_TOKEN);
            next.call(request).await
        }
        Fault::WrongStatus => {
            let was_put = request.method() == Method::PUT;
            let mut answer = next.call(request).await?;
            if was_put && answer.status() == StatusCode::NO_CONTENT {
                *answer.response_mut().status_mut() = StatusCode::OK;
            }
            Ok(answer)
        }
        Fault::WrongWord => with_wrong_word(next.call(request).await?).await,
        _ => next.call(request).await,
    }
}

/// Between the framework and the border, which would make a problem of any failure.
async fn around(
    fault: Fault,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = next.call(request).await?;
    let status = answer.status();
    if fault != Fault::ErrorsWithoutProblem || !(status.is_client_error() || status.is_server_error()) {
        return Ok(answer);
    }
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, text);
    Ok(answer.map_body(|_, _| BoxBody::new(status.to_string())))
}

async fn fail_each(
    nth: u64,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Counted, not thrown: two percent are two percent from the first hundred on.
    if !(ASKED.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(nth) {
        return next.call(request).await;
    }
    let problem =
        Problem::general(ProblemCode::StoreUnavailable).caused_by("this release fails now and then");
    let unread = request.extract::<Payload>().await?;
    Ok(request.error_response(problem.with_unread_body(unread)))
}

async fn with_wrong_word(answer: ServiceResponse<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = answer.into_parts();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await?;
    let text = String::from_utf8_lossy(&bytes).replace("Hello, ", "Hallo, ");
    Ok(ServiceResponse::new(request, head.set_body(text.boxed())))
}
