//! Answers of the API: JSON with validators, or an error with a code.

use std::time::{Duration, UNIX_EPOCH};

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::db::{DbError, Stamped};
use super::switches::Failure;

/// What the browser's own cache may do with a read: keep it, and ask before each use. How long an answer
/// counts as fresh for everfresh is said by the rules; where everfresh is missing, nothing is stale.
pub(crate) const READ_CACHE_CONTROL: &str = "private, no-cache";

/// What an answer of the API is, or why there is none.
pub(crate) type Answer = Result<Response, ApiError>;

/// The answer to a read, or 304 where the caller's copy is as new (RFC 9110, section 13.1.2).
pub(crate) fn read<T: Serialize>(request: &HeaderMap, found: &Stamped<T>) -> Answer {
    let mut response = if has_it(request, &found.stamp.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(&found.value).into_response()
    };
    let headers = response.headers_mut();
    // To the server's own cache, for which the rules speak; what browsers are told comes behind it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&found.stamp.etag) {
        headers.insert(header::ETAG, etag);
    }
    let updated =
        UNIX_EPOCH + Duration::from_millis(u64::try_from(found.stamp.updated_at).unwrap_or_default());
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(updated)) {
        headers.insert(header::LAST_MODIFIED, date);
    }
    Ok(response)
}

/// The answer to a write that changed something: its new state.
pub(crate) fn changed<T: Serialize>(value: &T) -> Answer {
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, Json(value)).into_response())
}

/// The answer to a write that made something: its state, and where it is.
pub(crate) fn created<T: Serialize>(location: &str, value: &T) -> Answer {
    let mut response = changed(value)?;
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Why the API did not do what it was asked.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// There is no such thing.
    NotFound,
    /// The request can't be understood.
    Invalid {
        /// A stable name of what is wrong.
        code: &'static str,
        /// The same for people.
        message: String,
    },
    /// The body is larger than the API takes.
    TooLarge,
    /// A switch of the demo asked for a failure.
    Switched(Failure),
    /// The `Idempotency-Key` was that of another request.
    KeyReused,
    /// A write with this `Idempotency-Key` is under way.
    KeyRunning,
    /// The server failed.
    Internal,
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Missing => Self::NotFound,
            DbError::NoParent { .. } => Self::Invalid { code: "unknown-parent", message: error.to_string() },
            DbError::Version { .. } | DbError::Sqlite(_) | DbError::Cancelled => {
                eprintln!("everfresh demo: {error}: {:?}", std::error::Error::source(&error));
                Self::Internal
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "there is no such thing".into()),
            Self::Invalid { code, message } => (StatusCode::BAD_REQUEST, code, message),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the body is over 1 MiB".into()),
            Self::Switched(failure) => failure.told(),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "this Idempotency-Key was that of another request".into(),
            ),
            Self::KeyRunning => (
                StatusCode::CONFLICT,
                "idempotency-key-running",
                "a request with this Idempotency-Key is under way".into(),
            ),
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", String::from("the server failed"))
            }
        };
        let body = json!({ "error": { "code": code, "message": message } });
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::CONFLICT => headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1")),
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            }
            _ => None,
        };
        response
    }
}

/// `If-None-Match` names this state. Weak comparison: the tags are compared without their `W/`.
fn has_it(request: &HeaderMap, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let ours = opaque(etag);
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag) == ours)
}
