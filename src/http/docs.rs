//! `/openapi.json`, made from the handlers, and the Swagger UI that is bundled with the program.

use super::body::Birthday;
use super::hello::GreetingBody;
use super::problem::{Problem, ProblemCode};
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use std::sync::{Arc, LazyLock};
use utoipa::{OpenApi, ToResponse, ToSchema};
use utoipa_swagger_ui::Config;

/// Any failure (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The kind of problem, as a URI that never changes.
    #[schema(example = "urn:problem-type:jubilee:username_invalid")]
    r#type: String,
    /// The kind in a few words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What the caller can do about it.
    detail: String,
    /// The kind, for programs; see docs/errors.md.
    #[schema(example = "username_invalid")]
    code: String,
    /// The id under which the log has this request.
    #[serde(rename = "requestId")]
    request_id: String,
    /// What its trace is known by, where requests are traced.
    #[serde(rename = "traceId", skip_serializing_if = "Option::is_none")]
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    trace_id: Option<String>,
}

/// Something went wrong; `code` tells what.
#[derive(ToResponse)]
#[response(content_type = "application/problem+json")]
pub struct ProblemResponse(#[allow(dead_code, reason = "only its type is read, by the macro")] ProblemBody);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jubilee",
        description = "Remembers birthdays and greets people, in every region of the world at once. \
            HEAD works where GET does. Every answer carries X-Request-Id and Region, and traceparent (W3C) is honoured where \
            requests are traced; every failure is a problem \
            (RFC 9457). Any request may be tried again after a connection error, 503 or 504, up to 3 times, \
            honouring Retry-After.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/")),
    paths(
        super::hello::put, super::hello::get, super::hello::delete, super::index::get, super::probes::live,
        super::probes::ready,
    ),
    components(schemas(Birthday, GreetingBody, ProblemBody), responses(ProblemResponse)),
)]
struct Document;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    Document::openapi().to_pretty_json().expect("the document is made of what JSON can hold")
});

/// The OpenAPI 3.1 document.
pub fn openapi() -> &'static str {
    &DOCUMENT
}

/// `GET /openapi.json`.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(openapi())
}

/// `GET /docs`: the page is at `/docs/`.
pub async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

/// `GET /docs/…`: a file of the Swagger UI.
pub async fn swagger_ui(request: HttpRequest) -> Result<HttpResponse, Problem> {
    // Left to itself, Swagger UI sends the document's address to a validator on the internet.
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from("/openapi.json").validator_url("none")));
    let name = request.path().strip_prefix("/docs/").unwrap_or_default();
    match utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)) {
        Ok(Some(file)) => {
            let mut response = HttpResponse::Ok();
            response.insert_header((CONTENT_TYPE, file.content_type));
            if file.gzpipped {
                response.insert_header((CONTENT_ENCODING, "gzip"));
            }
            Ok(response.body(file.bytes.into_owned()))
        }
        Ok(None) => Err(Problem::general(ProblemCode::RouteUnknown)),
        Err(error) => Err(Problem::general(ProblemCode::Internal).caused_by(error)),
    }
}
