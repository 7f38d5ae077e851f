//! What is switched on, over HTTP.

use std::hash::Hasher;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;
use siphasher::sip::SipHasher13;

use super::metrics::plain;
use super::schema::{BrowserFlags, FlagRefusal, FlagsDocument, Refusal};
use crate::access::refused;
use crate::flags::{Board, FlagError, values};

/// What is switched on in browsers. What is not set is on.
#[utoipa::path(get, path = "/flags", responses(
    (status = 200, description = "What is set", body = BrowserFlags),
    (status = 304, description = "It is as `If-None-Match` says"),
    (status = 503, description = "It is not known yet: what was known before holds", body = Refusal),
))]
pub(super) async fn tell(State(flags): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let document = match flags.document() {
        Ok(document) => document,
        Err(code) => return refused(StatusCode::SERVICE_UNAVAILABLE, code),
    };
    let text = json!({ "version": 1, "flags": values(&document.client) }).to_string();
    let mut hasher = SipHasher13::new();
    hasher.write(text.as_bytes());
    let tag = format!("\"{:016x}\"", hasher.finish());
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut answer =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { plain("application/json", text) };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

/// All that is set, in browsers and in servers.
#[utoipa::path(get, path = "/flags/all", security((), ("token" = [])), responses(
    (status = 200, description = "What is set", body = FlagsDocument),
    (status = 401, description = "Neither the token nor this machine", body = Refusal),
    (status = 503, description = "It is not known yet", body = Refusal),
))]
pub(super) async fn tell_all(State(flags): State<Arc<Board>>) -> Response {
    match flags.document() {
        Ok(document) => plain("application/json", document.to_text()),
        Err(code) => refused(StatusCode::SERVICE_UNAVAILABLE, code),
    }
}

/// Changes what is set: a JSON merge patch (RFC 7396) of what `flags/all` tells, whatever its `Content-Type`.
#[utoipa::path(patch, path = "/flags", security((), ("token" = [])),
    request_body(content((FlagsDocument = "application/merge-patch+json"), (FlagsDocument = "application/json"))),
    responses(
        (status = 200, description = "What is set now", body = FlagsDocument),
        (status = 400, description = "It is no such change, and nothing was done", body = FlagRefusal),
        (status = 401, description = "Neither the token nor this machine", body = Refusal),
        (status = 413, description = "It is too large"),
        (status = 503, description = "It can't be kept, and nothing was done", body = FlagRefusal),
    )
)]
pub(super) async fn change(State(flags): State<Arc<Board>>, change: String) -> Response {
    // A task of its own, which goes on when the client has gone.
    let changed = match tokio::spawn(async move { flags.change(&change).await }).await {
        Ok(changed) => changed,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    match changed {
        Ok(document) => plain("application/json", document.to_text()),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &FlagError) -> Response {
    let (status, path) = match error {
        FlagError::Change(problem) => (StatusCode::BAD_REQUEST, problem.path()),
        FlagError::Kept(problem) => (StatusCode::SERVICE_UNAVAILABLE, problem.path()),
        FlagError::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, ""),
    };
    let body = json!({ "code": error.code(), "path": path, "message": error.to_string() });
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers, Json(body)).into_response()
}
