//! What the proxy itself answers where something is wrong (RFC 9457).

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use bytes::Bytes;
use everfresh_server::ResponseBody;
use http_body_util::{BodyExt, Full};
use serde_json::json;

/// Something that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// The backend can't be reached.
    Down,
    /// Connecting to the backend takes too long.
    Unreachable,
    /// The backend takes too long for its answer.
    Slow,
    /// The backend ended the connection, or what it sent is no answer.
    Broken,
    /// The client sends nothing more of its request's body.
    Stalled,
    /// The client broke off in the body of its request.
    Gone,
    /// A tunnel to somewhere else is asked for.
    Connect,
    /// There is nothing here.
    Nothing,
}

impl Problem {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Down | Self::Broken => StatusCode::BAD_GATEWAY,
            Self::Unreachable | Self::Slow => StatusCode::GATEWAY_TIMEOUT,
            Self::Stalled => StatusCode::REQUEST_TIMEOUT,
            Self::Gone => StatusCode::BAD_REQUEST,
            Self::Connect => StatusCode::NOT_IMPLEMENTED,
            Self::Nothing => StatusCode::NOT_FOUND,
        }
    }

    /// A stable name.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Down => "upstream-down",
            Self::Unreachable => "upstream-unreachable",
            Self::Slow => "upstream-slow",
            Self::Broken => "upstream-broken",
            Self::Stalled => "body-stalled",
            Self::Gone => "body-broken",
            Self::Connect => "connect-refused",
            Self::Nothing => "nothing-here",
        }
    }

    /// Whether the backend may still be at the request.
    pub(super) fn may_still_run(self) -> bool {
        matches!(self, Self::Slow | Self::Broken | Self::Stalled | Self::Gone)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Down => "The backend can't be reached",
            Self::Unreachable => "Connecting to the backend takes too long",
            Self::Slow => "The backend takes too long for its answer",
            Self::Broken => "The backend broke off, or what it sent is no answer",
            Self::Stalled => "Nothing more came of the request's body",
            Self::Gone => "The request's body broke off",
            Self::Connect => "This proxy makes no tunnels",
            Self::Nothing => "There is nothing here",
        }
    }

    /// The answer.
    pub(super) fn answer(self) -> Response<ResponseBody> {
        let status = self.status();
        let body = json!({ "title": self.title(), "status": status.as_u16(), "code": self.code() });
        let body = Full::new(Bytes::from(body.to_string())).map_err(|never| match never {});
        let mut response = Response::new(body.boxed_unsync());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
