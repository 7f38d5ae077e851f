//! The key of a request, and what tells the request from any other.

use http::request::Parts;
use http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key that is taken, in characters.
pub(super) const LONGEST: usize = 255;

/// A key that can't be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadKey;

/// The key of a request: a string of the structured fields (RFC 9651), which most servers take without its quotes,
/// too.
pub(super) fn key_of(headers: &HeaderMap) -> Result<Option<&str>, BadKey> {
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    if values.next().is_some() || key.is_empty() || key.len() > LONGEST || !key.bytes().all(plain) {
        return Err(BadKey);
    }
    Ok(Some(key))
}

/// Two requests with the same are the same. Neither a method nor a path has a line break.
pub(super) fn fingerprint(parts: &Parts, body: &[u8]) -> Vec<u8> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let hash = Sha256::new().chain_update(format!("{} {path}\n", parts.method)).chain_update(body);
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::Request;

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
            assert_eq!(key_of(&parts("POST", "/", &[value.as_bytes()]).headers), Ok(Some(key)));
        }
        assert_eq!(key_of(&HeaderMap::new()), Ok(None));
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
            assert_eq!(key_of(&headers), Err(BadKey), "{keys:?} was taken");
        }
    }

    #[test]
    fn p6_requests_that_differ_are_told_apart() {
        let of = |method, path, body: &str| fingerprint(&parts(method, path, &[]), body.as_bytes());
        let one = of("POST", "/a", "b");
        assert_eq!(one, of("POST", "/a", "b"));
        for other in
            [of("PUT", "/a", "b"), of("POST", "/a?", "b"), of("POST", "/a", "b\n"), of("POST", "/", "ab")]
        {
            assert_ne!(one, other);
        }
    }
}
