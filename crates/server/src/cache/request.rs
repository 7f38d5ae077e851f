//! What a request is for the cache.

use everfresh_core::freshness::CacheControl;
use everfresh_core::policy::Rule;
use everfresh_core::serve::Asked;
use http::header::{self, HeaderMap, HeaderName};

use super::shelf::Shelf;
use crate::names::{
    CACHE_GROUP_INVALIDATION, CACHE_GROUPS, CLEAR_SITE_DATA, X_CACHE_CURSOR, X_CACHE_INVALIDATE,
    X_CACHE_TAGS, told,
};

/// Only answers may say these. An application that echoes them would let a client drop what it likes.
const ONLY_OF_ANSWERS: [HeaderName; 6] = [
    X_CACHE_INVALIDATE,
    X_CACHE_TAGS,
    CACHE_GROUPS,
    CACHE_GROUP_INVALIDATION,
    CLEAR_SITE_DATA,
    X_CACHE_CURSOR,
];

/// With one of these a request wants something else than the whole answer.
const PARTIAL: [HeaderName; 5] =
    [header::RANGE, header::IF_RANGE, header::IF_MATCH, header::IF_UNMODIFIED_SINCE, header::UPGRADE];

/// What a request asks to be compared. It is the client's copy that they are about, not ours.
const CONDITIONS: [HeaderName; 2] = [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE];

pub(super) fn strip(headers: &mut HeaderMap) {
    for name in &ONLY_OF_ANSWERS {
        headers.remove(name);
    }
}

/// Takes the conditions off a request, so that the backend gives the whole answer, and gives its `If-None-Match`.
pub(super) fn take_condition(headers: &mut HeaderMap) -> Option<String> {
    let condition = told(headers, &header::IF_NONE_MATCH);
    for name in &CONDITIONS {
        headers.remove(name);
    }
    condition
}

impl<R> Shelf<R> {
    /// The rule by which a GET may be answered from the cache.
    ///
    /// # Errors
    /// Why it may not, as a token; empty where nothing says that it may.
    pub(super) fn admit(
        &self,
        asked: &Asked,
        headers: &HeaderMap,
        body: bool,
    ) -> Result<&Rule, &'static str> {
        let rule = self.policy.rule_for("GET", &asked.url).filter(|rule| rule.cache).ok_or("")?;
        let credentials =
            [header::AUTHORIZATION, header::COOKIE].iter().any(|name| headers.contains_key(name));
        if credentials && !self.open.iter().any(|route| route.match_url(&asked.url, None).is_some()) {
            return Err("credentials");
        }
        if body || PARTIAL.iter().any(|name| headers.contains_key(name)) {
            return Err("partial");
        }
        let control = told(headers, &header::CACHE_CONTROL).unwrap_or_default();
        if CacheControl::parse(&control).no_store {
            return Err("no-store");
        }
        Ok(rule)
    }
}
