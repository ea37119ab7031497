//! Which path and method leads to which handler.

use super::problem::{Problem, ProblemCode};
use super::{admin, docs, hello, index, probes};
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource};

/// What comes before the username.
pub(super) const HELLO_PREFIX: &str = "/hello/";

/// The routes that requests are counted by: their patterns, never a path that a client made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Index,
    /// `/hello/{username}`
    Hello,
    /// `/livez`
    Livez,
    /// `/readyz`
    Readyz,
    /// `/openapi.json`
    OpenApi,
    /// `/docs` and all under it
    Docs,
    /// `/metrics`
    Metrics,
    /// `/buildinfo`
    BuildInfo,
    /// `/drain`
    Drain,
    /// `/undrain`
    Undrain,
    /// Anything else; the border answers it.
    Unknown,
}

impl Route {
    /// The route that a path belongs to, on whichever listener.
    pub fn of(path: &str) -> Self {
        match path {
            "/" => Self::Index,
            "/livez" => Self::Livez,
            "/readyz" => Self::Readyz,
            "/openapi.json" => Self::OpenApi,
            "/docs" => Self::Docs,
            "/metrics" => Self::Metrics,
            "/buildinfo" => Self::BuildInfo,
            "/drain" => Self::Drain,
            "/undrain" => Self::Undrain,
            _ if path.starts_with("/docs/") => Self::Docs,
            _ => match path.strip_prefix(HELLO_PREFIX) {
                Some(username) if !username.is_empty() && !username.contains('/') => Self::Hello,
                _ => Self::Unknown,
            },
        }
    }

    /// The pattern, which is also the label in metrics and logs.
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::Index => "/",
            Self::Hello => "/hello/{username}",
            Self::Livez => "/livez",
            Self::Readyz => "/readyz",
            Self::OpenApi => "/openapi.json",
            Self::Docs => "/docs/{file}",
            Self::Metrics => "/metrics",
            Self::BuildInfo => "/buildinfo",
            Self::Drain => "/drain",
            Self::Undrain => "/undrain",
            Self::Unknown => "unknown",
        }
    }

    /// A path of this route without what a client put into it, for spans.
    pub const fn scrubbed_path(self) -> &'static str {
        match self {
            Self::Hello => "/hello/REDACTED",
            Self::Docs => "/docs/REDACTED",
            Self::Unknown => "/REDACTED",
            whole => whole.pattern(),
        }
    }

    /// Whether this is asked by machines every few seconds.
    pub const fn is_probe(self) -> bool {
        matches!(self, Self::Livez | Self::Readyz | Self::Metrics)
    }
}

/// The routes of the public listener.
pub fn public_routes(config: &mut ServiceConfig) {
    // A pattern would be matched by a regular expression, which takes an eighth of the time of a GET.
    // A scope compares a prefix, and what follows it has been looked at by `Route::of`.
    config
        .service(web::scope("/hello").default_service(web::to(hello::any)))
        .service(readable("/", || web::to(index::get)))
        .service(readable("/openapi.json", || web::to(docs::document)))
        .service(readable("/docs", || web::to(docs::redirect)))
        .service(readable("/docs/{file:.*}", || web::to(docs::swagger_ui)));
    probes_and_unknown(config);
}

/// The routes of the admin listener.
pub fn admin_routes(config: &mut ServiceConfig) {
    config
        .service(readable("/metrics", || web::to(admin::metrics)))
        .service(readable("/buildinfo", || web::to(admin::build_info)))
        .service(resource("/drain", "POST").route(web::post().to(admin::drain)))
        .service(resource("/undrain", "POST").route(web::post().to(admin::undrain)));
    probes_and_unknown(config);
}

fn probes_and_unknown(config: &mut ServiceConfig) {
    config
        .service(readable("/livez", || web::to(probes::live)))
        .service(readable("/readyz", || web::to(probes::ready)))
        .default_service(web::to(|| async {
            Err::<HttpResponse, _>(Problem::general(ProblemCode::RouteUnknown))
        }));
}

/// A resource that can only be read. HEAD works where GET does: the codec leaves the body out.
fn readable(path: &'static str, handler: impl Fn() -> actix_web::Route) -> Resource {
    resource(path, "GET, HEAD").route(handler().method(Method::GET)).route(handler().method(Method::HEAD))
}

/// A resource that answers 405 and names its methods where no route of it fits.
fn resource(path: &'static str, allowed: &'static str) -> Resource {
    web::resource(path).default_service(web::to(move || async move {
        Err::<HttpResponse, _>(Problem::method_not_allowed(allowed))
    }))
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn paths_that_clients_make_up_are_one_route() {
        for path in ["", "*", "//hello/x", "/hello", "/hello/", "/hello/a/b", "/x", "/livez/"] {
            assert_eq!(Route::of(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn a_path_belongs_to_its_pattern() {
        assert_eq!(Route::of("/hello/ada"), Route::Hello);
        assert_eq!(Route::of("/hello/%2F"), Route::Hello);
        assert_eq!(Route::of("/docs/swagger-ui.css"), Route::Docs);
        for route in [Route::Index, Route::Livez, Route::Readyz, Route::OpenApi, Route::Metrics, Route::Drain]
        {
            assert_eq!(Route::of(route.pattern()), route);
        }
    }
}
