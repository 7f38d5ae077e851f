//! The layer, and the service that it makes.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::json;
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;
use tracing::warn;

use super::answers::{AnswerStore, KeptAnswer};
use super::claims::Claimed;
use super::request::{LONGEST, fingerprint, key_of};
use crate::body::{Read, ResponseBody, boxed, full, peek};
use crate::error::BoxError;
use crate::marker::StillRunning;
use crate::store::StoreError;

/// Says that an answer is a kept one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

type Name = dyn Fn(&Parts) -> String + Send + Sync;
type Tell = dyn Fn(Refused) -> Response<ResponseBody> + Send + Sync;

/// Settings of an [`IdempotencyLayer`].
#[derive(Debug, Clone)]
pub struct IdempotencyOptions {
    /// The largest body of a request, in bytes; it is read whole before the write begins.
    pub max_request_bytes: usize,
    /// The largest body of an answer that is kept, in bytes. A longer one is handed on, and its key is unsettled.
    pub max_answer_bytes: usize,
    /// How long the body of an answer may take to be kept.
    pub body_timeout: Duration,
}

impl Default for IdempotencyOptions {
    fn default() -> Self {
        Self {
            max_request_bytes: 1024 * 1024,
            max_answer_bytes: 1024 * 1024,
            body_timeout: Duration::from_secs(30),
        }
    }
}

/// Why a write was not done.
#[derive(Debug)]
pub enum Refused {
    /// The key can't be read: 400.
    Key,
    /// The key was that of another request: 422.
    Reused,
    /// A write with this key is under way: 409, to be tried again.
    Running,
    /// A write with this key was begun, and nobody knows what came of it: 409, not to be tried again.
    Unsettled,
    /// The body of the request is too large, or broke off: 413.
    Body,
    /// The store does not answer, or could not keep the answer: 503. The write was not done, or is undone where the store
    /// can.
    Store(StoreError),
}

impl Refused {
    /// The status that says it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Key => StatusCode::BAD_REQUEST,
            Self::Reused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Running | Self::Unsettled => StatusCode::CONFLICT,
            Self::Body => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A stable name of what is wrong.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Key => "invalid-idempotency-key",
            Self::Reused => "idempotency-key-reused",
            Self::Running => "idempotency-key-running",
            Self::Unsettled => "idempotency-key-unsettled",
            Self::Body => "too-large",
            Self::Store(error) => error.code(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key => write!(
                f,
                "a key has 1 to {LONGEST} visible ASCII characters, in quotes or not, without quotes and backslashes"
            ),
            Self::Reused => f.write_str("this Idempotency-Key was that of another request"),
            Self::Running => f.write_str("a request with this Idempotency-Key is under way"),
            Self::Unsettled => f.write_str(
                "a request with this Idempotency-Key was begun, and nobody knows what came of it: look, and send it with another key if it is not done",
            ),
            Self::Body => f.write_str("the body is too large, or broke off"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

/// Answers a write that is sent again as it was answered at first (draft-ietf-httpapi-idempotency-key-header). Put it within a
/// [`CacheLayer`](crate::CacheLayer), which runs writes to their end when their clients have gone.
///
/// A write whose key is new is done, and its answer kept if that is no error and came whole; an error is taken for the answer
/// to a write that had no effect, unless it is [`StillRunning`]. The same request again is given the same answer, with
/// `Idempotency-Replayed: true`. What was given up, panicked or could not be kept is not done again, unless the store has
/// undone it: the key is [unsettled](Refused::Unsettled). Answers of its own: [`Refused`]. Requests without a key pass, and so
/// do safe methods.
///
/// ```
/// use axum::{Router, routing::post};
/// use everfresh_server::{IdempotencyLayer, MemoryAnswers};
///
/// const FORTNIGHT: u64 = 14 * 24 * 60 * 60 * 1000;
/// let answers = MemoryAnswers::new(64 * 1024 * 1024, FORTNIGHT);
/// let app: Router = Router::new()
///     .route("/api/posts", post(async || "posted"))
///     .layer(IdempotencyLayer::new(answers));
/// ```
#[derive(Clone)]
pub struct IdempotencyLayer<A> {
    answers: A,
    options: IdempotencyOptions,
    owner: Arc<Name>,
    refuse: Arc<Tell>,
}

impl<A> IdempotencyLayer<A> {
    /// A layer that keeps answers there.
    pub fn new(answers: A) -> Self {
        let (owner, refuse) = (Arc::new(|_: &Parts| String::new()), Arc::new(refusal));
        Self { answers, options: IdempotencyOptions::default(), owner, refuse }
    }

    /// The same layer with these settings.
    pub fn options(mut self, options: IdempotencyOptions) -> Self {
        self.options = options;
        self
    }

    /// The same layer, where a key is that of a user: whoever guesses it is given nobody else's answer. `owner` tells of a
    /// request who is signed in, by something that outlives a session.
    pub fn owner(mut self, owner: impl Fn(&Parts) -> String + Send + Sync + 'static) -> Self {
        self.owner = Arc::new(owner);
        self
    }

    /// The same layer, which says in these answers why a write was not done. That of [`Refused::Running`] needs a
    /// `Retry-After`.
    pub fn refusals<B>(mut self, refuse: impl Fn(Refused) -> Response<B> + Send + Sync + 'static) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.refuse = Arc::new(move |why| refuse(why).map(boxed));
        self
    }
}

impl<S, A: Clone> Layer<S> for IdempotencyLayer<A> {
    type Service = IdempotencyService<S, A>;

    fn layer(&self, inner: S) -> Self::Service {
        IdempotencyService { inner, layer: self.clone() }
    }
}

impl<A> fmt::Debug for IdempotencyLayer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyLayer").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Does writes once. Made by [`IdempotencyLayer`].
#[derive(Debug, Clone)]
pub struct IdempotencyService<S, A> {
    inner: S,
    layer: IdempotencyLayer<A>,
}

/// What came of a write.
type Outcome<E> = Result<Result<Response<ResponseBody>, E>, Refused>;

impl<S, A, B> Service<Request<Body>> for IdempotencyService<S, A>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    A: AnswerStore,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The one that was polled ready is the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        if request.method().is_safe() {
            return Box::pin(async move { Ok(inner.call(request).await?.map(boxed)) });
        }
        let layer = self.layer.clone();
        Box::pin(
            async move { layer.write(inner, request).await.unwrap_or_else(|why| Ok((layer.refuse)(why))) },
        )
    }
}

impl<A: AnswerStore> IdempotencyLayer<A> {
    async fn write<S, B>(&self, mut inner: S, request: Request<Body>) -> Outcome<S::Error>
    where
        S: Service<Request<Body>, Response = Response<B>> + Send,
        S::Future: Send,
        S::Error: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let key = key_of(&parts.headers).map_err(|_| Refused::Key)?;
        // No owner has a line break, and no key.
        let key = key.map(|key| format!("{}\n{key}", (self.owner)(&parts).replace('\n', " ")));
        let body = self.read(body).await.ok_or(Refused::Body)?;
        let claim = match &key {
            Some(key) => match self.answers.claim(key).await.map_err(Refused::Store)? {
                Claimed::Taken(claim) => Some(claim),
                Claimed::Running => return Err(Refused::Running),
                Claimed::Unsettled => return Err(Refused::Unsettled),
            },
            None => None,
        };
        // Whether it is known what came of the write.
        let mut settled = true;
        let mark = fingerprint(&parts, &body);
        let request = Request::from_parts(parts.clone(), Body::from(body));
        let write = async {
            let Some(key) = &key else {
                return Ok(inner.call(request).await.map(|response| response.map(boxed)));
            };
            if let Some(kept) = self.answers.find(key).await.map_err(Refused::Store)? {
                return if kept.request == mark { Ok(Ok(replay(kept))) } else { Err(Refused::Reused) };
            }
            settled = false;
            match inner.call(request).await {
                Ok(response) if is_good(&response) => {
                    let (response, kept) = self.keep(key, mark, response.map(boxed)).await?;
                    settled = kept;
                    Ok(Ok(response))
                }
                Ok(response) => {
                    settled = response.extensions().get::<StillRunning>().is_none();
                    Ok(Ok(response.map(boxed)))
                }
                Err(error) => Ok(Err(error)),
            }
        };
        let outcome = self.answers.unit(&parts, write, lasts).await.map_err(Refused::Store);
        if let Some(claim) = claim
            && settled
        {
            claim.settle().await;
        }
        outcome?
    }

    /// Somewhat more than may be is read before it is refused: in the middle, a client that is still sending would find a
    /// broken connection and no answer.
    async fn read(&self, body: Body) -> Option<Bytes> {
        let most = self.options.max_request_bytes;
        let body = to_bytes(body, most.saturating_mul(16)).await.ok()?;
        (body.len() <= most).then_some(body)
    }

    /// Whether it is kept, too.
    async fn keep(
        &self,
        key: &str,
        request: Vec<u8>,
        response: Response<ResponseBody>,
    ) -> Result<(Response<ResponseBody>, bool), Refused> {
        let (parts, body) = response.into_parts();
        let deadline = Instant::now() + self.options.body_timeout;
        let (read, body) = peek(body, self.options.max_answer_bytes, Some(deadline)).await;
        let kept = match read {
            Read::Whole(body) => {
                let (status, headers) = (parts.status, parts.headers.clone());
                let answer = KeptAnswer { request, status, headers, body };
                self.answers.keep(key, answer).await.map_err(Refused::Store)?;
                true
            }
            part => {
                warn!(?part, "the answer to a write with a key is not kept");
                false
            }
        };
        Ok((Response::from_parts(parts, body), kept))
    }
}

/// An answer that is an error is one of a write that had no effect.
fn lasts<E>(outcome: &Outcome<E>) -> bool {
    matches!(outcome, Ok(Ok(response)) if is_good(response))
}

fn is_good<B>(response: &Response<B>) -> bool {
    response.status().is_success() || response.status().is_redirection()
}

fn replay(kept: KeptAnswer) -> Response<ResponseBody> {
    let mut response = Response::new(full(kept.body));
    *response.status_mut() = kept.status;
    *response.headers_mut() = kept.headers;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn refusal(why: Refused) -> Response<ResponseBody> {
    let body = json!({ "code": why.code(), "message": why.to_string() }).to_string();
    let mut response = Response::new(full(body.into()));
    *response.status_mut() = why.status();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if matches!(why, Refused::Running | Refused::Store(_)) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
