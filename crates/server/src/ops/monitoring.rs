//! `GET` and `POST` of monitoring.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::Inner;
use super::metrics::{plain, unavailable};
use super::query::Query;
use super::schema::{Acknowledgement, Health, Monitored, Refusal, ReportQuery};
use crate::access::refused;

/// Health, alerts and a report, for which the query is as for a report.
#[utoipa::path(get, path = "/monitoring", params(ReportQuery), security((), ("token" = [])), responses(
    (status = 200, description = "All of it", body = Monitored),
    (status = 400, description = "What is asked for is not known", body = Refusal),
    (status = 401, description = "Neither the token nor this machine", body = Refusal),
    (status = 503, description = "The archive does not answer", body = Refusal),
))]
pub(super) async fn tell(State(ops): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Response {
    let query = match Query::parse(query.as_deref().unwrap_or("")) {
        Ok(query) if query.csv => return refused(StatusCode::BAD_REQUEST, "format-unknown"),
        Ok(query) => query,
        Err(code) => return refused(StatusCode::BAD_REQUEST, code),
    };
    let (store, available) = ops.health.store().await;
    let history = match ops.ledger.history(&query.sources).await {
        Ok(history) => history,
        Err(error) => return unavailable(&error),
    };
    let report = query.report(&history, ops.ledger.now()).to_json();
    let told = json!({
        "version": 1,
        "health": ops.health.tell(),
        "store": { "name": store, "available": available },
        "metrics": serde_json::from_str::<Value>(&report).unwrap_or_default(),
    });
    plain("application/json", told.to_string())
}

/// Somebody has seen an alert: `{ "acknowledge": 3 }`, the alert's id. The answer is the health.
#[utoipa::path(post, path = "/monitoring", request_body = Acknowledgement, security((), ("token" = [])), responses(
    (status = 200, description = "The health", body = Health),
    (status = 400, description = "No id", body = Refusal),
    (status = 401, description = "Neither the token nor this machine", body = Refusal),
    (status = 404, description = "There is no such alert", body = Refusal),
))]
pub(super) async fn acknowledge(State(ops): State<Arc<Inner>>, body: Bytes) -> Response {
    let asked = serde_json::from_slice::<Value>(&body).ok();
    let id = asked.and_then(|asked| asked.get("acknowledge")?.as_u64());
    let Some(id) = id else { return refused(StatusCode::BAD_REQUEST, "acknowledge-missing") };
    if u32::try_from(id).is_ok_and(|id| ops.health.acknowledge(id)) {
        plain("application/json", ops.health.tell().to_string())
    } else {
        refused(StatusCode::NOT_FOUND, "alert-unknown")
    }
}
