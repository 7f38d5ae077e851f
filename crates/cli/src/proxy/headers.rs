//! What a proxy takes off a message and puts on it.

use std::net::IpAddr;

use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Version};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What is of one connection, whether `Connection` names it or not (RFC 9110, section 7.6.1), and `Expect`, which this
/// proxy has met itself.
const OF_CONNECTIONS: [HeaderName; 9] = [
    header::CONNECTION,
    header::EXPECT,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// What a message needs, whatever its `Connection` says.
const NEEDED: [HeaderName; 4] =
    [header::HOST, header::CONTENT_LENGTH, header::CONTENT_TYPE, header::CACHE_CONTROL];

/// Backends that know these answer for another URL than the one that is asked for, under whose name it would be stored.
const OTHER_URLS: [HeaderName; 2] =
    [HeaderName::from_static("x-original-url"), HeaderName::from_static("x-rewrite-url")];

/// By these a backend may take a read for a write.
const OTHER_METHODS: [HeaderName; 3] = [
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-method-override"),
];

/// Takes off what is of one connection.
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = tokens(headers, &header::CONNECTION)
        .filter_map(|name| name.parse().ok())
        .filter(|name| !NEEDED.contains(name))
        .collect();
    // A length beside another framing is not to be believed (RFC 9112, section 6.3).
    if headers.contains_key(header::TRANSFER_ENCODING) {
        headers.remove(header::CONTENT_LENGTH);
    }
    for name in named.iter().chain(&OF_CONNECTIONS) {
        headers.remove(name);
    }
}

/// Takes off what lets a client have another answer stored than the one to its URL.
pub(super) fn strip_disguises(headers: &mut HeaderMap, method: &Method) {
    let methods: &[HeaderName] =
        if matches!(*method, Method::GET | Method::HEAD) { &OTHER_METHODS } else { &[] };
    for name in OTHER_URLS.iter().chain(methods) {
        headers.remove(name);
    }
}

/// Says for whom a request is forwarded (RFC 7239). What the client says of that is believed only where it is a proxy.
pub(super) fn say_for_whom(headers: &mut HeaderMap, peer: Option<IpAddr>, trusted: bool) {
    if !trusted {
        let spoofed: Vec<HeaderName> = headers
            .keys()
            .filter(|name| {
                **name == header::FORWARDED
                    || name.as_str().starts_with("x-forwarded-")
                    || *name == "x-real-ip"
            })
            .cloned()
            .collect();
        for name in spoofed {
            headers.remove(name);
        }
    }
    let node = match peer {
        Some(IpAddr::V4(peer)) => format!("for={peer}"),
        Some(IpAddr::V6(peer)) => format!("for=\"[{peer}]\""),
        None => "for=unknown".to_owned(),
    };
    let host = headers.get(header::HOST).cloned();
    let named = host.as_ref().and_then(|host| host.to_str().ok()).filter(|host| !host.contains(['"', '\\']));
    let named = named.map(|host| format!(";host=\"{host}\"")).unwrap_or_default();
    append(headers, &header::FORWARDED, &format!("{node}{named};proto=http"));
    if let Some(peer) = peer {
        append(headers, &X_FORWARDED_FOR, &peer.to_string());
    }
    if let Some(host) = host {
        headers.entry(X_FORWARDED_HOST).or_insert(host);
    }
    headers.entry(X_FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
}

/// For whom the proxy in front asks: whom it has added last.
pub(super) fn forwarded_for(headers: &HeaderMap) -> Option<String> {
    let client = tokens(headers, &X_FORWARDED_FOR).last()?;
    (!client.is_empty()).then(|| client.to_owned())
}

/// Says that a message came through here (RFC 9110, section 7.6.3).
pub(super) fn say_via(headers: &mut HeaderMap, version: Version) {
    let via = if version == Version::HTTP_10 { "1.0 everfresh" } else { "1.1 everfresh" };
    append(headers, &header::VIA, via);
}

/// Whether a request asks for a WebSocket (RFC 6455, section 4.1).
pub(super) fn wants_websocket(headers: &HeaderMap) -> bool {
    let says =
        |name: &HeaderName, token: &str| tokens(headers, name).any(|said| said.eq_ignore_ascii_case(token));
    says(&header::CONNECTION, "upgrade") && says(&header::UPGRADE, "websocket")
}

/// Asks for a WebSocket, or says that there is one.
pub(super) fn say_websocket(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// The members of a list.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// Adds a member to a list, in one line.
fn append(headers: &mut HeaderMap, name: &HeaderName, member: &str) {
    let mut list: Vec<&str> =
        headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok()).collect();
    list.push(member);
    if let Ok(value) = HeaderValue::try_from(list.join(", ")) {
        headers.insert(name.clone(), value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let line = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        lines.iter().map(line).collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_is_of_one_connection_ends_with_it() {
        let mut sent = headers(&[
            ("connection", "close, X-Mine, content-type"),
            ("connection", "host"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("content-length", "3"),
            ("upgrade", "h2c"),
            ("content-type", "text/plain"),
            ("host", "example.org"),
        ]);
        strip_hop_by_hop(&mut sent);
        assert_eq!(names(&sent), ["content-type", "host"]);
    }

    #[test]
    fn p8_a_client_says_neither_for_whom_it_asks_nor_for_what_else() {
        let mut sent = headers(&[
            ("host", "example.org"),
            ("forwarded", "for=evil"),
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-prefix", "/evil"),
            ("x-real-ip", "6.6.6.6"),
            ("x-original-url", "/admin"),
            ("x-http-method-override", "DELETE"),
        ]);
        strip_disguises(&mut sent, &Method::GET);
        say_for_whom(&mut sent, Some([192, 0, 2, 1].into()), false);
        assert_eq!(
            names(&sent),
            ["forwarded", "host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]
        );
        assert_eq!(sent["forwarded"], "for=192.0.2.1;host=\"example.org\";proto=http");
        assert_eq!(
            (&sent["x-forwarded-for"], &sent["x-forwarded-host"]),
            (&HeaderValue::from_static("192.0.2.1"), &HeaderValue::from_static("example.org"))
        );
    }

    #[test]
    fn a_proxy_in_front_is_believed() {
        let mut sent = headers(&[
            ("host", "inner"),
            ("forwarded", "for=a"),
            ("x-forwarded-for", "192.0.2.9"),
            ("x-forwarded-host", "example.org"),
            ("x-forwarded-proto", "https"),
        ]);
        say_for_whom(&mut sent, Some("2001:db8::1".parse().unwrap()), true);
        assert_eq!(sent["forwarded"], "for=a, for=\"[2001:db8::1]\";host=\"inner\";proto=http");
        assert_eq!(sent["x-forwarded-for"], "192.0.2.9, 2001:db8::1");
        assert_eq!(
            (&sent["x-forwarded-host"], &sent["x-forwarded-proto"]),
            (&HeaderValue::from_static("example.org"), &HeaderValue::from_static("https"))
        );
    }

    #[test]
    fn a_proxy_in_front_asks_for_whom_it_has_added_last() {
        let asked = |lines| forwarded_for(&headers(lines));
        assert_eq!(asked(&[("x-forwarded-for", "192.0.2.1, a")]).as_deref(), Some("a"));
        let two = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "2001:db8::1")];
        assert_eq!(asked(&two).as_deref(), Some("2001:db8::1"));
        assert_eq!((asked(&[]), asked(&[("x-forwarded-for", "a, ")])), (None, None));
    }

    #[test]
    fn only_a_websocket_is_another_protocol() {
        let asks = |upgrade| {
            wants_websocket(&headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", upgrade)]))
        };
        assert!(asks("WebSocket"));
        assert!(!asks("h2c"));
        assert!(!wants_websocket(&headers(&[("upgrade", "websocket")])));
    }
}
