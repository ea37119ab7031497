//! `/livez` and `/readyz`, on both listeners.

use super::Shared;
use super::problem::{Problem, ProblemCode};
use crate::store::Unready;
use crate::telemetry::metrics::Families;
use crate::telemetry::metrics::labels::READINESS;
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
    let Readiness { store, traffic } = Readiness::of(&shared);
    let checks = json!({
        "store": store.as_ref().err().map_or("ok", |unready| unready.reason),
        "traffic": traffic.err().unwrap_or("ok"),
    });
    match store {
        Ok(()) if traffic.is_ok() => {
            Ok(HttpResponse::Ok().json(json!({ "status": "ready", "checks": checks })))
        }
        Ok(()) => Err(Problem::general(ProblemCode::NotReady).with_checks(checks)),
        Err(unready) => Err(Problem::general(ProblemCode::NotReady).with_checks(checks).caused_by(unready)),
    }
}

/// Whether this instance should get traffic, and why not.
pub(super) struct Readiness {
    store: Result<(), Unready>,
    traffic: Result<(), &'static str>,
}

impl Readiness {
    pub(super) fn of(shared: &Shared) -> Self {
        let traffic = if shared.drain.is_draining() { Err("draining") } else { Ok(()) };
        Self { store: shared.store.check(), traffic }
    }

    /// Tells the metrics what `readyz` would say.
    pub(super) fn write_down(&self, families: &Families) {
        let reasons = [self.store.as_ref().err().map(|unready| unready.reason), self.traffic.err()];
        families.ready.set(i64::from(reasons == [None; 2]));
        for reason in READINESS.values.listed() {
            families.unready.with_label_values(&[reason]).set(0);
        }
        for reason in reasons.into_iter().flatten() {
            families.unready.with_label_values(&[reason]).set(1);
        }
    }
}
