//! `/livez` and `/readyz`, on both listeners.

use super::Shared;
use super::problem::{Problem, ProblemCode};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

/// 200 until the process ends.
#[utoipa::path(
    get, path = "/livez", operation_id = "live", tag = "probes",
    responses((status = 200, description = "The process runs", content_type = "application/json")),
)]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "alive" }))
}

/// 200 only while this instance should get traffic.
#[utoipa::path(
    get, path = "/readyz", operation_id = "ready", tag = "probes",
    responses(
        (status = 200, description = "Send traffic here", content_type = "application/json"),
        (status = 503, response = super::docs::ProblemResponse),
    ),
)]
pub async fn ready(shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let store = shared.store.check();
    let draining = shared.drain.is_draining();
    let checks = json!({
        "store": store.as_ref().err().map_or("ok", |unready| unready.reason),
        "traffic": if draining { "draining" } else { "ok" },
    });
    match store {
        Ok(()) if !draining => Ok(HttpResponse::Ok().json(json!({ "status": "ready", "checks": checks }))),
        Ok(()) => Err(Problem::general(ProblemCode::NotReady).with_checks(checks)),
        Err(unready) => Err(Problem::general(ProblemCode::NotReady).with_checks(checks).caused_by(unready)),
    }
}
