//! Names of headers, and reading them.

use http::header::{HeaderMap, HeaderName};

pub(crate) const X_CACHE_TAGS: HeaderName = HeaderName::from_static("x-cache-tags");
pub(crate) const CACHE_GROUPS: HeaderName = HeaderName::from_static("cache-groups");
pub(crate) const X_CACHE_INVALIDATE: HeaderName = HeaderName::from_static("x-cache-invalidate");
pub(crate) const CACHE_GROUP_INVALIDATION: HeaderName = HeaderName::from_static("cache-group-invalidation");
pub(crate) const X_CACHE_CURSOR: HeaderName = HeaderName::from_static("x-cache-cursor");
pub(crate) const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
pub(crate) const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// All values of a header as one, a character for each byte.
pub(crate) fn told(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut all: Option<String> = None;
    for value in headers.get_all(name) {
        let text = value.as_bytes().iter().map(|&byte| char::from(byte));
        match &mut all {
            None => all = Some(text.collect()),
            Some(all) => {
                all.push_str(", ");
                all.extend(text);
            }
        }
    }
    all
}
