//! How long an answer may be used, and whether it may be stored (RFC 9111, for a private cache).

use crate::engine::{Fields, ResponseHead};
use crate::entry::VALIDATORS;
use crate::http_date;
use crate::text::{cut, number, pieces};
use crate::time::Millis;

/// Spans above this many seconds count as this many (RFC 9111, section 1.2.2).
const MAX_SECONDS: u64 = 1 << 31;

/// The directives that [`CacheControl::parse`] knows, in its order.
const DIRECTIVES: [&str; 11] = [
    "no-store",
    "no-cache",
    "must-revalidate",
    "private",
    "public",
    "max-age",
    "stale-while-revalidate",
    "stale-if-error",
    "only-if-cached",
    "max-stale",
    "min-fresh",
];

/// The directives of `Cache-Control` that matter to a private cache: those of answers, and those of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheControl {
    /// `max-age`.
    pub max_age: Option<Millis>,
    /// `no-store`.
    pub no_store: bool,
    /// `no-cache`, with or without field names.
    pub no_cache: bool,
    /// `must-revalidate`.
    pub must_revalidate: bool,
    /// `private`, with or without field names.
    pub private: bool,
    /// `public`.
    pub public: bool,
    /// `stale-while-revalidate` (RFC 5861).
    pub stale_while_revalidate: Option<Millis>,
    /// `stale-if-error` (RFC 5861).
    pub stale_if_error: Option<Millis>,
    /// `only-if-cached`, of a request.
    pub only_if_cached: bool,
    /// `max-stale`, of a request; without an argument any staleness will do.
    pub max_stale: Option<Millis>,
    /// `min-fresh`, of a request.
    pub min_fresh: Millis,
}

impl CacheControl {
    /// Reads the field's value. Unknown directives are skipped; of one that is there twice the most
    /// restrictive counts; a span that can't be read is 0.
    pub fn parse(value: &str) -> Self {
        let mut control = Self::default();
        for (name, argument) in Directives(value) {
            let span = argument.and_then(seconds).unwrap_or(0);
            match DIRECTIVES.iter().position(|known| known.eq_ignore_ascii_case(name)) {
                Some(0) => control.no_store = true,
                Some(1) => control.no_cache = true,
                Some(2) => control.must_revalidate = true,
                Some(3) => control.private = true,
                Some(4) => control.public = true,
                Some(5) => shorten(&mut control.max_age, span),
                Some(6) => shorten(&mut control.stale_while_revalidate, span),
                Some(7) => shorten(&mut control.stale_if_error, span),
                Some(8) => control.only_if_cached = true,
                Some(9) => shorten(&mut control.max_stale, argument.map_or(Millis::MAX, |_| span)),
                Some(10) => control.min_fresh = control.min_fresh.max(span),
                _ => {}
            }
        }
        control
    }
}

/// What an answer's status, headers and rule say of its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// When it was generated, as far as `Age` tells: its age is the time since.
    pub generated: Millis,
    /// Until when it is fresh; not after `now` where it is stale at once.
    pub fresh_until: Millis,
    /// Until when it may be handed out stale while its refetch runs; never before `fresh_until`.
    pub stale_while_revalidate_until: Millis,
    /// Until when it may be handed out stale where its refetch fails; never before `fresh_until`.
    pub stale_if_error_until: Millis,
    /// Whether it may be stored at all.
    pub storable: bool,
    /// Whether it was marked `public`, so that it may be persisted without a scope.
    pub public: bool,
    /// Whether it must never be handed out stale, unless the request wants what is stored, however old.
    pub must_revalidate: bool,
}

/// The lifetime of an answer that came at `now` to a request sent at `sent`.
///
/// A rule's `stale_time` stands in place of the response's lifetime and counts from `sent`, but never lifts
/// a `no-store`. Without either, nothing is guessed: the answer is stale at once. Nor does `must-revalidate` or
/// `no-cache` bind such a rule: what it says of stale answers is its own. They end the graces that the answer
/// itself gives.
pub fn lifetime(head: &ResponseHead, stale_time: Option<Millis>, sent: Millis, now: Millis) -> Lifetime {
    let control = head.get("cache-control").map(CacheControl::parse).unwrap_or_default();
    let age = head.get("age").and_then(first_seconds).unwrap_or(0);
    let generated = sent.saturating_sub(age);
    let date = head.time("date");
    let explicit = control.max_age.or_else(|| {
        let expires = head.get("expires")?;
        // What is no date is a time in the past (RFC 9111, section 5.3).
        let expires = http_date::parse(expires).unwrap_or(0);
        Some(expires.saturating_sub(date.unwrap_or(now)))
    });

    let fresh_until = match (stale_time, explicit) {
        (Some(stale_time), _) => sent.saturating_add(stale_time),
        (None, Some(span)) if !control.no_cache => {
            // RFC 9111, section 4.2.3.
            let apparent_age = date.map_or(0, |date| now.saturating_sub(date));
            let corrected_age = age.saturating_add(now.saturating_sub(sent));
            let initial_age = apparent_age.max(corrected_age);
            now.saturating_add(span).saturating_sub(initial_age)
        }
        _ => generated,
    };
    let must_revalidate = control.must_revalidate || control.no_cache;
    let grace = |span: Option<Millis>| {
        let span = if must_revalidate { None } else { span };
        fresh_until.saturating_add(span.unwrap_or(0))
    };
    Lifetime {
        generated,
        fresh_until,
        stale_while_revalidate_until: grace(control.stale_while_revalidate),
        stale_if_error_until: grace(control.stale_if_error),
        storable: !control.no_store
            && !varies_on_everything(head)
            && match head.status {
                200 | 203 | 204 => true,
                300 | 301 | 308 | 404 | 410 => explicit.is_some(),
                _ => false,
            },
        public: control.public && !control.private,
        must_revalidate: must_revalidate && stale_time.is_none(),
    }
}

/// The headers by which an answer can be told from another. A `Last-Modified` counts from a second on, by the
/// server's own clock: before that the answer may have changed again within the second (RFC 9110, section 8.8.2.2).
pub fn validators(head: &ResponseHead) -> Fields {
    let mut validators = Fields::new();
    for name in VALIDATORS {
        let counts = name != "last-modified"
            || matches!((head.time(name), head.time("date")), (Some(modified), Some(date)) if modified + 1000 <= date);
        if let Some(value) = head.get(name).filter(|_| counts) {
            validators.push((name.into(), value.into()));
        }
    }
    validators
}

impl ResponseHead {
    /// The value of the header with this name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The time that the header with this name in lower case says.
    pub(crate) fn time(&self, name: &str) -> Option<Millis> {
        http_date::parse(self.get(name)?)
    }
}

fn varies_on_everything(head: &ResponseHead) -> bool {
    head.get("vary").is_some_and(|vary| pieces(vary, ',').any(|name| name.trim_ascii() == "*"))
}

pub(crate) fn shorten(known: &mut Option<Millis>, span: Millis) {
    *known = Some(known.map_or(span, |known| known.min(span)));
}

/// Whole seconds, as milliseconds.
pub(crate) fn seconds(text: &str) -> Option<Millis> {
    Some(number(text)?.min(MAX_SECONDS) * 1000)
}

/// The first member of a list, as RFC 9111, section 5.1 says of `Age`.
pub(crate) fn first_seconds(value: &str) -> Option<Millis> {
    seconds(pieces(value, ',').next()?.trim_ascii())
}

/// The directives of a `Cache-Control` value: names, and arguments without their quotes.
pub(crate) struct Directives<'a>(pub(crate) &'a str);

impl<'a> Iterator for Directives<'a> {
    type Item = (&'a str, Option<&'a str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.0.is_empty() {
                return None;
            }
            let mut quoted = false;
            let mut escaped = false;
            let end = self.0.bytes().position(|byte| {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' => quoted = !quoted,
                    _ => {}
                }
                byte == b',' && !quoted
            });
            let (directive, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
            self.0 = rest.strip_prefix(',').unwrap_or("");
            let (name, argument) = match cut(directive, '=') {
                Some((name, argument)) => (name, Some(argument.trim_ascii())),
                None => (directive, None),
            };
            if !name.trim_ascii().is_empty() {
                let argument = argument.map(|argument| {
                    let inner = argument.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
                    inner.unwrap_or(argument)
                });
                return Some((name.trim_ascii(), argument));
            }
        }
    }
}

#[cfg(test)]
mod tests;
