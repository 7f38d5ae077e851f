//! `Idempotency-Key`: a write that is sent again is answered as it was at first, and done once.
//!
//! The answer is kept in the transaction of the write (see [`Db::unit`]), so there is never one without the other.

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::answer::{Answer, ApiError};
use super::db::answers::{self, KeptAnswer};
use super::db::{Db, now_ms};

/// Says that an answer is a kept one.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key that is taken, in characters.
const LONGEST: usize = 255;

/// The keys of the writes that are under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    running: Arc<Mutex<HashSet<String>>>,
}

/// A write that is done once. Its key is under way for as long as this is held.
#[derive(Debug)]
pub(crate) struct Once {
    keys: Keys,
    key: String,
    /// Tells the request from any other.
    request: Vec<u8>,
}

impl Keys {
    /// Takes the key of a write; `None` where it has none.
    ///
    /// # Errors
    /// The key can't be read, or is under way.
    pub(crate) fn claim(&self, parts: &Parts, body: &Bytes) -> Result<Option<Once>, ApiError> {
        let Some(key) = key_of(&parts.headers)? else { return Ok(None) };
        if !self.with(|running| running.insert(key.to_owned())) {
            return Err(ApiError::KeyRunning);
        }
        Ok(Some(Once { keys: self.clone(), key: key.to_owned(), request: fingerprint(parts, body) }))
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Once {
    fn drop(&mut self) {
        self.keys.with(|running| running.remove(&self.key));
    }
}

impl Once {
    /// The answer that this key had, or the `first`, which is kept. To be called inside of the [`Db::unit`] of the
    /// write: where that is undone, because the answer is an error, nothing is kept.
    pub(crate) async fn answer(&self, db: &Db, first: impl Future<Output = Response>) -> Answer {
        let key = self.key.clone();
        if let Some(kept) = db.run(move |db| answers::find(db, &key, now_ms())).await? {
            return if kept.request == self.request { replay(kept) } else { Err(ApiError::KeyReused) };
        }
        let (parts, body) = first.await.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| ApiError::Internal)?;
        let answer = KeptAnswer {
            request: self.request.clone(),
            status: parts.status.as_u16(),
            headers: to_lines(&parts.headers),
            body: body.to_vec(),
        };
        let key = self.key.clone();
        db.run(move |db| answers::keep(db, &key, &answer, now_ms())).await?;
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}

/// The key of a request: a string of the structured fields (RFC 9651), which most servers take without its quotes,
/// too.
fn key_of(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    if values.next().is_some() || key.is_empty() || key.len() > LONGEST || !key.bytes().all(plain) {
        return Err(ApiError::Invalid {
            code: "invalid-idempotency-key",
            message: format!(
                "a key has 1 to {LONGEST} visible ASCII characters, in quotes or not, without quotes and \
                 backslashes"
            ),
        });
    }
    Ok(Some(key))
}

/// Two requests with the same are the same. Neither a method nor a path has a line break.
fn fingerprint(parts: &Parts, body: &Bytes) -> Vec<u8> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let hash = Sha256::new().chain_update(format!("{} {path}\n", parts.method)).chain_update(body);
    hash.finalize().to_vec()
}

fn replay(kept: KeptAnswer) -> Answer {
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = StatusCode::from_u16(kept.status).map_err(|_| ApiError::Internal)?;
    *response.headers_mut() = from_lines(&kept.headers).ok_or(ApiError::Internal)?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Headers, one a line: neither a name nor a value has a line break.
fn to_lines(headers: &HeaderMap) -> Vec<u8> {
    let lines = headers
        .iter()
        .map(|(name, value)| [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"].concat());
    lines.collect::<Vec<_>>().concat()
}

fn from_lines(lines: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        headers.append(name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::http::Request;

    use super::*;

    fn parts(method: &str, path: &str, keys: &[&[u8]]) -> Parts {
        let mut request = Request::builder().method(method).uri(path);
        for key in keys {
            request = request.header(KEY, *key);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn p6_a_key_is_read_with_its_quotes_and_without() {
        let longest = "k".repeat(LONGEST);
        let quoted = format!("\"{longest}\"");
        for (value, key) in [
            ("8f14e45f-ceea", "8f14e45f-ceea"),
            ("\"8f14e45f-ceea\"", "8f14e45f-ceea"),
            (" \"a.b/c=~\" ", "a.b/c=~"),
            (&longest, &longest),
            (&quoted, &longest),
        ] {
            assert_eq!(key_of(&parts("POST", "/", &[value.as_bytes()]).headers).unwrap(), Some(key));
        }
        assert_eq!(key_of(&HeaderMap::new()).unwrap(), None);
        let too_long = "k".repeat(LONGEST + 1);
        let bad: [&[&[u8]]; 10] = [
            &[b""],
            &[b"\"\""],
            &[b"\""],
            &[b"\"a"],
            &[b"a\""],
            &[b"a b"],
            &[b"\"a\\\"b\""],
            &[b"\"a\", \"b\""],
            &[b"a", b"a"],
            &["schl\u{fc}ssel".as_bytes()],
        ];
        for keys in bad.into_iter().chain([&[too_long.as_bytes()][..]]) {
            let headers = parts("POST", "/", keys).headers;
            assert!(matches!(key_of(&headers), Err(ApiError::Invalid { .. })), "{keys:?} was taken");
        }
    }

    #[test]
    fn p6_requests_that_differ_are_told_apart() {
        let of =
            |method, path, body: &'static str| fingerprint(&parts(method, path, &[]), &Bytes::from(body));
        let one = of("POST", "/a", "b");
        assert_eq!(one, of("POST", "/a", "b"));
        for other in
            [of("PUT", "/a", "b"), of("POST", "/a?", "b"), of("POST", "/a", "b\n"), of("POST", "/", "ab")]
        {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn p6_a_key_is_free_again_when_its_write_has_ended() {
        let keys = Keys::default();
        let request = parts("POST", "/", &[b"k"]);
        let first = keys.claim(&request, &Bytes::new()).unwrap();
        assert!(matches!(keys.claim(&request, &Bytes::new()), Err(ApiError::KeyRunning)));
        assert!(keys.claim(&parts("POST", "/", &[b"other"]), &Bytes::new()).is_ok());
        drop(first);
        assert!(keys.claim(&request, &Bytes::new()).unwrap().is_some());
    }

    #[test]
    fn headers_are_read_as_they_were_written() {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("location", &b"/a:b"[..]), ("x-a", b"one, \"two\""), ("x-a", b"\xff"), ("x-b", b"")]
        {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        assert_eq!(from_lines(&to_lines(&headers)), Some(headers));
        assert_eq!(from_lines(b"no colon\n"), None);
    }
}
