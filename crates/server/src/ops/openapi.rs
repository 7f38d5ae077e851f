//! The OpenAPI document of the endpoints.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::metrics::plain;
use super::options::OpsOptions;
use crate::access::refused;
use crate::{endpoint, events};

/// What the token is called in the document.
const TOKEN: &str = "token";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "everfresh",
        description = "The endpoints of the server half. Errors have a JSON body with a stable `code`."
    ),
    paths(
        super::metrics::report,
        super::metrics::clear,
        super::beacon::take,
        super::monitoring::tell,
        super::monitoring::acknowledge,
        super::prometheus::tell,
        super::flags::tell,
        super::flags::change,
        super::flags::tell_all,
        tell,
        endpoint::invalidate,
        events::listen,
    )
)]
struct Endpoints;

/// The document, of what is served.
pub(super) fn document(options: &OpsOptions, events: bool) -> Document {
    let mut document = Endpoints::openapi();
    let names = &options.names;
    let all_flags = names.all_flags();
    let known = [
        ("/metrics", Some(&names.metrics)),
        ("/beacon", Some(&names.beacon)),
        ("/monitoring", Some(&names.monitoring)),
        ("/prometheus", Some(&names.prometheus)),
        ("/openapi.json", Some(&names.openapi)),
        ("/flags", Some(&names.flags)),
        ("/flags/all", Some(&all_flags)),
        ("/invalidate", options.token.as_ref().map(|_| &names.invalidate)),
        ("/events", events.then_some(&names.events)),
    ];
    let mut all = std::mem::take(&mut document.paths.paths);
    for (known, name) in known {
        if let (Some(item), Some(name)) = (all.remove(known), name) {
            document.paths.paths.insert(format!("{}/{name}", options.base), item);
        }
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
    document
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", security((), ("token" = [])), responses(
    (status = 200, description = "The document", content_type = "application/json"),
    (status = 401, description = "Neither the token nor this machine", body = super::schema::Refusal),
))]
pub(super) async fn tell(State(document): State<Arc<Document>>) -> Response {
    match document.to_json() {
        Ok(text) => plain("application/json", text),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "encoding"),
    }
}
