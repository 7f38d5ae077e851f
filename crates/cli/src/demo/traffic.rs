//! What the switches do to a request to the API.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::sleep;

use super::answer::{ApiError, READ_CACHE_CONTROL};
use super::app::App;
use super::connection::Connection;
use super::idempotency::Delay;
use super::switches::Plan;

/// The headers that `sendHeaders: false` leaves out.
pub(crate) const OURS: [HeaderName; 5] = [
    HeaderName::from_static("x-cache-tags"),
    HeaderName::from_static("x-cache-invalidate"),
    HeaderName::from_static("cache-groups"),
    HeaderName::from_static("cache-group-invalidation"),
    HeaderName::from_static("x-cache-cursor"),
];

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
