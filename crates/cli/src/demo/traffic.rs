//! What the switches do to a request to the API.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::sleep;

use super::answer::{Answer, ApiError};
use super::app::App;
use super::connection::Connection;
use super::input::MAX_BODY;
use super::switches::Plan;

/// The headers that `sendHeaders: false` leaves out.
pub(crate) const OURS: [HeaderName; 4] = [
    HeaderName::from_static("x-cache-tags"),
    HeaderName::from_static("x-cache-invalidate"),
    HeaderName::from_static("cache-groups"),
    HeaderName::from_static("cache-group-invalidation"),
];

/// How much of a body is read, in bytes, before it is refused. Refused in the middle, a client that is still
/// sending would find a broken connection and no answer.
const MAX_READ: usize = 16 * MAX_BODY;

/// Applies the switches to one request.
pub(crate) async fn switch(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let plan = app.switches.admit(request.method(), path);
    let mut response = match plan {
        Plan::Read { before, after } => {
            sleep(before).await;
            let mut response = next.run(request).await;
            if let (true, Some(value)) =
                (response.headers().contains_key(header::ETAG), app.switches.cache_control())
            {
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
            let response = write(&app, request, next, before).await;
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

/// Runs a write to its end, even when its client has gone: its body is read first, the rest is a task of its own.
async fn write(app: &App, request: Request, next: Next, before: Duration) -> Response {
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, MAX_READ).await {
        Ok(body) if body.len() <= MAX_BODY => body,
        _ => return ApiError::TooLarge.into_response(),
    };
    let running = tokio::spawn(perform(app.clone(), parts, body, next, before));
    running.await.unwrap_or(Err(ApiError::Internal)).into_response()
}

/// A write is one transaction, to which the answer that is kept for its key belongs, and what the layer asks of the
/// database. An answer that is an error is one of a write that had no effect.
async fn perform(app: App, parts: Parts, body: Bytes, next: Next, before: Duration) -> Answer {
    let once = app.keys.claim(&parts, &body)?;
    sleep(before).await;
    let first = next.run(Request::from_parts(parts, Body::from(body)));
    let answer = async {
        match &once {
            None => Ok(first.await),
            Some(once) => once.answer(&app.db, first).await,
        }
    };
    app.db.unit(answer, |answer| answer.as_ref().is_ok_and(|response| response.status().is_success())).await?
}
