//! What becomes of a request: the proxy's own paths, and the cache before the backend.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, Response, Uri};
use everfresh_server::{CacheService, ClientName, NoResolver, ResponseBody};
use futures_util::StreamExt;
use http_body_util::{BodyExt, BodyStream, StreamBody};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_service::Service;
use tracing::{Level, enabled, info};

use super::body::Upload;
use super::headers::forwarded_for;
use super::problem::Problem;
use super::upstream::Upstream;

/// What the access log is named, for filters.
const ACCESS: &str = "everfresh::access";

/// Requests for these are the proxy's own; the backend never sees them.
const OWN: &str = "/_everfresh/";

/// What answers.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) cache: CacheService<Upstream, NoResolver>,
    pub(super) own: Router,
    /// How long a request's body may stand still.
    pub(super) patience: Duration,
    /// Whether a proxy in front says who asks.
    pub(super) trust_forwarded: bool,
    /// Says when the proxy is to stop.
    pub(super) stop: CancellationToken,
}

impl Front {
    pub(super) async fn answer(
        mut self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Response<ResponseBody>, Infallible> {
        if !enabled!(target: ACCESS, Level::INFO) {
            return self.ask(request, peer).await;
        }
        let started = Instant::now();
        let line = Line::new(request.method(), request.uri(), peer);
        let response = self.ask(request, peer).await?;
        line.log(&response, started.elapsed());
        Ok(response)
    }

    async fn ask(
        &mut self,
        mut request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Response<ResponseBody>, Infallible> {
        request.extensions_mut().insert(ConnectInfo(peer));
        if self.trust_forwarded
            && let Some(client) = forwarded_for(request.headers())
        {
            request.extensions_mut().insert(ClientName(client));
        }
        if request.uri().path().starts_with(OWN) {
            let answered = self.own.clone().oneshot(request).await?;
            return Ok(self.until_stop(answered));
        }
        if request.method() == Method::CONNECT {
            return Ok(Problem::Connect.answer());
        }
        let request = request.map(|body| Upload::new(peer.ip(), body, self.patience));
        self.cache.call(request).await
    }

    /// The same answer; a stream of events ends when the proxy is to stop.
    fn until_stop(&self, response: Response<axum::body::Body>) -> Response<ResponseBody> {
        if response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != "text/event-stream") {
            return response.map(|body| body.map_err(Into::into).boxed_unsync());
        }
        let stop = self.stop.clone().cancelled_owned();
        response.map(|body| {
            let events = BodyStream::new(body).take_until(stop);
            StreamBody::new(events).map_err(Into::into).boxed_unsync()
        })
    }
}

/// Answers where the proxy has nothing of its own.
pub(super) async fn nothing() -> Response<axum::body::Body> {
    Problem::Nothing.answer().map(axum::body::Body::new)
}

/// A line of the access log.
struct Line {
    method: Method,
    uri: Uri,
    peer: SocketAddr,
}

impl Line {
    fn new(method: &Method, uri: &Uri, peer: SocketAddr) -> Self {
        Self { method: method.clone(), uri: uri.clone(), peer }
    }

    /// Queries may hold secrets, so paths alone are logged.
    fn log(self, response: &Response<ResponseBody>, took: Duration) {
        let cache = response.headers().get_all("cache-status").iter().next_back();
        let cache = cache.and_then(|cache| cache.to_str().ok()).unwrap_or("");
        info!(
            target: ACCESS,
            peer = %self.peer.ip(),
            method = %self.method,
            path = self.uri.path(),
            status = response.status().as_u16(),
            ms = took.as_secs_f64() * 1000.0,
            cache = cache.trim_start_matches("everfresh-server; "),
        );
    }
}
