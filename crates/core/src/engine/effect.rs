//! What the engine asks its caller to do.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::input::{BodyId, FlightId, MutationId, ReadId, WriteId};
use super::log::Step;
use crate::time::Millis;

/// How a mutation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was done, by the answer that the caller has.
    Done,
    /// It failed, by the answer or error that the caller has.
    Failed,
    /// It was given up.
    Withdrawn,
    /// It is stored no more: another document has seen to it.
    Elsewhere,
    /// It is durable, and there is no room for it, or no storage.
    Full,
    /// It is durable, and nobody is signed in.
    Scopeless,
    /// Somebody else is signed in now: it is kept for its user.
    Kept,
}

/// What a mutation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It waits for its turn, for the network, or for the document that sends.
    Queued,
    /// It was sent.
    Sending,
    /// It failed and will be sent again.
    Waiting,
    /// Its server wants somebody to sign in.
    Paused,
    /// It failed for good: a dead letter.
    Dead,
}

/// Something to do. Effects are performed in order, all of them, before the next input.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Not ours: call native `fetch` with the read's own arguments, then say `Observed`.
    Pass(ReadId),
    /// Answer the read from a kept body.
    Deliver {
        /// Which read.
        read: ReadId,
        /// From which body.
        body: BodyId,
        /// Value of `Age`, in whole seconds.
        age: u32,
        /// Value of `Cache-Status` (RFC 9211).
        status: String,
    },
    /// Answer a peek with the data of a kept body.
    Peeked {
        /// Which read.
        read: ReadId,
        /// From which body.
        body: BodyId,
        /// It is out of date.
        stale: bool,
        /// For so long that is the answer, unless something is said of the body, or of all: see [`Changed`](Self::Changed).
        holds_for: Millis,
    },
    /// What was said of this body by [`Peeked`](Self::Peeked) holds no longer; `None`: of any body. One that is dropped or
    /// freshened is not named beside that.
    Changed(Option<BodyId>),
    /// Answer a query with the data of a kept body.
    Answer {
        /// Which read.
        read: ReadId,
        /// From which body.
        body: BodyId,
        /// It is out of date.
        stale: bool,
    },
    /// Who watches sees this from now on.
    Notify {
        /// Who.
        watch: ReadId,
        /// New data; `None` leaves what was shown.
        body: Option<BodyId>,
        /// The data is out of date.
        stale: bool,
        /// It is being fetched.
        fetching: bool,
    },
    /// What is watched could not be fetched: the flight's error, or its answer that is none.
    NotifyFailed {
        /// Who.
        watch: ReadId,
        /// Which flight.
        flight: FlightId,
    },
    /// What is shown to who watches is somebody else's: show nothing.
    Blank(ReadId),
    /// What is watched by one who fetches nothing of itself is to be fetched anew.
    Due(ReadId),
    /// A prefetch is over, as far as who asked for it is concerned.
    Prefetched {
        /// Which.
        read: ReadId,
        /// What came of it.
        outcome: PrefetchOutcome,
    },
    /// These pages, a line each, are likely enough to come next: prefetch what they need.
    Predicted(String),
    /// Answer the read with the flight's own response.
    DeliverNetwork {
        /// Which read.
        read: ReadId,
        /// From which flight.
        flight: FlightId,
    },
    /// Fail the read with the flight's own error, or with its answer that is one.
    Reject {
        /// Which read.
        read: ReadId,
        /// From which flight.
        flight: FlightId,
    },
    /// Start a request with the arguments of `read`, but with a signal of its own; for a flight that is there, again,
    /// with the arguments that it has.
    Fetch {
        /// The flight.
        flight: FlightId,
        /// Whose arguments.
        read: ReadId,
        /// `true`: `cache: 'reload'`; `false`: `cache: 'no-cache'`.
        reload: bool,
        /// A kept body and the header, as lines, of a request for another one: then `cache: 'no-store'`.
        condition: Option<(BodyId, String)>,
    },
    /// The kept body that the flight was conditional on is current: it has the headers that were told with the 304.
    Freshen {
        /// Which flight.
        flight: FlightId,
        /// Which body.
        body: BodyId,
    },
    /// There is no answer to a read that must not go to the network: fail it as `fetch` does (status 0), or answer
    /// it with an empty response of this status.
    Refuse {
        /// Which read.
        read: ReadId,
        /// The status, or 0.
        status: u32,
    },
    /// Nobody waits for this flight any more: abort it.
    AbortFlight(FlightId),
    /// Read the flight's body whole, then say `Body` (or `Failed`).
    ReadBody {
        /// Which flight.
        flight: FlightId,
        /// The JSON fields to look for at the top level of the body, a line each; empty: don't parse it.
        fields: String,
    },
    /// The flight is over for the engine: forget its response and its reads' arguments.
    EndFlight(FlightId),
    /// Read this item, then say `Loaded`.
    Load {
        /// The item's name.
        item: Rc<str>,
    },
    /// Write an entry: the header line, a line feed, the packed body. Say `Stored`, or `PutFailed` if refused.
    Persist {
        /// The item's name.
        item: Rc<str>,
        /// The record's first line.
        header: String,
        /// The kept body that follows it.
        body: BodyId,
    },
    /// Write a small item of ours (journal, sentinel). Say `PutFailed` if refused.
    Put {
        /// The item's name.
        item: Rc<str>,
        /// Its text.
        text: String,
    },
    /// Tell every other document of this origin, each of which says `Heard`.
    Broadcast(String),
    /// Say `Gone` when the document of this name is no longer there; at once, where it can't be told.
    Watch(Rc<str>),
    /// Remove this item.
    Remove(Rc<str>),
    /// The write may be sent now.
    Send(WriteId),
    /// Send a mutation's request, saying `Write` with its number, or call its function and say `Settled`.
    Submit {
        /// Which.
        mutation: MutationId,
        /// Its idempotency key.
        key: Rc<str>,
    },
    /// What is shown of a URL is its data with the operations of these mutations applied, in this order.
    Layers {
        /// The URL.
        url: Rc<str>,
        /// Which mutations.
        mutations: Vec<MutationId>,
    },
    /// A mutation has ended.
    Ended {
        /// Which.
        mutation: MutationId,
        /// How.
        ending: Ending,
    },
    /// How a mutation is getting on.
    Status {
        /// Which.
        mutation: MutationId,
        /// What it does.
        progress: Progress,
        /// How often it was sent; of a dead letter the status that it was answered with, 0 where it was too old.
        count: u32,
    },
    /// A mutation was found in storage: there it was left by a reload, or by another document.
    Restored {
        /// Its number.
        mutation: MutationId,
        /// Its payload.
        payload: BodyId,
        /// Its key, method, URL, lane and time of submission, a line each.
        text: String,
    },
    /// Become the document that sends what is durable, when that can be, and say `Leading`; `false`: leave it to others.
    Lead(bool),
    /// Forget a kept body.
    DropBody(BodyId),
    /// Say `Flush { all: false }` when idle.
    FlushWhenIdle,
    /// Say `Wake` at this time; replaces the deadline before. `None`: no deadline.
    WakeAt(Option<Millis>),
    /// Tell whoever listens.
    Emit(Rc<Step>),
}

/// What came of a prefetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefetchOutcome {
    /// Its answer is there.
    Fetched = 0,
    /// What is there is good.
    Cached = 1,
    /// It was asked for already.
    Joined = 2,
    /// It was given up.
    Aborted = 3,
    /// It was not answered, or not by what can be kept.
    Failed = 4,
    /// Its answer may be older than an invalidation, or than a write, and was not kept.
    Late = 5,
    /// Of another origin, and not allowed.
    Origin = 10,
    /// It looks like one that does something.
    Path = 11,
    /// The network, or who pays for it, is to be spared.
    DataSaver = 12,
    /// Nobody sees the page.
    Hidden = 13,
    /// There is no network.
    Offline = 14,
    /// The last minute has cost enough.
    Budget = 15,
    /// Too many wait.
    Full = 16,
    /// Nothing is cached now.
    Off = 17,
}
