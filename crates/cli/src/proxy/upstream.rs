//! The backend, as the service that the cache is in front of.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{Method, Request, Response, StatusCode, Uri, Version};
use everfresh_server::{ResponseBody, StillRunning, UntilClose};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::upgrade::{self, OnUpgrade};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use tower_service::Service;
use tracing::warn;

use super::args::Args;
use super::body::{Patient, Upload, UploadError};
use super::headers::{
    say_for_whom, say_via, say_websocket, strip_disguises, strip_hop_by_hop, wants_websocket,
};
use super::problem::Problem;
use super::tunnel;

/// How long a connection waits for its next request. Backends end idle ones too, and a request that meets that end is
/// lost; Node's do so after 5 s.
const IDLE: Duration = Duration::from_secs(4);

/// The backend. It never fails: what is wrong is an answer too.
#[derive(Clone)]
pub(super) struct Upstream(Arc<Inner>);

struct Inner {
    client: Client<HttpConnector, Upload>,
    authority: Authority,
    first_byte: Duration,
    patience: Duration,
    trust_forwarded: bool,
    tasks: TaskTracker,
}

impl Upstream {
    /// A stop waits for what `tasks` knows of.
    pub(super) fn new(args: &Args, tasks: TaskTracker) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(args.connect_timeout));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Self(Arc::new(Inner {
            client,
            authority: args.upstream.clone(),
            first_byte: args.first_byte_timeout,
            patience: args.body_timeout,
            trust_forwarded: args.trust_forwarded,
            tasks,
        }))
    }
}

impl Service<Request<Upload>> for Upstream {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Upload>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { Ok(inner.ask(request).await) })
    }
}

impl Inner {
    async fn ask(&self, mut request: Request<Upload>) -> Response<ResponseBody> {
        let token = self.tasks.token();
        let client = wants_websocket(request.headers()).then(|| upgrade::on(&mut request));
        let (mut parts, body) = request.into_parts();
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        self.prepare(&mut parts, &body, client.is_some());
        match self.send(parts, body).await {
            Ok(response) => {
                let mut response = self.receive(response, client);
                // Held until the answer is: by then what a write has touched is dropped.
                response.extensions_mut().insert(token);
                response
            }
            Err((problem, error)) => {
                let error: &dyn Error = &*error;
                warn!(code = problem.code(), %method, path, error, "no answer of the backend");
                let mut response = problem.answer();
                if problem.may_still_run() {
                    response.extensions_mut().insert(StillRunning);
                }
                response
            }
        }
    }

    /// Makes of a client's request one of ours.
    fn prepare(&self, parts: &mut Parts, body: &Upload, websocket: bool) {
        let headers = &mut parts.headers;
        if let Some(asked) = parts.uri.authority()
            && let Ok(host) = asked.as_str().parse()
        {
            // RFC 9112, section 3.2.2.
            headers.insert(header::HOST, host);
        }
        strip_hop_by_hop(headers);
        strip_disguises(headers, &parts.method);
        say_for_whom(headers, body.peer, self.trust_forwarded);
        say_via(headers, parts.version);
        if websocket {
            say_websocket(headers);
        }
        parts.version = Version::HTTP_11;
        let mut uri = axum::http::uri::Parts::default();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.authority.clone());
        let path = parts.uri.path_and_query().cloned();
        uri.path_and_query = Some(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        parts.uri = Uri::from_parts(uri).unwrap_or_default();
    }

    async fn send(
        &self,
        parts: Parts,
        body: Upload,
    ) -> Result<Response<Incoming>, (Problem, Box<dyn Error + Send + Sync>)> {
        // A connection may end just when it is used again. What has no body and changes nothing is sent once more.
        let again =
            body.is_end_stream() && matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        let again = again.then(|| (parts.clone(), body.peer));
        match (self.send_once(Request::from_parts(parts, body)).await, again) {
            (Err((Problem::Broken, _)), Some((parts, peer))) => {
                self.send_once(Request::from_parts(parts, Upload::none(peer))).await
            }
            (answered, _) => answered,
        }
    }

    async fn send_once(
        &self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, (Problem, Box<dyn Error + Send + Sync>)> {
        let progress = request.body().progress();
        let sent = Instant::now();
        let mut answer = self.client.request(request);
        loop {
            let last = progress.as_ref().map_or(sent, |progress| progress.last());
            match timeout_at(last + self.first_byte, &mut answer).await {
                Ok(answered) => return answered.map_err(|error| (problem(&error), error.into())),
                Err(error) => {
                    // It is not yet to answer while it still reads.
                    if progress.as_ref().is_none_or(|progress| progress.last() == last) {
                        return Err((Problem::Slow, error.into()));
                    }
                }
            }
        }
    }

    /// Makes of the backend's answer one of ours.
    fn receive(&self, mut response: Response<Incoming>, client: Option<OnUpgrade>) -> Response<ResponseBody> {
        let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if switches {
            let Some(client) = client else {
                warn!(code = Problem::Broken.code(), "the backend speaks another protocol, unasked");
                return Problem::Broken.answer();
            };
            tunnel::join(client, upgrade::on(&mut response));
        }
        let version = response.version();
        let ends_with_connection = is_until_close(response.headers(), response.body());
        let headers = response.headers_mut();
        strip_hop_by_hop(headers);
        say_via(headers, version);
        if switches {
            say_websocket(headers);
        }
        if ends_with_connection {
            response.extensions_mut().insert(UntilClose);
        }
        *response.version_mut() = Version::HTTP_11;
        let token = self.tasks.token();
        response.map(|body| Patient::new(body, self.patience).held(token).boxed_unsync())
    }
}

/// Whether nothing but the end of its connection ends a body (RFC 9112, section 6.3).
fn is_until_close(headers: &HeaderMap, body: &Incoming) -> bool {
    !body.is_end_stream()
        && !headers.contains_key(header::CONTENT_LENGTH)
        && !headers.contains_key(header::TRANSFER_ENCODING)
}

fn problem(error: &legacy::Error) -> Problem {
    let mut timed_out = false;
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref() {
            Some(UploadError::Stalled) => return Problem::Stalled,
            Some(UploadError::Gone(_)) => return Problem::Gone,
            None => {}
        }
        timed_out |= error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::TimedOut);
        cause = error.source();
    }
    match (error.is_connect(), timed_out) {
        (true, true) => Problem::Unreachable,
        (true, false) => Problem::Down,
        (false, _) => Problem::Broken,
    }
}
