//! Who may use the endpoints that are not for everybody.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, FORWARDED, HOST, HeaderMap, HeaderName, ORIGIN, VIA, WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{Extensions, HeaderValue, StatusCode};
use serde_json::json;

use crate::error::LayerError;
use crate::marker::ClientName;

/// A shorter token is refused.
const LEAST: usize = 16;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What proxies add.
const OF_PROXIES: [HeaderName; 4] = [FORWARDED, VIA, X_FORWARDED_FOR, HeaderName::from_static("x-real-ip")];

/// Who has the token may, and where that is wanted who is on this machine.
#[derive(Clone)]
pub(crate) struct Access {
    token: Option<Arc<str>>,
    loopback: bool,
}

impl Access {
    /// # Errors
    /// [`LayerError::Token`] where it is too short to keep anybody out.
    pub(crate) fn new(token: Option<&str>, loopback: bool) -> Result<Self, LayerError> {
        if token.is_some_and(|token| token.len() < LEAST) {
            return Err(LayerError::Token);
        }
        Ok(Self { token: token.map(Arc::from), loopback })
    }

    /// For who has the token alone.
    pub(crate) fn without_loopback(&self) -> Self {
        Self { loopback: false, ..self.clone() }
    }

    pub(crate) fn admits(&self, request: &Parts) -> bool {
        let headers = &request.headers;
        let has_token = self.token.as_ref().is_some_and(|token| is_bearer(headers, token));
        has_token || (self.loopback && is_local(request))
    }
}

/// Lets nobody else through.
pub(crate) async fn guard(State(access): State<Access>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if access.admits(&parts) { next.run(Request::from_parts(parts, body)).await } else { unauthorized() }
}

pub(crate) fn unauthorized() -> Response {
    let challenge = [(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
    (challenge, refused(StatusCode::UNAUTHORIZED, "unauthorized")).into_response()
}

/// An error, with a JSON body that has a stable `code`.
pub(crate) fn refused(status: StatusCode, code: &str) -> Response {
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers, axum::Json(json!({ "code": code }))).into_response()
}

/// The address that asks.
pub(crate) fn address(headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let peer = peer(extensions)?;
    if !peer.is_loopback() {
        return Some(peer);
    }
    // A proxy may have added it.
    let all = headers.get_all(X_FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
    all.rsplit(',').next()?.trim().parse().ok()
}

/// Who asks: as the application says, or else the address; empty where neither is known.
pub(crate) fn client_name(headers: &HeaderMap, extensions: &Extensions) -> String {
    if let Some(ClientName(name)) = extensions.get() {
        return name.clone();
    }
    let address = address(headers, extensions).or_else(|| peer(extensions));
    address.map_or_else(String::new, |address| address.to_string())
}

/// Whose connection it is, where the application tells ([`ConnectInfo`] of a [`SocketAddr`]).
fn peer(extensions: &Extensions) -> Option<IpAddr> {
    let info = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(info.0.ip().to_canonical())
}

/// Whether a program on this machine asks, or a page of it: not through a proxy, and not for a page of another site, which
/// may have let its own name point here.
fn is_local(request: &Parts) -> bool {
    let headers = &request.headers;
    peer(&request.extensions).is_some_and(|peer| peer.is_loopback())
        && host(request).is_some_and(is_local_name)
        && !OF_PROXIES.iter().any(|name| headers.contains_key(name))
        && is_same_origin(request)
}

/// The host that was asked for, and its port where that is said.
fn host(request: &Parts) -> Option<&str> {
    let authority = request.uri.authority().map(http::uri::Authority::as_str);
    authority.or_else(|| request.headers.get(HOST)?.to_str().ok())
}

/// Whether it is for a page of the server's own, or for none. A proxy may have changed the host, so where a browser says how
/// the origins are to each other, that counts.
pub(crate) fn is_same_origin(request: &Parts) -> bool {
    if let Some(site) = request.headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = request.headers.get(ORIGIN) else { return true };
    let authority = origin.to_str().ok().and_then(|origin| Some(origin.split_once("://")?.1));
    authority.zip(host(request)).is_some_and(|(own, host)| own.eq_ignore_ascii_case(host))
}

fn is_local_name(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a request has the token. How long it takes tells only how long the token is.
fn is_bearer(headers: &HeaderMap, token: &str) -> bool {
    let value = headers.get(AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
    let Some((scheme, given)) = value.split_at_checked(7) else { return false };
    scheme.eq_ignore_ascii_case(b"bearer ")
        && given.len() == token.len()
        && given.iter().zip(token.as_bytes()).fold(0, |different, (a, b)| different | (a ^ b)) == 0
}
