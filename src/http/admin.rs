//! What the admin listener serves to operators.

use super::Shared;
use super::probes::Readiness;
use super::problem::{Problem, ProblemCode};
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use serde_json::json;

/// `GET /metrics`, in the Prometheus text format.
pub async fn metrics(shared: Data<Shared>) -> Result<HttpResponse, Problem> {
    let text = shared
        .metrics
        .render(|families| Readiness::of(&shared).write_down(families))
        .map_err(|error| Problem::general(ProblemCode::Internal).caused_by(error))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(text))
}

/// `GET /buildinfo`.
pub async fn build_info(shared: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "region": shared.region.as_str(),
    }))
}

/// `POST /drain`: takes this instance out by hand.
pub async fn drain(shared: Data<Shared>) -> HttpResponse {
    shared.drain.drain();
    tracing::info!("drained by hand");
    traffic(&shared)
}

/// `POST /undrain`: puts it back.
pub async fn undrain(shared: Data<Shared>) -> HttpResponse {
    shared.drain.undrain();
    tracing::info!("undrained by hand");
    traffic(&shared)
}

fn traffic(shared: &Shared) -> HttpResponse {
    let state = if shared.drain.is_draining() { "draining" } else { "ok" };
    HttpResponse::Ok().json(json!({ "traffic": state }))
}
