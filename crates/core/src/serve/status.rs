//! What a server's cache says of an answer: `Cache-Status` (RFC 9211).

use alloc::string::String;

use crate::text::push_number;

/// Why the backend was asked (RFC 9211, section 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward {
    /// Nothing says that this may be cached, or something that it may not.
    Bypass,
    /// The method is none that is answered from the cache.
    Method,
    /// Nothing usable was there.
    Miss,
    /// What was there is stale.
    Stale,
}

/// How an answer came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// From the cache; fresh for so many seconds, stale where that is negative.
    Hit {
        /// Seconds.
        ttl: i64,
    },
    /// From the backend.
    Forwarded {
        /// Why.
        why: Forward,
        /// Whether it is stored now.
        stored: bool,
        /// Whether another request's answer is shared.
        collapsed: bool,
        /// A token that says more; empty: nothing.
        detail: &'static str,
    },
}

/// The value of `Cache-Status`.
pub fn cache_status(served: Served) -> String {
    let mut value = String::from("everfresh-server");
    match served {
        Served::Hit { ttl } => {
            value.push_str("; hit; ttl=");
            if ttl < 0 {
                value.push('-');
            }
            push_number(&mut value, ttl.unsigned_abs());
        }
        Served::Forwarded { why, stored, collapsed, detail } => {
            value.push_str("; fwd=");
            value.push_str(match why {
                Forward::Bypass => "bypass",
                Forward::Method => "method",
                Forward::Miss => "miss",
                Forward::Stale => "stale",
            });
            if stored {
                value.push_str("; stored");
            }
            if collapsed {
                value.push_str("; collapsed");
            }
            if !detail.is_empty() {
                value.push_str("; detail=");
                value.push_str(detail);
            }
        }
    }
    value
}
