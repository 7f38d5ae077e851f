//! What the engine is told.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::event::Source;
use super::prefetches::Trigger;
use super::query_options::{Kind, QueryOptions};
use super::signal::Signal;
use crate::predict::Connection;
use crate::target::Member;
use crate::url::Url;

/// A wrapped `fetch` call of the page. Chosen by the caller, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReadId(pub u32);

/// A write (a request with an unsafe method). Chosen by the caller, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WriteId(pub u32);

/// A mutation of the page. Chosen by the caller, below [`RESTORED`]; those that are learnt from storage are numbered by
/// the engine, from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MutationId(pub u32);

/// The first number of a mutation that the engine has learnt of.
pub const RESTORED: u32 = 1 << 30;

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

/// A mutation as the page wants it. Values and functions stay with the caller.
#[derive(Debug, Clone, Default)]
pub struct NewMutation {
    /// The method of its request in upper case; empty where it is a function of the page's.
    pub method: String,
    /// The absolute URL of its request, or empty.
    pub url: String,
    /// Those that name the same one run one after another; empty: none does.
    pub lane: String,
    /// Its idempotency key: a random text of letters and digits.
    pub key: String,
    /// How often it is tried again where that may help; what is durable is tried until it is too old.
    pub retries: u32,
    /// What follows in its lane goes on where it failed for good.
    pub continues: bool,
    /// A unique text that stands for the id of what it makes, or empty.
    pub temp: String,
    /// Those texts of earlier ones that its body names: it is not sent before it is known what they stand for.
    pub needs: String,
    /// What it invalidates beside what its answer and the map say, as `X-Cache-Invalidate` names it.
    pub invalidates: String,
    /// The URLs of the data that it changes at once.
    pub urls: Vec<String>,
    /// Where it is durable: all that is needed to send it after a reload, kept by the caller, and its size in UTF-16
    /// units. Given up by `DropBody`.
    pub payload: Option<(BodyId, u32)>,
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
    pub items: Vec<Rc<str>>,
    /// Writes that were seen before the engine was ready.
    pub early: Vec<EarlyWrite>,
    /// Name and first line of every durable mutation.
    pub edits: Vec<(String, String)>,
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
    /// Somebody may want a URL soon. `Prefetched` says what came of it.
    Prefetch {
        /// The call; `Abort` gives it up.
        read: ReadId,
        /// The absolute URL.
        url: String,
        /// What makes the page think so.
        trigger: Trigger,
        /// The highest goes first.
        priority: u8,
    },
    /// A page was visited, by its absolute URL. `Predicted` says what to prefetch, if anything.
    Navigate(String),
    /// What network there is. On a slow one, and where somebody wants to save data, nothing is prefetched.
    Connection {
        /// How fast it is.
        connection: Connection,
        /// Somebody wants to save data.
        saves: bool,
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
        /// Parent fields found in the request's body (see [`Engine::write_terms`](super::Engine::write_terms)).
        fields: Fields,
        /// The mutation that it is the request of.
        mutation: Option<MutationId>,
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
    /// A server says unasked what has changed, within its origin.
    Pushed(Vec<Member>, String),
    /// What storage holds by now: after a `storage` event, on wake, and where
    /// [`Engine::is_outdated`](super::Engine::is_outdated).
    CatchUp(Snapshot),
    /// Another document's `Broadcast`.
    Heard(String),
    /// A document that was to be watched is no longer there.
    Gone(String),
    /// The page changes something.
    Mutate {
        /// Its number.
        mutation: MutationId,
        /// What it is.
        new: NewMutation,
    },
    /// A mutation that is a function of the page's has ended: well, or not.
    Settled {
        /// Which.
        mutation: MutationId,
        /// Whether it did what it should.
        done: bool,
        /// What it tells of the answer that it was given: headers that it did not have from us, or none.
        head: ResponseHead,
    },
    /// The page gives a mutation up.
    Withdraw(MutationId),
    /// The page wants a dead letter to be tried again.
    RetryDead(MutationId),
    /// Whether this document is the one that sends what is durable. If so, `CatchUp` comes before, whatever the head says.
    Leading(bool),
    /// If a mutation succeeds, this is the data of a URL. Told before its answer.
    Adopt {
        /// Which.
        mutation: MutationId,
        /// Where the caller keeps it.
        body: BodyId,
        /// Its size, as near as it is known.
        size: u32,
        /// The URL.
        url: String,
    },
    /// What a mutation made has got its id. Told before its answer, once the caller has put it in the place of `temp` in
    /// all payloads.
    Rename {
        /// Which.
        mutation: MutationId,
        /// The id.
        id: String,
    },
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
    /// Empty a layer, here alone.
    Forget(Source),
    /// The page says who is signed in.
    Scope {
        /// Who; empty for nobody.
        id: String,
        /// What storage holds.
        snapshot: Snapshot,
    },
    /// Write what waits to be written. `all`: the page is going away, so now.
    Flush {
        /// `false`: a batch; `true`: everything.
        all: bool,
    },
    /// The deadline of `WakeAt` has come.
    Wake,
    /// An entry was written.
    Stored {
        /// The item's name.
        item: Rc<str>,
        /// Its name and its text together, in UTF-16 units.
        size: u32,
    },
    /// `Put` or `Persist` of this item was refused, for want of quota or of permission.
    PutFailed {
        /// The item's name.
        item: String,
    },
}
