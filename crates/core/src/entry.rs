//! What is known of a stored answer. Its body, status and headers stay with the caller.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::engine::{BodyId, Fields, Step, Trigger};
use crate::journal::Fence;
use crate::key;
use crate::metrics::Groups;
use crate::subject::Subject;
use crate::time::Millis;
use crate::url::Url;

/// Where an entry stands with localStorage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// Not there, and not to be.
    No,
    /// Waits to be written.
    Pending,
    /// There.
    Yes,
}

/// The headers that tell one answer of a URL from another (RFC 9111, section 4.3.5).
pub const VALIDATORS: [&str; 3] = ["etag", "last-modified", "content-length"];

/// A stored answer.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is stored under; see [`crate::key`].
    pub key: Rc<str>,
    /// Its URL.
    pub url: Url,
    /// Its tags.
    pub tags: Vec<Rc<str>>,
    /// Parent fields found in its body.
    pub fields: Fields,
    /// Headers by which it can be told from another answer: those of [`VALIDATORS`] that it has.
    pub validators: Fields,
    /// What its request knew of the journals.
    pub fence: Fence,
    /// When its request was sent.
    pub sent: Millis,
    /// When it was answered: what the server did later is not in it.
    pub received: Millis,
    /// When the answer was generated, by its `Age`.
    pub generated: Millis,
    /// When it stops being fresh.
    pub fresh_until: Millis,
    /// Until when it may be handed out stale while it is fetched again (RFC 5861).
    pub stale_while_revalidate_until: Millis,
    /// Until when it may be handed out stale where its refetch fails (RFC 5861).
    pub stale_if_error_until: Millis,
    /// It must not be handed out stale, unless the request wants what is stored, however old.
    pub must_revalidate: bool,
    /// When it is dropped, used or not.
    pub expires: Millis,
    /// When an invalidation marked it stale.
    pub stale_since: Option<Millis>,
    /// Size of the body in UTF-16 units or bytes.
    pub size: u32,
    /// The body, where it is in memory.
    pub body: Option<BodyId>,
    /// Where it stands with localStorage.
    pub stored: Stored,
    /// What its item takes of localStorage, name and all, in UTF-16 units: until that is known, an estimate.
    pub item_size: u32,
    /// The page has set it; no server said so.
    pub local: bool,
    /// localStorage has refused it before.
    pub refused: bool,
    /// Nobody has used it yet: until then it counts as fresh for longer.
    pub prefetched: Option<Prefetched>,
    /// What it is measured for, where that is known.
    pub groups: Option<Groups>,
    /// What made it what it is: that it was stored, or marked stale; none where an earlier document has stored it.
    pub because: Option<Rc<Step>>,
}

/// What is known of an entry that was prefetched.
#[derive(Debug, Clone, Copy)]
pub struct Prefetched {
    /// What made the page prefetch.
    pub trigger: Trigger,
    /// When it stops being fresh for all but its first use.
    pub fresh_until: Millis,
}

impl Entry {
    /// What an invalidation is matched against.
    pub fn subject(&self) -> Subject<'_> {
        Subject { url: &self.url, tags: &self.tags }
    }

    /// Whether it may answer a read at `now`. An entry from the future (the clock was set back) may not.
    pub fn is_fresh(&self, now: Millis) -> bool {
        self.stale_since.is_none() && self.sent <= now && now < self.fresh_until
    }

    /// Whether it answers requests for `key`, with some headers at least.
    pub fn is_of(&self, key: &str) -> bool {
        let rest = self.key.strip_prefix(key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(key::VARIES))
    }

    /// Whether it answers a request for `key`, which is that of its own request, with these headers.
    pub fn answers(&self, key: &str, headers: &[(String, String)]) -> bool {
        let names = key::names(&self.key);
        names.is_empty() || *key::varied(key, names, headers) == *self.key
    }

    /// Whether these headers of a later answer are not those of this one (RFC 9111, section 4.3.5).
    pub fn differs(&self, headers: &[(String, String)]) -> bool {
        let other =
            |(name, value): &(String, String)| key::header(headers, name).is_some_and(|new| new != value);
        self.validators.iter().any(other)
    }

    /// Time since the answer was generated.
    pub fn age(&self, now: Millis) -> Millis {
        now.saturating_sub(self.generated)
    }
}

/// The header, as lines, of a request for another answer than the one with these validators (RFC 9111, section 4.3.1).
pub fn condition(validators: &Fields) -> Option<String> {
    for (validator, condition) in [("etag", "if-none-match\n"), ("last-modified", "if-modified-since\n")] {
        if let Some(value) = key::header(validators, validator) {
            let mut condition = String::from(condition);
            condition.push_str(value);
            return Some(condition);
        }
    }
    None
}
