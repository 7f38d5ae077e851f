//! `POST` of what browsers have counted, as `navigator.sendBeacon` sends it.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use everfresh_core::metrics::History;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderMap, ORIGIN, RETRY_AFTER, VARY,
};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use tokio::time::timeout;
use tracing::warn;

use super::Inner;
use super::schema::{Item, Refusal};
use crate::access::{address, client_name, is_same_origin, refused};
use crate::flags::ServerFlag;

/// What the names of items begin with.
const PREFIX: &str = "everfresh:m:";
/// The longest name, in bytes.
const MAX_NAME: usize = 100;
/// Clients that are told apart until those that are quiet are forgotten.
const CLIENTS: usize = 10_000;

/// What browsers may send.
#[derive(Debug, Clone)]
pub struct BeaconOptions {
    /// A larger body is refused, in bytes.
    pub max_bytes: usize,
    /// How long a body may take.
    pub body_timeout: Duration,
    /// How many are taken in a second, from everybody; four times as many at once.
    pub per_second: NonZeroU32,
    /// How many are taken in a minute from one address. Where a proxy on this machine hands them on, it is the last of
    /// `X-Forwarded-For`.
    pub per_minute_each: NonZeroU32,
    /// How often anything may be said to have happened within a minute; what is more counts as this.
    pub max_count: u64,
    /// The other origins whose pages may send, such as `https://example.org`; those of the server's own always may.
    pub origins: Vec<String>,
}

impl Default for BeaconOptions {
    fn default() -> Self {
        let count = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self {
            max_bytes: 128 * 1024,
            body_timeout: Duration::from_secs(10),
            per_second: count(50),
            per_minute_each: count(60),
            max_count: 100_000,
            origins: Vec::new(),
        }
    }
}

/// How many are taken.
pub(super) struct Limits {
    all: DefaultDirectRateLimiter,
    each: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    pub(super) fn new(options: &BeaconOptions) -> Self {
        let burst = options.per_second.saturating_mul(NonZeroU32::MIN.saturating_add(3));
        Self {
            all: DefaultDirectRateLimiter::direct(Quota::per_second(options.per_second).allow_burst(burst)),
            each: DefaultKeyedRateLimiter::keyed(Quota::per_minute(options.per_minute_each)),
        }
    }

    fn admits(&self, client: Option<IpAddr>) -> bool {
        // The address first: who is refused takes no room from others.
        if let Some(client) = client {
            if self.each.len() > CLIENTS {
                self.each.retain_recent();
            }
            if self.each.check_key(&client).is_err() {
                return false;
            }
        }
        self.all.check().is_ok()
    }
}

/// Takes an item, once. An item that was taken before is answered as it was then.
#[utoipa::path(post, path = "/beacon",
    request_body(content((Item = "text/plain"), (Item = "application/json"))),
    responses(
        (status = 204, description = "It is taken, or nothing is counted"),
        (status = 400, description = "It is none", body = Refusal),
        (status = 403, description = "A page of this origin may not send", body = Refusal),
        (status = 408, description = "The body takes too long", body = Refusal),
        (status = 413, description = "It is too large", body = Refusal),
        (status = 415, description = "Neither JSON nor text", body = Refusal),
        (status = 429, description = "There are too many", body = Refusal),
        (status = 503, description = "The archive does not answer", body = Refusal),
    )
)]
pub(super) async fn take(State(ops): State<Arc<Inner>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let options = &ops.options.beacon;
    let Some(origin) = allowed_origin(&parts, &options.origins) else {
        return refused(StatusCode::FORBIDDEN, "origin-forbidden");
    };
    let answer = if !is_known_type(&parts.headers) {
        refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "type-unknown")
    } else if !ops.limits.admits(address(&parts.headers, &parts.extensions)) {
        let retry = [(RETRY_AFTER, HeaderValue::from_static("60"))];
        (retry, refused(StatusCode::TOO_MANY_REQUESTS, "too-many")).into_response()
    } else if !ops
        .flags
        .switches()
        .is_on(ServerFlag::Metrics, || client_name(&parts.headers, &parts.extensions))
    {
        // It is not sent again.
        StatusCode::NO_CONTENT.into_response()
    } else {
        match timeout(options.body_timeout, to_bytes(body, options.max_bytes)).await {
            Ok(Ok(body)) => add(&ops, &body).await,
            Ok(Err(_)) => refused(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
            Err(_) => refused(StatusCode::REQUEST_TIMEOUT, "too-slow"),
        }
    };
    readable(answer, origin)
}

/// Tells a page of another origin that it may send JSON.
pub(super) async fn preflight(State(ops): State<Arc<Inner>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(origin) = allowed_origin(&parts, &ops.options.beacon.origins) else {
        return refused(StatusCode::FORBIDDEN, "origin-forbidden");
    };
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type")),
    ];
    readable((StatusCode::NO_CONTENT, headers).into_response(), origin)
}

/// An answer that a page of this origin may read.
fn readable(mut answer: Response, origin: Option<HeaderValue>) -> Response {
    let headers = answer.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        // A beacon is always sent with credentials. They don't matter here.
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    answer
}

async fn add(ops: &Inner, body: &[u8]) -> Response {
    let Some((item, told)) = read(body) else {
        return refused(StatusCode::BAD_REQUEST, "beacon-unreadable");
    };
    match ops.ledger.archive().is_new(&item).await {
        Ok(true) => {
            let policy = ops.ledger.meter().policy();
            let known = |dimension, name: &str| policy.measures(dimension, name);
            let now = ops.ledger.now();
            ops.ledger.add_browser(&told.believed(now, ops.options.beacon.max_count, known));
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(false) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            warn!(code = error.code(), %error, "a browser's metrics are lost");
            super::metrics::unavailable(&error)
        }
    }
}

/// The name of an item, and what was counted in it.
fn read(body: &[u8]) -> Option<(String, History)> {
    let told: Value = serde_json::from_slice(body).ok()?;
    let item = told.get("item")?.as_str()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    let named = item.len() <= MAX_NAME && item.starts_with(PREFIX) && item.bytes().all(plain);
    if told.get("version")? != 1 || !named {
        return None;
    }
    Some((item.to_owned(), History::decode(told.get("text")?.as_str()?)?))
}

/// What `Access-Control-Allow-Origin` has to say, if anything; `None` where the page may not send.
fn allowed_origin(request: &Parts, others: &[String]) -> Option<Option<HeaderValue>> {
    if is_same_origin(request) {
        return Some(None);
    }
    let origin = request.headers.get(ORIGIN)?;
    others.iter().any(|other| origin == other).then(|| Some(origin.clone()))
}

/// What a text has by default, and JSON.
fn is_known_type(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    matches!(kind.as_str(), "text/plain" | "application/json")
}
