//! What is known of a stored answer. Its body, status and headers stay with the caller.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::engine::{BodyId, Fields};
use crate::journal::Fence;
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

/// A request header that the answer varies by, and its value in the request (RFC 9111, section 4.1).
pub type Varied = (String, Option<String>);

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
    /// Request headers that it varies by.
    pub vary: Vec<Varied>,
    /// What its request knew of the journals.
    pub fence: Fence,
    /// When its request was sent.
    pub sent: Millis,
    /// When the answer was generated, by its `Age`.
    pub generated: Millis,
    /// When it stops being fresh.
    pub fresh_until: Millis,
    /// Until when it may be handed out stale while it is fetched again (RFC 5861).
    pub stale_while_revalidate_until: Millis,
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
    /// The page has set it; no server said so.
    pub local: bool,
    /// localStorage has refused it before.
    pub refused: bool,
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

    /// Whether it answers a request with these headers.
    pub fn matches(&self, headers: &[(String, String)]) -> bool {
        self.vary.iter().all(|(name, value)| crate::key::header(headers, name) == value.as_deref())
    }

    /// Time since the answer was generated.
    pub fn age(&self, now: Millis) -> Millis {
        now.saturating_sub(self.generated)
    }
}
