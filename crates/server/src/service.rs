//! The service that the layer makes.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use everfresh_core::header::parse_invalidate;
use everfresh_core::policy::Policy;
use everfresh_core::serve::{Asked, Told, Write, absolute, targets};
use everfresh_core::target::Member;
use everfresh_core::url::Url;
use http::{HeaderMap, Request, Response, StatusCode, Uri, header};
use http_body::Body;
use tower_service::Service;

use crate::body::{Read, ResponseBody, boxed, peek};
use crate::emit::{name_read, name_write};
use crate::error::BoxError;
use crate::names::{CACHE_GROUP_INVALIDATION, X_CACHE_INVALIDATE, told};
use crate::resolver::Resolver;
use crate::tags::Tags;
use crate::touch::{ask, pick};

/// The largest body in which parents are looked for, in bytes.
const LIMIT: usize = 1024 * 1024;

/// Adds the headers of everfresh to the answers of `S`. Made by
/// [`InvalidationLayer`](crate::InvalidationLayer).
#[derive(Debug, Clone)]
pub struct InvalidationService<S, R> {
    inner: S,
    policy: Arc<Policy>,
    resolver: R,
}

impl<S, R> InvalidationService<S, R> {
    pub(crate) fn new(inner: S, policy: Arc<Policy>, resolver: R) -> Self {
        Self { inner, policy, resolver }
    }
}

impl<S, R, Q, B> Service<Request<Q>> for InvalidationService<S, R>
where
    S: Service<Request<Q>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    Q: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Resolver,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        // The one that was polled ready is the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let policy = Arc::clone(&self.policy);
        let resolver = self.resolver.clone();
        Box::pin(async move {
            let method = request.method().as_str().to_owned();
            let Some(url) = asked_url(request.uri(), request.headers()) else {
                return Ok(inner.call(request).await?.map(boxed));
            };
            let asked = Asked { method, url, about: None };
            if matches!(asked.method.as_str(), "GET" | "HEAD") {
                let mut response = inner.call(request).await?.map(boxed);
                name_answer(&mut response, &asked, &policy);
                return Ok(response);
            }
            if !asked.is_write(&policy) {
                return Ok(inner.call(request).await?.map(boxed));
            }
            let mut write = Write::looked_up(asked);
            ask(&mut write, &policy, &resolver).await;
            let response = inner.call(request).await?.map(boxed);
            Ok(written(write, &policy, &resolver, response).await.0)
        })
    }
}

/// Names the answer to a read, if it is a good one.
pub(crate) fn name_answer(response: &mut Response<ResponseBody>, asked: &Asked, policy: &Policy) {
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let tags = handler_tags(response, asked.tags(policy));
        name_read(response.headers_mut(), &tags);
    }
}

/// Names what a write touched in its answer, unless that is an error (RFC 9111, section 4.4: 2xx and 3xx are none), and
/// says what is old now, also where nobody knows what was done.
pub(crate) async fn written<R: Resolver>(
    mut write: Write,
    policy: &Policy,
    resolver: &R,
    mut response: Response<ResponseBody>,
) -> (Response<ResponseBody>, Vec<Member>) {
    if !(response.status().is_success() || response.status().is_redirection()) {
        let members = failed(&write, policy, response.status(), response.headers());
        return (response, members);
    }
    let fields = write.fields_of_answer(policy);
    let mut answer = Vec::new();
    if !fields.is_empty() {
        let (parts, body) = response.into_parts();
        let (read, body) = peek(body, LIMIT, None).await;
        response = Response::from_parts(parts, body);
        if let Read::Whole(bytes) = read {
            answer = pick(&bytes, &fields);
        }
    }
    write.done(answer);
    ask(&mut write, policy, resolver).await;
    let tags = handler_tags(&mut response, write.touched(policy));
    let members = old(&write, &tags, response.headers());
    name_write(response.headers_mut(), &tags);
    (response, members)
}

/// What is old after a write that failed.
fn failed(write: &Write, policy: &Policy, status: StatusCode, headers: &HeaderMap) -> Vec<Member> {
    if status.is_server_error() {
        return old(write, &write.may_touch(policy), headers);
    }
    told(headers, &X_CACHE_INVALIDATE).map(|value| parse_invalidate(&value).members).unwrap_or_default()
}

fn old(write: &Write, tags: &[String], headers: &HeaderMap) -> Vec<Member> {
    let [invalidate, groups, location, content_location] =
        [&X_CACHE_INVALIDATE, &CACHE_GROUP_INVALIDATION, &header::LOCATION, &header::CONTENT_LOCATION]
            .map(|name| told(headers, name));
    let told = Told {
        invalidate: invalidate.as_deref(),
        groups: groups.as_deref(),
        location: location.as_deref(),
        content_location: content_location.as_deref(),
    };
    targets(&write.asked().url, tags, &told)
}

fn handler_tags(response: &mut Response<ResponseBody>, mapped: Vec<String>) -> Vec<String> {
    match response.extensions_mut().remove::<Tags>() {
        Some(tags) => tags.apply(mapped),
        None => mapped,
    }
}

/// The URL of a request. Its origin is only a form: the rules of a server match every origin that they don't name.
pub(crate) fn asked_url(uri: &Uri, headers: &HeaderMap) -> Option<Url> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map(|authority| authority.as_str());
    let host = authority.or_else(|| headers.get(header::HOST)?.to_str().ok());
    absolute(host.map(|host| format!("http://{host}")).as_deref(), path)
}
