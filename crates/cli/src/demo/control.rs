//! `/_demo`: the switches, for demos and tests.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, ApiError};
use super::app::App;
use super::hostile::{self, Kind};
use super::input::parse;
use super::switches::{Change, State as SwitchState};

const INVALIDATE: HeaderName = HeaderName::from_static("x-cache-invalidate");

/// The routes, below the root.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/_demo/state", get(get_state).patch(patch_state))
        .route("/_demo/reset", post(reset))
        .route("/_demo/hostile", get(get_hostile))
        .route("/_demo/echo-header", post(echo_header))
}

#[derive(Debug, Deserialize)]
struct HostileQuery {
    kind: Kind,
}

#[derive(Debug, Deserialize)]
struct EchoQuery {
    value: String,
}

async fn get_state(State(app): State<App>) -> Answer {
    Ok(plain(&app.switches.state()))
}

async fn patch_state(State(app): State<App>, body: Bytes) -> Answer {
    let change: Change = parse(&body)?;
    Ok(plain(&app.switches.change(change)?))
}

/// Brings the sample content back and puts the switches back.
async fn reset(State(app): State<App>) -> Answer {
    app.db.reset().await?;
    // Only a target that can't be read is an error with a store in memory.
    let _ = app.invalidator.invalidate("*").await;
    app.switches.reset();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An answer whose `X-Cache-Invalidate` is hostile.
async fn get_hostile(Query(query): Query<HostileQuery>) -> Answer {
    let value = hostile::value(query.kind);
    let body = json!({ "kind": query.kind, "bytes": value.len() });
    with_invalidate(HeaderValue::from_bytes(&value).ok(), body)
}

/// An answer whose `X-Cache-Invalidate` is what was asked for.
async fn echo_header(Query(query): Query<EchoQuery>) -> Answer {
    let body = json!({ "value": query.value });
    with_invalidate(HeaderValue::from_bytes(query.value.as_bytes()).ok(), body)
}

fn with_invalidate(value: Option<HeaderValue>, body: serde_json::Value) -> Answer {
    let value = value.ok_or_else(|| ApiError::Invalid {
        code: "invalid-header",
        message: "this can't be sent as the value of a header".to_owned(),
    })?;
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(([no_store, (INVALIDATE, value)], Json(body)).into_response())
}

fn plain(state: &SwitchState) -> axum::response::Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(state)).into_response()
}
