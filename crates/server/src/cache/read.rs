//! A GET or HEAD: from the cache, from another one's request to the backend, or from the backend.

use std::sync::Arc;
use std::time::Instant;

use everfresh_core::header::parse_invalidate;
use everfresh_core::metrics::Counter;
use everfresh_core::serve::{Asked, Forward, Served};
use http::{HeaderMap, Method, Request, Response};
use http_body::Body;
use tokio::time::timeout;
use tracing::{Instrument, warn};

use super::answer::{answer, hit, say};
use super::fill::{Fill, joined};
use super::flight::Role;
use super::request::take_condition;
use super::service::Backend;
use super::shelf::Shelf;
use crate::access::client_name;
use crate::body::ResponseBody;
use crate::flags::ServerFlag;
use crate::meter::Operation;
use crate::names::{X_CACHE_INVALIDATE, told};
use crate::resolver::Resolver;
use crate::service::name_answer;

/// What `Cache-Status` says where the cache is off.
pub(super) const DISABLED: &str = "disabled";

impl<R: Resolver> Shelf<R> {
    pub(super) async fn read<Q, E>(
        self: Arc<Self>,
        backend: Backend<Q, E>,
        mut request: Request<Q>,
        asked: Asked,
    ) -> Result<Response<ResponseBody>, E>
    where
        Q: Body + Default + Send + 'static,
        E: Send + 'static,
    {
        let started = Instant::now();
        if let Err(detail) = self.admit(&asked, request.headers(), !request.body().is_end_stream()) {
            return self.pass(backend, request, &asked, Forward::Bypass, detail).await;
        }
        let client = || client_name(request.headers(), request.extensions());
        if !self.switches.is_on(ServerFlag::Enabled, client) {
            let detail = if self.switches.is_known() { DISABLED } else { "flags-unknown" };
            return self.forward(backend, request, &asked, Forward::Bypass, detail).await;
        }
        let key = self.memo.key(&asked.url, request.headers());
        let found = match self.store.get(&key).await {
            Ok(found) => found,
            Err(error) => {
                warn!(code = error.code(), %error, "the cache can't be read");
                return self.pass(backend, request, &asked, Forward::Bypass, "unavailable").await;
            }
        };
        let now = self.now();
        let whole = request.method() == Method::GET;
        if let Some(entry) = &found
            && now < entry.fresh_until.max(entry.stale_while_revalidate_until)
        {
            self.meter.hit(now, asked.url.as_str(), entry, started.elapsed());
            let condition = take_condition(request.headers_mut());
            if now >= entry.fresh_until
                && whole
                && let Role::Lead(lead) = self.flights.join(&key)
            {
                let fill = Fill { asked, key, stale: found.clone(), condition: None, lead: Some(lead) };
                tokio::spawn(Arc::clone(&self).fill(backend, request, fill).in_current_span());
            }
            return Ok(answer(entry, condition.as_deref(), whole, hit(entry, now), now));
        }
        if !whole {
            return self.pass(backend, request, &asked, Forward::Miss, "").await;
        }
        if self.memo.is_uncacheable(&key, now) {
            return self.pass(backend, request, &asked, Forward::Miss, "hit-for-miss").await;
        }
        self.meter.miss(now, asked.url.as_str());
        let condition = take_condition(request.headers_mut());
        let lead = match self.flights.join(&key) {
            Role::Lead(lead) => Some(lead),
            Role::Follow(mut flight) => {
                self.meter.note(now, asked.url.as_str(), Counter::Joined);
                match timeout(self.options.join_timeout, flight.landed()).await {
                    // What it varies by was not known before.
                    Ok(Some((key, entry))) if key == self.memo.key(&asked.url, request.headers()) => {
                        return Ok(answer(&entry, condition.as_deref(), true, joined(), self.now()));
                    }
                    Ok(_) => {}
                    Err(_) => flight.detach(),
                }
                None
            }
        };
        let fill = Fill { asked, key, stale: found, condition, lead };
        // It is for others too: it goes on when this client has gone.
        match tokio::spawn(self.fill(backend, request, fill).in_current_span()).await {
            Ok(answered) => answered,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// A read that is not answered from the cache.
    async fn pass<Q, E>(
        &self,
        backend: Backend<Q, E>,
        request: Request<Q>,
        asked: &Asked,
        why: Forward,
        detail: &'static str,
    ) -> Result<Response<ResponseBody>, E> {
        if is_measured(why, detail) {
            self.meter.miss(self.now(), asked.url.as_str());
        }
        self.forward(backend, request, asked, why, detail).await
    }

    /// The backend's answer as it is.
    pub(super) async fn forward<Q, E>(
        &self,
        backend: Backend<Q, E>,
        request: Request<Q>,
        asked: &Asked,
        why: Forward,
        detail: &'static str,
    ) -> Result<Response<ResponseBody>, E> {
        let mut response = if is_measured(why, detail) {
            self.ask(backend, request, asked.url.as_str()).await?
        } else {
            backend(request).await?
        };
        self.heed(response.headers()).await;
        name_answer(&mut response, asked, &self.policy);
        say(response.headers_mut(), Served::Forwarded { why, stored: false, collapsed: false, detail });
        Ok(response)
    }

    /// Asks the backend for a read, and measures it.
    pub(super) async fn ask<Q, E>(
        &self,
        backend: Backend<Q, E>,
        request: Request<Q>,
        url: &str,
    ) -> Result<Response<ResponseBody>, E> {
        let started = Instant::now();
        let answered = backend(request).await;
        let failed = answered.as_ref().map_or(true, |response| response.status().is_server_error());
        self.meter.asked(self.now(), url, Operation::Read, failed, started.elapsed());
        answered
    }

    /// Reads too may say what is old.
    pub(super) async fn heed(&self, headers: &HeaderMap) {
        if let Some(value) = told(headers, &X_CACHE_INVALIDATE) {
            self.invalidate(&parse_invalidate(&value).members, Vec::new()).await;
        }
    }
}

/// What no rule is for is not the cache's.
fn is_measured(why: Forward, detail: &str) -> bool {
    why != Forward::Bypass || !detail.is_empty()
}
