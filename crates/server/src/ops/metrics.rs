//! `GET` and `DELETE` of the metrics.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use tracing::info;

use super::Inner;
use super::archive::Source;
use super::query::{Query, sources};
use super::schema::{ClearQuery, Refusal, Report, ReportQuery};
use crate::access::refused;
use crate::store::StoreError;

/// A report.
#[utoipa::path(get, path = "/metrics", params(ReportQuery), security((), ("token" = [])), responses(
    (status = 200, description = "The report", content((Report = "application/json"), (String = "text/csv"))),
    (status = 400, description = "What is asked for is not known, or filters are of several dimensions", body = Refusal),
    (status = 401, description = "Neither the token nor this machine", body = Refusal),
    (status = 503, description = "The archive does not answer", body = Refusal),
))]
pub(super) async fn report(State(ops): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Response {
    let query = match Query::parse(query.as_deref().unwrap_or("")) {
        Ok(query) => query,
        Err(code) => return refused(StatusCode::BAD_REQUEST, code),
    };
    let history = match ops.ledger.history(&query.sources).await {
        Ok(history) => history,
        Err(error) => return unavailable(&error),
    };
    let report = query.report(&history, ops.ledger.now());
    let (kind, text) = if query.csv {
        ("text/csv; charset=utf-8", report.to_csv())
    } else {
        ("application/json", report.to_json())
    };
    plain(kind, text)
}

/// Forgets what was counted, of one source (`?source=`) or of all.
#[utoipa::path(delete, path = "/metrics", params(ClearQuery), security((), ("token" = [])), responses(
    (status = 204, description = "It is gone"),
    (status = 400, description = "There is no such source", body = Refusal),
    (status = 401, description = "Neither the token nor this machine", body = Refusal),
    (status = 503, description = "The archive does not answer", body = Refusal),
))]
pub(super) async fn clear(State(ops): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Response {
    let mut which = Source::ALL.to_vec();
    for (key, value) in form_urlencoded::parse(query.as_deref().unwrap_or("").as_bytes()) {
        let found = if key == "source" { sources(&value) } else { Err("parameter-unknown") };
        match found {
            Ok(found) => which = found,
            Err(code) => return refused(StatusCode::BAD_REQUEST, code),
        }
    }
    match ops.ledger.clear(&which).await {
        Ok(()) => {
            info!(sources = ?which, "metrics were cleared");
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => unavailable(&error),
    }
}

/// An answer that nobody keeps, and that no browser takes for anything else.
pub(super) fn plain(kind: &'static str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}

pub(super) fn unavailable(error: &StoreError) -> Response {
    refused(StatusCode::SERVICE_UNAVAILABLE, error.code())
}
