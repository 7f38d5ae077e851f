//! `POST /_everfresh/invalidate`: invalidation by other programs.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use everfresh_core::header::MAX_BYTES;
use http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderMap, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::error::LayerError;
use crate::invalidator::{InvalidateError, Invalidator};

/// A larger body is refused, in bytes: the JSON around targets of the greatest length.
const MOST: usize = MAX_BYTES * 2;

/// A shorter token is refused.
const LEAST: usize = 16;

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
    if token.len() < LEAST {
        return Err(LayerError::Token);
    }
    let state = Endpoint { invalidator, token: token.into() };
    let route = Router::new().route("/_everfresh/invalidate", post(invalidate));
    Ok(route.layer(DefaultBodyLimit::max(MOST)).with_state(state))
}

#[derive(Clone)]
struct Endpoint {
    invalidator: Invalidator,
    token: std::sync::Arc<str>,
}

async fn invalidate(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_bearer(&headers, &endpoint.token) {
        let challenge = [(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
        return (challenge, refused(StatusCode::UNAUTHORIZED, "unauthorized")).into_response();
    }
    let targets = serde_json::from_slice::<Value>(&body).ok();
    let Some(targets) = targets.as_ref().and_then(|body| body.get("targets")?.as_str()) else {
        return refused(StatusCode::BAD_REQUEST, "targets-missing");
    };
    match endpoint.invalidator.invalidate(targets).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error @ InvalidateError::Store(_)) => refused(StatusCode::SERVICE_UNAVAILABLE, error.code()),
        Err(error) => refused(StatusCode::BAD_REQUEST, error.code()),
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers, axum::Json(json!({ "code": code }))).into_response()
}

/// Whether a request has the token. How long it takes tells only how long the token is.
pub(crate) fn is_bearer(headers: &HeaderMap, token: &str) -> bool {
    let value = headers.get(AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
    let Some((scheme, given)) = value.split_at_checked(7) else { return false };
    scheme.eq_ignore_ascii_case(b"bearer ")
        && given.len() == token.len()
        && given.iter().zip(token.as_bytes()).fold(0, |different, (a, b)| different | (a ^ b)) == 0
}
