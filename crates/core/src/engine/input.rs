//! What the engine is told.

use alloc::{string::String, vec::Vec};

use super::query_options::{Kind, QueryOptions};
use super::watch::Signal;
use crate::target::Member;
use crate::url::Url;

/// A wrapped `fetch` call of the page. Chosen by the caller, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReadId(pub u32);

/// A write (a request with an unsafe method). Chosen by the caller, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WriteId(pub u32);

/// A request that the engine asked for. Chosen by the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlightId(pub u32);

/// A response body (with its status and headers) that the caller keeps. Chosen by the caller,
/// given up by [`Effect::DropBody`](super::Effect::DropBody).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyId(pub u32);

/// The `cache` mode of a request, as `fetch` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CacheMode {
    /// Use the cache as its rules say.
    #[default]
    Default,
    /// `reload`: ask the network for a whole answer.
    Reload,
    /// `no-cache`: ask the network whether what is stored is current.
    Validate,
    /// `force-cache`: use what is stored, fresh or not.
    ForceCache,
    /// `only-if-cached`: as that, and don't ask the network.
    OnlyIfCached,
    /// `no-store`: leave the cache alone.
    Bypass,
}

/// A request as the engine sees it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method in upper case.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The headers that the page set, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The `cache` mode.
    pub cache: CacheMode,
    /// What else makes an answer differ, such as a `credentials` mode that is not the default;
    /// empty in the ordinary case. Becomes part of the key.
    pub variant: String,
    /// Something that a cache can't honour (`Range`, `integrity`, `no-cors`, manual redirects,
    /// hand-set conditions): the request passes through.
    pub opaque: bool,
}

/// What the engine needs to know of an answer: its status and [`RESPONSE_HEADERS`].
#[derive(Debug, Clone, Default)]
pub struct ResponseHead {
    /// The status code; 0 for an opaque answer.
    pub status: u16,
    /// Those of [`RESPONSE_HEADERS`] that are present, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The URL after redirects, where it differs from the request's.
    pub url: Option<String>,
    /// `true` for an answer that can't be read whole (opaque, or an event stream).
    pub unreadable: bool,
}

impl ResponseHead {
    /// The URL that answered a request to `url`, after redirects.
    pub fn answered_by(&self, url: &Url) -> Url {
        self.url.as_deref().and_then(Url::parse).unwrap_or_else(|| url.clone())
    }
}

/// The response headers that the engine reads.
pub const RESPONSE_HEADERS: [&str; 17] = [
    "age",
    "cache-control",
    "cache-group-invalidation",
    "cache-groups",
    "clear-site-data",
    "content-length",
    "content-location",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "location",
    "retry-after",
    "vary",
    "x-cache-invalidate",
    "x-cache-tags",
];

/// Parent fields found in a JSON body, such as `("chapterId", "3")`.
pub type Fields = Vec<(String, String)>;

/// A stored entry as it was found: the core's own line, and how long the rest is.
#[derive(Debug, Clone)]
pub struct StoredItem {
    /// The record's first line.
    pub header: String,
    /// Length of what follows, in UTF-16 units, to recognise a torn record.
    pub rest_len: u32,
    /// The rest, kept by the caller. Given up by `DropBody` when it is not wanted.
    pub body: BodyId,
}

/// A write that the script shim saw before the engine was ready.
#[derive(Debug, Clone)]
pub struct EarlyWrite {
    /// The method in upper case.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The answer; `None` where it is not known (yet, or any more).
    pub head: Option<ResponseHead>,
}

/// What storage holds. `items` and `early` are looked at by `Start` alone.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The sentinel's text, where it is there.
    pub sentinel: Option<String>,
    /// The text of [`key::HEAD`](crate::key::HEAD), where it is there.
    pub head: Option<String>,
    /// Name and text of every journal.
    pub journals: Vec<(String, String)>,
    /// Names of the stored entries.
    pub items: Vec<String>,
    /// Writes that were seen before the engine was ready.
    pub early: Vec<EarlyWrite>,
}

/// Something that happened. Given to [`Engine::handle`](super::Engine::handle) with the time.
#[derive(Debug, Clone)]
pub enum Input {
    /// The document started. First input; `None` where storage is denied.
    Start(Option<Snapshot>),
    /// The page called `fetch` with a safe method.
    Read {
        /// The call.
        read: ReadId,
        /// What it asks for.
        request: Request,
    },
    /// The page asks for data otherwise than by `fetch`.
    Query {
        /// The call.
        read: ReadId,
        /// What it asks for.
        request: Request,
        /// What it is after.
        kind: Kind,
        /// What it chooses.
        options: QueryOptions,
    },
    /// The page aborted a read, whose promise the caller has rejected already, or watches no more.
    Abort(ReadId),
    /// The head of a flight's answer arrived. That of a 304 to a condition of ours is told with the headers of the kept
    /// body, as far as it does not bring its own (RFC 9111, section 3.2).
    Responded {
        /// Which flight.
        flight: FlightId,
        /// The answer.
        head: ResponseHead,
    },
    /// A flight's body was read whole, as asked by `ReadBody`.
    Body {
        /// Which flight.
        flight: FlightId,
        /// Where the caller keeps it.
        body: BodyId,
        /// Its size in UTF-16 units (text) or bytes.
        size: u32,
        /// `true` where it is text and so can be stored.
        text: bool,
        /// The fields that `ReadBody` asked for, as far as found.
        fields: Fields,
    },
    /// A flight ended in an error, before or after its head.
    Failed(FlightId),
    /// The answer to `Load`; `None` where there is no such record or it can't be read.
    Loaded {
        /// The item's name.
        item: String,
        /// What was found.
        found: Option<StoredItem>,
    },
    /// The page calls `fetch` with an unsafe method.
    Write {
        /// The call.
        write: WriteId,
        /// The method in upper case.
        method: String,
        /// The absolute URL.
        url: String,
        /// Parent fields found in the request's body (see [`Engine::write_fields`](super::Engine::write_fields)).
        fields: Fields,
    },
    /// A write was answered.
    Answered {
        /// Which write.
        write: WriteId,
        /// The answer.
        head: ResponseHead,
        /// Parent fields found in the answer's body, where it was read.
        fields: Fields,
    },
    /// A write ended without an answer: network error or abort. Its outcome is unknown.
    Unanswered(WriteId),
    /// An answer that did not pass through a flight or a write: its headers count all the same.
    Observed {
        /// The method in upper case.
        method: String,
        /// The absolute URL of the request.
        url: String,
        /// The answer.
        head: ResponseHead,
    },
    /// The page invalidates; `origin` limits it to entries of that origin.
    Invalidate {
        /// What it names.
        members: Vec<Member>,
        /// Limit, such as `https://example.org`.
        origin: Option<String>,
    },
    /// What storage holds by now: after a `storage` event, on wake, and where
    /// [`Engine::is_outdated`](super::Engine::is_outdated).
    CatchUp(Snapshot),
    /// Another document's `Broadcast`.
    Heard(String),
    /// A document that was to be watched is no longer there.
    Gone(String),
    /// The page says itself what a key's data is.
    SetData {
        /// Where the caller keeps it.
        body: BodyId,
        /// Its size, as near as it is known.
        size: u32,
        /// The key's URL.
        url: String,
        /// Its tags, and how long it is fresh.
        options: QueryOptions,
    },
    /// The page wants a URL's data to be forgotten, here alone.
    Remove(String),
    /// One who watches wants it to be fetched anew.
    Refetch(ReadId),
    /// Something about the page or the network.
    Signal(Signal),
    /// Drop every entry, in memory and in storage.
    Clear,
    /// The page says who is signed in.
    Scope {
        /// Who; empty for nobody.
        id: String,
        /// Names of the stored entries.
        items: Vec<String>,
    },
    /// Write what waits to be written. `all`: the page is going away, so now.
    Flush {
        /// `false`: a batch; `true`: everything.
        all: bool,
    },
    /// The deadline of `WakeAt` has come.
    Wake,
    /// `Put` or `Persist` of this item was refused, for want of quota or of permission.
    PutFailed {
        /// The item's name.
        item: String,
    },
}
