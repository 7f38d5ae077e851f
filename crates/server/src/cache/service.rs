//! The service that the layer makes.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use everfresh_core::serve::{Asked, Forward, Served};
use futures_util::future::BoxFuture;
use http::{Method, Request, Response};
use http_body::Body;
use tower_service::Service;

use super::answer::say;
use super::request::strip;
use super::shelf::Shelf;
use crate::access::client_name;
use crate::body::{ResponseBody, boxed};
use crate::error::BoxError;
use crate::flags::ServerFlag;
use crate::resolver::Resolver;
use crate::service::asked_url;

/// The application, to be asked once.
pub(super) type Backend<Q, E> =
    Box<dyn FnOnce(Request<Q>) -> BoxFuture<'static, Result<Response<ResponseBody>, E>> + Send>;

/// Answers from the cache, or asks `S`. Made by [`CacheLayer`](super::CacheLayer).
pub struct CacheService<S, R> {
    inner: S,
    shelf: Arc<Shelf<R>>,
    /// The same, for clients of whom nothing is counted.
    uncounted: Arc<Shelf<R>>,
}

impl<S, R: Clone> CacheService<S, R> {
    pub(super) fn new(inner: S, shelf: Shelf<R>) -> Self {
        let uncounted = Shelf { meter: Arc::new(shelf.meter.silent()), ..shelf.clone() };
        Self { inner, shelf: Arc::new(shelf), uncounted: Arc::new(uncounted) }
    }
}

impl<S: Clone, R> Clone for CacheService<S, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            shelf: Arc::clone(&self.shelf),
            uncounted: Arc::clone(&self.uncounted),
        }
    }
}

impl<S, R> fmt::Debug for CacheService<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheService").finish_non_exhaustive()
    }
}

impl<S, R, Q, B> Service<Request<Q>> for CacheService<S, R>
where
    S: Service<Request<Q>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send + 'static,
    Q: Body + Default + Send + 'static,
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

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        // The one that was polled ready is the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let backend: Backend<Q, S::Error> =
            Box::new(move |request| Box::pin(async move { Ok(inner.call(request).await?.map(boxed)) }));
        let client = || client_name(request.headers(), request.extensions());
        let is_counted = self.shelf.switches.is_on(ServerFlag::Metrics, client);
        let shelf = Arc::clone(if is_counted { &self.shelf } else { &self.uncounted });
        strip(request.headers_mut());
        let Some(url) = asked_url(request.uri(), request.headers()) else {
            return backend(request);
        };
        let asked = Asked { method: request.method().as_str().to_owned(), url, about: None };
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Box::pin(shelf.read(backend, request, asked));
        }
        if asked.is_write(&shelf.policy) {
            return Box::pin(shelf.write(backend, request, asked));
        }
        Box::pin(async move {
            let mut response = backend(request).await?;
            let why = Forward::Method;
            say(
                response.headers_mut(),
                Served::Forwarded { why, stored: false, collapsed: false, detail: "" },
            );
            Ok(response)
        })
    }
}
