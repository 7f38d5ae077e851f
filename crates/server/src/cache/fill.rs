//! Asking the backend for something that may be stored.

use std::sync::Arc;

use everfresh_core::engine::ResponseHead;
use everfresh_core::freshness::Lifetime;
use everfresh_core::header::{parse_groups, parse_tags};
use everfresh_core::metrics::Counter;
use everfresh_core::serve::{Asked, Forward, Served, Unshared, jittered, marks, shared_lifetime};
use everfresh_core::time::Millis;
use everfresh_core::url::Url;
use http::header::{self, HeaderMap};
use http::{Request, Response, StatusCode};
use tokio::time::Instant;
use tracing::warn;

use super::answer::{answer, broken, hit, say, say_once, stored_headers, updated_headers};
use super::flight::Lead;
use super::read::DISABLED;
use super::service::Backend;
use super::shelf::Shelf;
use crate::body::{Read, ResponseBody, full, peek};
use crate::marker::UntilClose;
use crate::names::{CACHE_GROUPS, X_CACHE_TAGS, told};
use crate::resolver::Resolver;
use crate::service::name_answer;
use crate::store::{Entry, Fence, Published};

/// A request to the backend.
pub(super) struct Fill {
    pub(super) asked: Asked,
    pub(super) key: String,
    /// What is there and counts, but is stale.
    pub(super) stale: Option<Arc<Entry>>,
    /// The client's `If-None-Match`.
    pub(super) condition: Option<String>,
    /// For those who wait for the same.
    pub(super) lead: Option<Lead>,
}

impl<R: Resolver> Shelf<R> {
    pub(super) async fn fill<Q, E>(
        self: Arc<Self>,
        backend: Backend<Q, E>,
        mut request: Request<Q>,
        fill: Fill,
    ) -> Result<Response<ResponseBody>, E> {
        // It may have waited.
        if !self.is_enabled() {
            return self.forward(backend, request, &fill.asked, Forward::Bypass, DISABLED).await;
        }
        let why = if fill.stale.is_some() { Forward::Stale } else { Forward::Miss };
        let fence = match self.store.fence().await {
            Ok(fence) => fence,
            Err(error) => {
                warn!(code = error.code(), %error, "nothing can be cached");
                return self.forward(backend, request, &fill.asked, why, "unavailable").await;
            }
        };
        if let Some(tag) = fill.stale.as_ref().and_then(|entry| entry.headers.get(header::ETAG)) {
            request.headers_mut().insert(header::IF_NONE_MATCH, tag.clone());
        }
        let sent = self.now();
        let asked_headers = request.headers().clone();
        let mut response = match self.ask(backend, request, fill.asked.url.as_str()).await {
            Ok(response) => response,
            Err(error) => return self.fall_back(&fill).await.ok_or(error),
        };
        if response.status().is_server_error()
            && let Some(stale) = self.fall_back(&fill).await
        {
            return Ok(stale);
        }
        self.heed(response.headers()).await;
        if response.status() == StatusCode::NOT_MODIFIED
            && let Some(entry) = &fill.stale
        {
            self.meter.note(self.now(), fill.asked.url.as_str(), Counter::Revalidations);
            let headers = updated_headers(entry, response.headers());
            response = Response::new(full(entry.body.clone()));
            *response.status_mut() = entry.status;
            *response.headers_mut() = headers;
        }
        name_answer(&mut response, &fill.asked, &self.policy);
        let life = match self.lifetime(&response, &fill.asked.url, sent) {
            Ok(life) => life,
            Err(unshared) => {
                if unshared.lasts() {
                    self.remember_uncacheable(&fill.key);
                }
                return Ok(forwarded(response, why, unshared.code()));
            }
        };
        if response.extensions().get::<UntilClose>().is_some() {
            self.remember_uncacheable(&fill.key);
            return Ok(forwarded(response, why, "until-close"));
        }
        let (parts, body) = response.into_parts();
        let deadline = Instant::now() + self.options.body_timeout;
        let (read, body) = peek(body, self.options.max_entry_bytes, Some(deadline)).await;
        let response = Response::from_parts(parts, body);
        let detail = match read {
            Read::Whole(bytes) if is_whole(response.headers(), bytes.len()) => {
                let entry = self.entry(&fill.asked.url, &response, bytes, life);
                let key = self.memo.learn(&fill.asked.url, &asked_headers, response.headers());
                match self.publish(&key, &entry, fence).await {
                    "" => {
                        self.meter.stored(self.now(), fill.asked.url.as_str(), &entry);
                        let served = Served::Forwarded { why, stored: true, collapsed: false, detail: "" };
                        let mut answer = answer(&entry, fill.condition.as_deref(), true, served, self.now());
                        say_once(response.headers(), answer.headers_mut());
                        self.memo.forget_uncacheable(&fill.key);
                        if let Some(lead) = fill.lead {
                            lead.land(Some((key, entry)));
                        }
                        return Ok(answer);
                    }
                    detail => {
                        if detail == "late" {
                            self.meter.note(self.now(), fill.asked.url.as_str(), Counter::LateFills);
                        }
                        detail
                    }
                }
            }
            Read::Whole(_) | Read::Broken => {
                if let Some(stale) = self.fall_back(&fill).await {
                    return Ok(stale);
                }
                warn!(url = fill.asked.url.as_str(), "an answer broke off");
                return Ok(forwarded(broken(), why, "broken"));
            }
            Read::Long => {
                self.remember_uncacheable(&fill.key);
                "too-large"
            }
            Read::Slow => "slow",
        };
        Ok(forwarded(response, why, detail))
    }

    /// What is there, where it may be handed out since the backend fails, and still counts.
    async fn fall_back(&self, fill: &Fill) -> Option<Response<ResponseBody>> {
        let now = self.now();
        fill.stale.as_ref().filter(|entry| now < entry.stale_if_error_until)?;
        let entry = self.store.get(&fill.key).await.ok()??;
        warn!(url = fill.asked.url.as_str(), "the backend fails; a stale answer stands in");
        Some(answer(&entry, fill.condition.as_deref(), true, hit(&entry, now), now))
    }

    fn lifetime(
        &self,
        response: &Response<ResponseBody>,
        url: &Url,
        sent: Millis,
    ) -> Result<Lifetime, Unshared> {
        let rule = self.policy.rule_for("GET", url).ok_or(Unshared::Stale)?;
        let names = response.headers().keys();
        let headers =
            names.filter_map(|name| Some((name.as_str().to_owned(), told(response.headers(), name)?)));
        let head = ResponseHead {
            status: response.status().as_u16(),
            headers: headers.collect(),
            ..ResponseHead::default()
        };
        let now = self.now();
        let life = shared_lifetime(&head, rule, sent, now)?;
        tags(response.headers()).ok_or(Unshared::Unnamed)?;
        Ok(jittered(life, now, self.options.jitter * fastrand::f64()))
    }

    fn entry(
        &self,
        url: &Url,
        response: &Response<ResponseBody>,
        body: bytes::Bytes,
        life: Lifetime,
    ) -> Arc<Entry> {
        let tags = tags(response.headers()).unwrap_or_default();
        Arc::new(Entry {
            status: response.status(),
            headers: stored_headers(response.headers(), response.status(), &body),
            body,
            marks: marks(url, &tags),
            generated: life.generated,
            fresh_until: life.fresh_until,
            stale_while_revalidate_until: life.stale_while_revalidate_until,
            stale_if_error_until: life.stale_if_error_until,
        })
    }

    /// Empty, or why it is not stored.
    async fn publish(&self, key: &str, entry: &Arc<Entry>, fence: Fence) -> &'static str {
        if !self.is_enabled() {
            return DISABLED;
        }
        let keep = entry.ends().saturating_sub(self.now());
        match self.store.publish(key, Arc::clone(entry), fence, keep).await {
            Ok(Published::Stored) => "",
            Ok(Published::Late) => "late",
            Err(error) => {
                warn!(code = error.code(), %error, "an answer can't be stored");
                "unavailable"
            }
        }
    }

    fn remember_uncacheable(&self, key: &str) {
        self.memo.uncacheable(key, self.now().saturating_add(self.options.uncacheable_for));
    }
}

/// How an answer is served that another request has brought.
pub(super) fn joined() -> Served {
    Served::Forwarded { why: Forward::Miss, stored: true, collapsed: true, detail: "" }
}

fn forwarded(
    mut response: Response<ResponseBody>,
    why: Forward,
    detail: &'static str,
) -> Response<ResponseBody> {
    say(response.headers_mut(), Served::Forwarded { why, stored: false, collapsed: false, detail });
    response
}

/// The tags of an answer; `None` where they can't be read.
fn tags(headers: &HeaderMap) -> Option<Vec<String>> {
    let mut tags = match told(headers, &X_CACHE_TAGS) {
        Some(value) => parse_tags(&value).ok()?,
        None => Vec::new(),
    };
    if let Some(value) = told(headers, &CACHE_GROUPS) {
        tags.extend(parse_groups(&value).ok()?);
    }
    Some(tags)
}

/// Whether a body is as long as its headers say.
fn is_whole(headers: &HeaderMap, length: usize) -> bool {
    told(headers, &header::CONTENT_LENGTH).is_none_or(|said| said.parse() == Ok(length))
}
