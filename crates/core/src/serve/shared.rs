//! What a shared cache may keep, and for how long (RFC 9111).

use alloc::{format, string::String};

use crate::engine::ResponseHead;
use crate::freshness::{CacheControl, Directives, Lifetime, lifetime, seconds, shorten};
use crate::policy::{ReadMode, Rule};
use crate::time::Millis;

/// How long an answer may be handed out stale where its rule says `swr` and has no `gcTime`.
const SWR_TIME: Millis = 5 * 60 * 1000;

/// Why an answer is not shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unshared {
    /// Answers with this status are not stored, or only where they say for how long they are fresh.
    Status,
    /// `no-store`.
    NoStore,
    /// `private`.
    Private,
    /// It sets a cookie.
    SetCookie,
    /// `Vary: *`.
    Varies,
    /// It is an event stream, or a part of something.
    Partial,
    /// It is stale at once.
    Stale,
    /// Its names can't be read, so no invalidation would find it.
    Unnamed,
}

impl Unshared {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::NoStore => "no-store",
            Self::Private => "private",
            Self::SetCookie => "set-cookie",
            Self::Varies => "vary",
            Self::Partial => "partial",
            Self::Stale => "stale",
            Self::Unnamed => "unnamed",
        }
    }

    /// Whether the next answer from the same URL is likely to be no better.
    pub fn lasts(self) -> bool {
        self != Self::Status
    }
}

/// How long an answer that came at `now` to a request sent at `sent` may be shared by its rule and headers. `head` has
/// all headers, those that are there more than once joined.
///
/// # Errors
/// [`Unshared`] says why it must not be.
pub fn shared_lifetime(
    head: &ResponseHead,
    rule: &Rule,
    sent: Millis,
    now: Millis,
) -> Result<Lifetime, Unshared> {
    let value = head.get("cache-control").unwrap_or("");
    let mut control = CacheControl::parse(value);
    if control.no_store {
        return Err(Unshared::NoStore);
    }
    if control.private {
        return Err(Unshared::Private);
    }
    if head.get("set-cookie").is_some() {
        return Err(Unshared::SetCookie);
    }
    let event_stream = head.get("content-type").is_some_and(|kind| {
        kind.trim_ascii_start()
            .as_bytes()
            .get(..17)
            .is_some_and(|kind| kind.eq_ignore_ascii_case(b"text/event-stream"))
    });
    if event_stream || head.get("content-range").is_some() {
        return Err(Unshared::Partial);
    }
    if head.get("vary").is_some_and(|vary| vary.split(',').any(|name| name.trim_ascii() == "*")) {
        return Err(Unshared::Varies);
    }
    let mut shared_age = None;
    for (name, argument) in Directives(value) {
        if name.eq_ignore_ascii_case("s-maxage") {
            shorten(&mut shared_age, argument.and_then(seconds).unwrap_or(0));
        } else if name.eq_ignore_ascii_case("proxy-revalidate") {
            control.must_revalidate = true;
        }
    }
    if shared_age.is_some() {
        control.max_age = shared_age;
        // RFC 9111, section 5.2.2.10.
        control.must_revalidate = true;
    }
    let mut head = head.clone();
    head.headers.retain(|(name, _)| name != "cache-control");
    head.headers.push(("cache-control".into(), for_a_private_cache(&control)));
    let mut life = lifetime(&head, rule.stale_time, sent, now);
    if !life.storable {
        return Err(Unshared::Status);
    }
    if life.fresh_until <= now {
        return Err(Unshared::Stale);
    }
    if rule.mode == ReadMode::Swr && !life.must_revalidate {
        let stale = life.fresh_until.saturating_add(rule.gc_time.unwrap_or(SWR_TIME));
        life.stale_while_revalidate_until = life.stale_while_revalidate_until.max(stale);
    }
    Ok(life)
}

/// What says to a private cache what the answer says to a shared one.
fn for_a_private_cache(control: &CacheControl) -> String {
    let mut value = String::new();
    for (said, name) in [
        (control.no_cache, "no-cache, "),
        (control.must_revalidate, "must-revalidate, "),
        (control.public, "public, "),
    ] {
        value.push_str(if said { name } else { "" });
    }
    for (span, name) in [
        (control.max_age, "max-age"),
        (control.stale_while_revalidate, "stale-while-revalidate"),
        (control.stale_if_error, "stale-if-error"),
    ] {
        if let Some(span) = span {
            value.push_str(&format!("{name}={}, ", span / 1000));
        }
    }
    value
}

/// The same with its freshness shortened by a share of what is left of it, so that entries of one moment don't end in
/// one moment.
pub fn jittered(mut life: Lifetime, now: Millis, share: f64) -> Lifetime {
    let left = life.fresh_until.saturating_sub(now);
    let cut = (left as f64 * share.clamp(0.0, 1.0)) as Millis;
    life.fresh_until -= cut.min(left.saturating_sub(1));
    life
}

#[cfg(test)]
mod tests;
