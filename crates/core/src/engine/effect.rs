//! What the engine asks its caller to do.

use alloc::{rc::Rc, string::String};

use super::event::Event;
use super::input::{BodyId, FlightId, ReadId, WriteId};
use crate::time::Millis;

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
    /// Answer a query or a peek with the data of a kept body.
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
    /// Write an entry: the header line, a line feed, the packed body. Say `PutFailed` if refused.
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
    /// Forget a kept body.
    DropBody(BodyId),
    /// Say `Flush { all: false }` when idle.
    FlushWhenIdle,
    /// Say `Wake` at this time; replaces the deadline before. `None`: no deadline.
    WakeAt(Option<Millis>),
    /// Tell whoever listens.
    Emit(Event),
}
