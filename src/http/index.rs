//! `GET /`: a line for programs, a page for browsers.

use actix_web::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use actix_web::{HttpRequest, HttpResponse};

const PAGE: &str = include_str!("../../web/index.html");

/// `Hello, world!`, or the page where the caller accepts HTML.
#[utoipa::path(
    get, path = "/", operation_id = "index", tag = "about",
    responses((status = 200, description = "`Hello, world!`, or a page for browsers", content(
        (String = "text/plain"), (String = "text/html"),
    ))),
)]
pub async fn get(request: HttpRequest) -> HttpResponse {
    let accepts_html = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.to_ascii_lowercase().contains("text/html"));
    let (content_type, body) = if accepts_html {
        ("text/html; charset=utf-8", PAGE)
    } else {
        ("text/plain; charset=utf-8", "Hello, world!")
    };
    HttpResponse::Ok().insert_header((CONTENT_TYPE, content_type)).insert_header((VARY, "Accept")).body(body)
}
