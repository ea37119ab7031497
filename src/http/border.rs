//! The middleware that every request crosses on its way in and every answer on its way out.

mod record;

use super::problem::Problem;
use super::request_id::{self, X_REQUEST_ID};
use super::routes::Route;
use super::{ProblemCode, Shared};
use crate::actors::Stages;
use crate::telemetry::traces::RequestTrace;
use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::InternalError;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Payload;
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use record::{Counts, Ended, Record};
use std::future::{Ready, ready};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

const REGION: HeaderName = HeaderName::from_static("region");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// As the third edition of W3C's Trace Context drafts it; the editions that are out know no header of answers.
const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// Gives each request an id, catches its panic, makes a problem of every failure, counts and logs.
#[derive(Clone)]
pub struct Border {
    shared: Shared,
    region: HeaderValue,
    public: bool,
}

impl Border {
    /// The border of the public listener.
    pub fn public(shared: &Shared) -> Self {
        Self::new(shared, true)
    }

    /// The border of the admin listener, whose requests are neither counted nor logged at info.
    pub fn admin(shared: &Shared) -> Self {
        Self::new(shared, false)
    }

    fn new(shared: &Shared, public: bool) -> Self {
        let region = HeaderValue::from_str(shared.region.as_str()).expect("a region is visible ASCII");
        Self { shared: shared.clone(), region, public }
    }

    /// Begins to follow a request; probes are not followed.
    fn trace(&self, route: Route, headers: &HeaderMap) -> Option<RequestTrace> {
        if !self.public || route.is_probe() {
            return None;
        }
        let caller = headers.get(TRACEPARENT).and_then(|header| header.to_str().ok());
        self.shared.traces.begin(caller)
    }

    /// What stands on every answer.
    fn stamp(
        &self,
        response: &mut HttpResponse,
        route: Route,
        id: HeaderValue,
        trace: Option<&RequestTrace>,
    ) {
        let headers = response.headers_mut();
        if let Some(trace) = trace.and_then(RequestTrace::traceresponse)
            && let Ok(trace) = HeaderValue::try_from(trace)
        {
            headers.insert(TRACERESPONSE, trace);
        }
        headers.insert(X_REQUEST_ID, id);
        headers.insert(REGION, self.region.clone());
        if route == Route::Hello {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.shared.drain.is_draining() {
            response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
        }
    }
}

impl<S> Transform<S, ServiceRequest> for Border
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type InitError = ();
    type Transform = BorderService<S>;
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let counts = Rc::new(Counts::new(&self.shared.metrics, self.public));
        ready(Ok(BorderService { border: Rc::new(self.clone()), counts, service: Rc::new(service) }))
    }
}

/// The border in front of one worker's services.
pub struct BorderService<S> {
    border: Rc<Border>,
    counts: Rc<Counts>,
    service: Rc<S>,
}

impl<S> Service<ServiceRequest> for BorderService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let id = request_id::of(request.headers());
        let route = Route::of(request.path());
        let trace = self.border.trace(route, request.headers());
        let record = Record::begin(&self.counts, route, request.head());
        let (border, service) = (Rc::clone(&self.border), Rc::clone(&self.service));
        Box::pin(async move {
            let answer = AssertUnwindSafe(async {
                if route == Route::Unknown {
                    let unread = request.extract::<Payload>().await?;
                    let problem = Problem::general(ProblemCode::RouteUnknown).with_unread_body(unread);
                    return Ok(request.error_response(problem));
                }
                service.call(request).await
            });
            let answer = pin!(answer.catch_unwind());
            let (answer, stages) = Stages::of(RequestTrace::around(trace.as_ref(), answer)).await;
            let (request, response, problem) = match answer {
                Ok(Ok(response)) => {
                    let problem = problem_of(&response);
                    let (request, response) = response.into_parts();
                    (Some(request), response, problem)
                }
                Ok(Err(error)) => {
                    let problem =
                        Problem::from_status(error.as_response_error().status_code()).caused_by(error);
                    (None, HttpResponse::InternalServerError().finish(), Some(problem))
                }
                Err(_) => {
                    border.shared.metrics.panics.inc();
                    let problem = Problem::general(ProblemCode::Internal).caused_by("a handler panicked");
                    (None, HttpResponse::InternalServerError().finish(), Some(problem))
                }
            };
            let trace_id = trace.as_ref().map(RequestTrace::id);
            let mut response = match &problem {
                Some(problem) => problem.to_response(request_id::text(&id), trace_id.as_ref()),
                None => response,
            };
            let (status, problem) = (response.status(), problem.as_ref());
            let ended = Ended { status, id: &id, problem, trace_id, stages };
            record.end(&ended, trace.as_ref(), border.shared.slow_request);
            border.stamp(&mut response, route, id, trace.as_ref());
            match request {
                Some(request) => Ok(ServiceResponse::new(request, response)),
                // The request is gone; the framework sends an error's own response as it is.
                None => Err(InternalError::from_response("answered", response).into()),
            }
        })
    }
}

/// The problem that a failed answer stands for: a handler's own, or one made from the status that the
/// framework chose.
fn problem_of(response: &ServiceResponse<BoxBody>) -> Option<Problem> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let own = response.response().error().and_then(|error| error.as_error::<Problem>());
    Some(own.cloned().unwrap_or_else(|| Problem::from_status(status)))
}
