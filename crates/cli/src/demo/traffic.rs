//! What the switches do to a request to the API.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::sleep;

use super::answer::{Answer, ApiError, READ_CACHE_CONTROL};
use super::app::App;
use super::connection::Connection;
use super::input::MAX_BODY;
use super::switches::Plan;

/// The headers that `sendHeaders: false` leaves out.
pub(crate) const OURS: [HeaderName; 5] = [
    HeaderName::from_static("x-cache-tags"),
    HeaderName::from_static("x-cache-invalidate"),
    HeaderName::from_static("cache-groups"),
    HeaderName::from_static("cache-group-invalidation"),
    HeaderName::from_static("x-cache-cursor"),
];

/// How much of a body is read, in bytes, before it is refused. Refused in the middle, a client that is still
/// sending would find a broken connection and no answer.
const MAX_READ: usize = 16 * MAX_BODY;

/// How long a write waits before it is committed.
#[derive(Debug, Clone, Copy)]
struct Delay(Duration);

/// Applies the switches to one request. They come before and after the server's cache, and so does the log: what the cache
/// answers counts, waits and fails as all else.
pub(crate) async fn switch(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let plan = app.switches.admit(request.method(), path);
    let mut response = match plan {
        Plan::Read { before, after } => {
            sleep(before).await;
            let mut response = next.run(request).await;
            if response.headers().contains_key(header::ETAG) {
                let usual = HeaderValue::from_static(READ_CACHE_CONTROL);
                let value = app.switches.cache_control().unwrap_or(usual);
                response.headers_mut().insert(header::CACHE_CONTROL, value);
            }
            sleep(after).await;
            response
        }
        Plan::Fail { before, how } => {
            sleep(before).await;
            ApiError::Switched(how).into_response()
        }
        Plan::Write { before, drop_answer } => {
            request.extensions_mut().insert(Delay(before));
            let response = next.run(request).await;
            if drop_answer {
                connection.cut();
            }
            response
        }
    };
    if !app.switches.send_headers() {
        for name in OURS {
            response.headers_mut().remove(name);
        }
    }
    response
}

/// Does a write, once for each `Idempotency-Key`. It runs to its end when its client has gone, since the cache sees to
/// that.
///
/// A write is one transaction, to which the answer that is kept for its key belongs, and what the layer within asks of the
/// database. An answer that is an error is one of a write that had no effect. The cache is told after the commit.
pub(crate) async fn commit(State(app): State<App>, request: Request, next: Next) -> Answer {
    if request.method().is_safe() {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, MAX_READ).await {
        Ok(body) if body.len() <= MAX_BODY => body,
        _ => return Err(ApiError::TooLarge),
    };
    let once = app.keys.claim(&parts, &body)?;
    if let Some(Delay(delay)) = parts.extensions.get() {
        sleep(*delay).await;
    }
    let first = next.run(Request::from_parts(parts, Body::from(body)));
    let answer = async {
        match &once {
            None => Ok(first.await),
            Some(once) => once.answer(&app.db, first).await,
        }
    };
    app.db.unit(answer, |answer| answer.as_ref().is_ok_and(|response| response.status().is_success())).await?
}
