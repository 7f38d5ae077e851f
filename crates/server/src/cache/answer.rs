//! Answers from entries, and entries from answers.

use std::hash::Hasher;

use bytes::Bytes;
use everfresh_core::serve::{Served, cache_status};
use everfresh_core::time::Millis;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::body::{ResponseBody, full};
use crate::names::{
    CACHE_GROUP_INVALIDATION, CACHE_STATUS, CLEAR_SITE_DATA, X_CACHE_CURSOR, X_CACHE_INVALIDATE, told,
};
use crate::store::Entry;

/// What is of one connection or of one moment, and so is not stored.
const NOT_STORED: [HeaderName; 10] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    HeaderName::from_static("proxy-authentication-info"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::AGE,
];

/// What is said once, to the client that has asked.
const SAID_ONCE: [HeaderName; 4] =
    [X_CACHE_INVALIDATE, CACHE_GROUP_INVALIDATION, CLEAR_SITE_DATA, X_CACHE_CURSOR];

/// What is of a body, and so not of a 304.
const OF_BODIES: [HeaderName; 4] =
    [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE];

/// The headers of an answer that are stored. Each answer gets an `ETag`, so that nobody needs dates, which can't tell two
/// states within a second.
pub(super) fn stored_headers(headers: &HeaderMap, status: StatusCode, body: &Bytes) -> HeaderMap {
    let mut stored = headers.clone();
    let named = told(headers, &header::CONNECTION).unwrap_or_default();
    for name in named.split(',').filter_map(|name| name.trim().parse::<HeaderName>().ok()) {
        stored.remove(name);
    }
    for name in NOT_STORED.iter().chain(&SAID_ONCE) {
        stored.remove(name);
    }
    // They may be parts of a buffer that a connection was read into, which would be kept for each entry.
    for value in stored.values_mut() {
        if let Ok(own) = HeaderValue::from_bytes(value.as_bytes()) {
            *value = own;
        }
    }
    if status == StatusCode::OK && !stored.contains_key(header::ETAG) {
        let mut hasher = SipHasher13::new();
        hasher.write(body);
        if let Ok(tag) = HeaderValue::try_from(format!("\"ef-{:032x}\"", hasher.finish128().as_u128())) {
            stored.insert(header::ETAG, tag);
        }
    }
    stored
}

/// Adds what the backend said to the one client that has asked.
pub(super) fn say_once(said: &HeaderMap, headers: &mut HeaderMap) {
    for name in &SAID_ONCE {
        for value in said.get_all(name) {
            headers.append(name.clone(), value.clone());
        }
    }
}

/// The headers of an entry that the backend says is current, with what its 304 says (RFC 9111, section 3.2).
pub(super) fn updated_headers(entry: &Entry, answer: &HeaderMap) -> HeaderMap {
    let mut headers = entry.headers.clone();
    for name in answer.keys() {
        if !OF_BODIES.contains(name) {
            headers.remove(name);
            for value in answer.get_all(name) {
                headers.append(name.clone(), value.clone());
            }
        }
    }
    headers
}

/// The answer that an entry gives. `condition` is the request's `If-None-Match`.
pub(super) fn answer(
    entry: &Entry,
    condition: Option<&str>,
    body: bool,
    served: Served,
    now: Millis,
) -> Response<ResponseBody> {
    let mut headers = entry.headers.clone();
    let age = now.saturating_sub(entry.generated) / 1000;
    headers.insert(header::AGE, HeaderValue::from(age));
    let unchanged = entry.status == StatusCode::OK
        && condition.is_some_and(|condition| {
            headers
                .get(header::ETAG)
                .and_then(|tag| tag.to_str().ok())
                .is_some_and(|tag| names(condition, tag))
        });
    let mut response = if unchanged {
        for name in &OF_BODIES {
            headers.remove(name);
        }
        response(StatusCode::NOT_MODIFIED, Bytes::new())
    } else if body {
        response(entry.status, entry.body.clone())
    } else {
        headers.entry(header::CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(entry.body.len()));
        response(entry.status, Bytes::new())
    };
    *response.headers_mut() = headers;
    say(response.headers_mut(), served);
    response
}

/// The answer where the backend's broke off before anything of it was handed on (RFC 9457).
pub(super) fn broken() -> Response<ResponseBody> {
    let body = r#"{"code":"upstream-broken","status":502,"title":"The backend broke off in its answer"}"#;
    let mut response = response(StatusCode::BAD_GATEWAY, Bytes::from_static(body.as_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// How an entry is served from the cache.
pub(super) fn hit(entry: &Entry, now: Millis) -> Served {
    let seconds = |span: Millis| i64::try_from(span / 1000).unwrap_or(i64::MAX);
    let ttl = if now < entry.fresh_until {
        seconds(entry.fresh_until - now)
    } else {
        // Rounded away from 0: what is stale is so from the first millisecond on.
        -1 - seconds(now - entry.fresh_until)
    };
    Served::Hit { ttl }
}

/// Adds to `Cache-Status`.
pub(super) fn say(headers: &mut HeaderMap, served: Served) {
    if let Ok(value) = HeaderValue::try_from(cache_status(served)) {
        headers.append(CACHE_STATUS, value);
    }
}

fn response(status: StatusCode, body: Bytes) -> Response<ResponseBody> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    response
}

/// Whether an `If-None-Match` names an entity tag (RFC 9110, section 13.1.2: by weak comparison).
fn names(condition: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let tag = opaque(tag);
    condition.trim() == "*" || condition.split(',').any(|known| opaque(known.trim()) == tag)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn p10_an_entry_keeps_no_buffer_of_a_connection() {
        let buffer = Bytes::from(vec![b'x'; 8192]);
        let mut headers = HeaderMap::new();
        for name in ["x-a", "x-a", "x-b"] {
            headers.append(name, HeaderValue::from_maybe_shared(buffer.slice(..9)).unwrap());
        }
        let stored = stored_headers(&headers, StatusCode::NOT_FOUND, &Bytes::new());
        assert_eq!(stored, headers);
        drop(headers);
        assert!(buffer.is_unique());
    }
}
