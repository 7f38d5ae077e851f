//! What is remembered of URLs, besides their answers.

use everfresh_core::key::varied;
use everfresh_core::time::Millis;
use everfresh_core::url::Url;
use http::HeaderMap;
use http::header::VARY;
use quick_cache::sync::Cache;

use crate::names::told;

/// How many URLs are remembered.
const MOST: usize = 10_000;

/// Which headers answers vary by, and which URLs gave answers that can't be cached. Bounded: what is forgotten is a miss.
pub(super) struct Memo {
    names: Cache<Box<str>, Box<str>>,
    uncacheable: Cache<Box<str>, Millis>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { names: Cache::new(MOST), uncacheable: Cache::new(MOST) }
    }
}

impl Memo {
    /// The key of what a request with these headers is for, as far as is known what its answer varies by.
    pub(super) fn key(&self, url: &Url, headers: &HeaderMap) -> String {
        let names = self.names.get(url.as_str()).unwrap_or_default();
        key(url, &names, headers)
    }

    /// The key of an answer to a request with the headers `asked`; from now on it is known what it varies by.
    pub(super) fn learn(&self, url: &Url, asked: &HeaderMap, answer: &HeaderMap) -> String {
        let names = names(answer);
        if names.is_empty() {
            self.names.remove(url.as_str());
        } else {
            self.names.insert(url.as_str().into(), names.as_str().into());
        }
        key(url, &names, asked)
    }

    pub(super) fn is_uncacheable(&self, key: &str, now: Millis) -> bool {
        self.uncacheable.get(key).is_some_and(|until| now < until)
    }

    pub(super) fn forget_uncacheable(&self, key: &str) {
        self.uncacheable.remove(key);
    }

    pub(super) fn uncacheable(&self, key: &str, until: Millis) {
        self.uncacheable.insert(key.into(), until);
    }
}

/// What an answer varies by, in lower case, in order, each once.
fn names(answer: &HeaderMap) -> String {
    let vary = told(answer, &VARY).unwrap_or_default().to_ascii_lowercase();
    let mut names: Vec<&str> = vary.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(",")
}

fn key(url: &Url, names: &str, headers: &HeaderMap) -> String {
    let mut values = Vec::new();
    for name in names.split(',') {
        if let Ok(header) = name.parse()
            && let Some(value) = told(headers, &header)
        {
            values.push((name.to_owned(), value));
        }
    }
    varied(url.as_str(), names, &values).to_string()
}
