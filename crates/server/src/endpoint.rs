//! `POST /_everfresh/invalidate`: invalidation by other programs.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use everfresh_core::header::MAX_BYTES;
use http::StatusCode;
use serde_json::Value;

use crate::access::{Access, guard, refused};
use crate::error::LayerError;
use crate::invalidator::{InvalidateError, Invalidator};
use crate::ops::schema::{Refusal, Targets};

/// A larger body is refused, in bytes: the JSON around targets of the greatest length.
const MOST: usize = MAX_BYTES * 2;

/// `POST /_everfresh/invalidate`, to be merged into an application's router. Its body is
/// `{ "targets": "story:42, \"/api/stories/*\"" }`, a value of `X-Cache-Invalidate`; `Authorization: Bearer` and the token
/// are needed from everybody, since behind a proxy all peers are on this machine.
///
/// | answer | |
/// | --- | --- |
/// | 204 | all instances that share the store hand out nothing older |
/// | 400 | the body or its targets can't be read: nothing was done |
/// | 401 | not the token |
/// | 413 | the body is too large |
/// | 503 | the store does not answer; it is told as soon as it does |
///
/// Errors have a JSON body with a stable `code`.
///
/// # Errors
/// [`LayerError::Token`] where the token has less than 16 bytes.
pub fn invalidate_route(invalidator: Invalidator, token: &str) -> Result<Router, LayerError> {
    Ok(route_at("/_everfresh/invalidate", invalidator, Access::new(Some(token), false)?))
}

pub(crate) fn route_at(path: &str, invalidator: Invalidator, access: Access) -> Router {
    let route = post(invalidate).layer(DefaultBodyLimit::max(MOST));
    Router::new().route(path, route.layer(from_fn_with_state(access, guard))).with_state(invalidator)
}

/// Invalidates.
#[utoipa::path(post, path = "/invalidate", request_body = Targets, security(("token" = [])), responses(
    (status = 204, description = "No instance that shares the store hands out what is older"),
    (status = 400, description = "The body or its targets can't be read", body = Refusal),
    (status = 401, description = "Not the token", body = Refusal),
    (status = 413, description = "The body is too large"),
    (status = 503, description = "The store does not answer; it is told as soon as it does", body = Refusal),
))]
pub(crate) async fn invalidate(State(invalidator): State<Invalidator>, body: Bytes) -> Response {
    let targets = serde_json::from_slice::<Value>(&body).ok();
    let Some(targets) = targets.as_ref().and_then(|body| body.get("targets")?.as_str()) else {
        return refused(StatusCode::BAD_REQUEST, "targets-missing");
    };
    match invalidator.invalidate(targets).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error @ InvalidateError::Store(_)) => refused(StatusCode::SERVICE_UNAVAILABLE, error.code()),
        Err(error) => refused(StatusCode::BAD_REQUEST, error.code()),
    }
}
