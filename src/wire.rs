//! What crosses the boundary: a number that says what it is, a few more, and one text. The other side of it
//! is `src/host/wire.js`.
//!
//! A text is made of lines. What they hold (methods, URLs, headers, ids) can't have a line feed in it; the
//! JavaScript half sees to that.

use everfresh_core::text::{Pieces, number, pieces, push_number};

use everfresh_core::engine::{
    BodyId, CacheMode, EarlyWrite, Effect, Environment, FlightId, Input, Kind, MutationId, NewMutation,
    QueryOptions, ReadId, Request, ResponseHead, Signal, Snapshot, Source, Trigger, WriteId,
};
use everfresh_core::header;
use everfresh_core::json;
use everfresh_core::predict::Connection;
use everfresh_core::target::{Member, Mode};

/// The page's origin, this document's random name, a random text for keyed hashes, and whether localStorage may be
/// used.
pub(crate) fn environment(text: &str) -> (Environment, bool) {
    let mut lines = Lines::of(text);
    let (origin, document, secret) = (lines.text(), lines.text(), lines.text());
    let (mut first, mut second) = (0, 0);
    for byte in secret.bytes() {
        second = (second << 5) | (first >> 59);
        first = (first << 5) ^ u64::from(byte);
    }
    (Environment { origin, document, hash_key: [first, second] }, lines.text() == "storage")
}

/// The input of this number; `None` for a number that has none.
///
/// # Errors
/// What is wrong in the options of a query.
pub(crate) fn input(kind: u32, a: u32, b: u32, c: u32, text: &str) -> Result<Option<Input>, String> {
    let mut lines = Lines::of(text);
    Ok(Some(match kind {
        0 => Input::Read { read: ReadId(a), request: lines.request(b) },
        1 => Input::Abort(ReadId(a)),
        2 => Input::Responded { flight: FlightId(a), head: lines.head(b, c) },
        3 | 4 => {
            let (flight, body, fields) = (FlightId(a), BodyId(b), lines.pairs(usize::MAX));
            Input::Body { flight, body, size: c, text: kind == 4, fields }
        }
        5 => Input::Failed(FlightId(a)),
        6 => Input::Write {
            write: WriteId(a),
            method: lines.text(),
            url: lines.text(),
            fields: lines.pairs(usize::MAX),
            mutation: (b > 0).then_some(MutationId(b)),
        },
        7 => Input::Answered { write: WriteId(a), head: lines.head(b, c), fields: lines.pairs(usize::MAX) },
        8 => Input::Unanswered(WriteId(a)),
        9 => Input::Observed { method: lines.text(), url: lines.text(), head: lines.head(b, c) },
        10 => {
            let (members, origin) = named(text, a == 1);
            Input::Invalidate { members, origin }
        }
        11 => Input::Clear,
        12 => Input::Flush { all: a == 1 },
        13 => Input::Wake,
        14 => Input::Heard(text.into()),
        15 => Input::Gone(text.into()),
        16 => {
            let options = lines.options()?;
            let kind = match c {
                0 => Kind::Query,
                1 => Kind::Peek,
                _ => Kind::Watch,
            };
            Input::Query { read: ReadId(a), request: lines.request(b), kind, options }
        }
        17 => {
            let options = lines.options()?;
            Input::SetData { body: BodyId(a), size: b, url: lines.text(), options }
        }
        18 => Input::Remove(text.into()),
        19 => Input::Refetch(ReadId(a)),
        21 => Input::Scope { id: text.into(), snapshot: Snapshot::default() },
        22 => Input::Mutate { mutation: MutationId(a), new: lines.mutation(BodyId(b), c) },
        23 => Input::Settled { mutation: MutationId(a), done: b == 1, head: lines.head(0, c) },
        24 => Input::Withdraw(MutationId(a)),
        25 => Input::RetryDead(MutationId(a)),
        26 => Input::Leading(a == 1),
        27 => Input::Adopt { mutation: MutationId(a), body: BodyId(b), size: c, url: text.into() },
        28 => Input::Rename { mutation: MutationId(a), id: text.into() },
        29 => {
            let trigger = Trigger::ALL.get(b as usize).copied().unwrap_or_default();
            let priority = u8::try_from(c).unwrap_or(u8::MAX);
            Input::Prefetch { read: ReadId(a), url: text.into(), trigger, priority }
        }
        30 => {
            let connection = match a {
                1 => Connection::Slow2g,
                2 => Connection::TwoG,
                3 => Connection::ThreeG,
                _ => Connection::FourG,
            };
            Input::Connection { connection, saves: b > 0 }
        }
        31 => Input::Navigate(text.into()),
        32 => Input::Forget(if a == 0 { Source::Memory } else { Source::Storage }),
        33 => {
            let (members, origin) = named(text, a == 1);
            Input::Pushed(members, origin.unwrap_or_default())
        }
        20 => Input::Signal(match a {
            0 => Signal::Focus,
            1 => Signal::Hidden,
            2 => Signal::Online,
            _ => Signal::Offline,
        }),
        _ => return Ok(None),
    }))
}

/// What a page names, and the origin that it is limited to: an origin or nothing, then targets in the grammar of the
/// header.
pub(crate) fn named(text: &str, stale: bool) -> (Vec<Member>, Option<String>) {
    let mut lines = Lines::of(text);
    let origin = Some(lines.text()).filter(|origin| !origin.is_empty());
    let mut members: Vec<Member> = Vec::new();
    for text in lines.0 {
        members.append(&mut header::parse_invalidate(text).members);
    }
    if stale {
        members.iter_mut().for_each(|member| member.mode = Mode::Stale);
    }
    (members, origin)
}

/// An early write as the script shim noted it: what [`input`] takes for an answer that passed by, with its
/// status in front of the head; without a head where there was none yet.
pub(crate) fn early(text: &str) -> Option<EarlyWrite> {
    let mut lines = Lines::of(text);
    let (method, url) = (lines.text(), lines.text());
    let head = match lines.0.next() {
        Some(status) => Some(lines.head(status.parse().ok()?, u32::MAX - 1)),
        None => None,
    };
    Some(EarlyWrite { method, url, head })
}

/// An effect on promises, responses or bodies: its number, its numbers and its text. `None` for one that
/// is the driver's own.
pub(crate) fn effect(effect: &Effect) -> Option<(u32, [u32; 3], &str)> {
    Some(match effect {
        Effect::Pass(read) => (0, [read.0, 0, 0], ""),
        Effect::Deliver { read, body, age, status } => (1, [read.0, body.0, *age], status),
        Effect::DeliverNetwork { read, flight } => (2, [read.0, flight.0, 0], ""),
        Effect::Reject { read, flight } => (3, [read.0, flight.0, 0], ""),
        Effect::Fetch { flight, read, condition: Some((body, header)), .. } => {
            (4, [flight.0, read.0, body.0], header)
        }
        Effect::Fetch { flight, read, reload, .. } => (4, [flight.0, read.0, u32::from(*reload)], ""),
        Effect::AbortFlight(flight) => (5, [flight.0, 0, 0], ""),
        Effect::ReadBody { flight, fields } => (6, [flight.0, 0, 0], fields),
        Effect::EndFlight(flight) => (7, [flight.0, 0, 0], ""),
        Effect::Send(write) => (8, [write.0, 0, 0], ""),
        Effect::DropBody(body) => (9, [body.0, 0, 0], ""),
        Effect::FlushWhenIdle => (10, [0; 3], ""),
        Effect::Broadcast(message) => (11, [0; 3], message),
        Effect::Watch(document) => (12, [0; 3], document),
        Effect::Answer { read, body, stale } => (13, [read.0, body.0, u32::from(*stale)], ""),
        Effect::Notify { watch, body, stale, fetching } => {
            let body = body.map_or(0, |body| body.0);
            (14, [watch.0, body, u32::from(*stale) + 2 * u32::from(*fetching)], "")
        }
        Effect::NotifyFailed { watch, flight } => (15, [watch.0, flight.0, 0], ""),
        Effect::Blank(watch) => (16, [watch.0, 0, 0], ""),
        Effect::Freshen { flight, body } => (17, [flight.0, body.0, 0], ""),
        Effect::Refuse { read, status } => (18, [read.0, *status, 0], ""),
        Effect::Submit { mutation, key } => (19, [mutation.0, 0, 0], key),
        Effect::Ended { mutation, ending } => (21, [mutation.0, *ending as u32, 0], ""),
        Effect::Status { mutation, progress, count } => (22, [mutation.0, *progress as u32, *count], ""),
        Effect::Restored { mutation, payload, text } => (23, [mutation.0, payload.0, 0], text),
        Effect::Lead(wanted) => (24, [u32::from(*wanted), 0, 0], ""),
        Effect::Predicted(pages) => (26, [0; 3], pages),
        Effect::Prefetched { read, outcome } => (25, [read.0, *outcome as u32, 0], ""),
        Effect::Due(watch) => (27, [watch.0, 0, 0], ""),
        Effect::Peeked { read, body, stale, holds_for } => {
            let time = u32::try_from(*holds_for).unwrap_or(u32::MAX) >> 1;
            (28, [read.0, body.0, 2 * time + u32::from(*stale)], "")
        }
        Effect::Changed(body) => (29, [body.map_or(0, |body| body.0), 0, 0], ""),
        _ => return None,
    })
}

/// Number of the effect whose text is made by [`layers`].
pub(crate) const LAYERS: u32 = 20;

/// A URL and its layers, a line each.
pub(crate) fn layers(url: &str, mutations: &[MutationId]) -> String {
    let mut text = String::from(url);
    for mutation in mutations {
        text.push('\n');
        push_number(&mut text, mutation.0.into());
    }
    text
}

struct Lines<'a>(Pieces<'a>);

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self(pieces(text, '\n'))
    }

    fn text(&mut self) -> String {
        self.0.next().unwrap_or_default().into()
    }

    /// As many pairs as there are, but not more than `limit`.
    fn pairs(&mut self, limit: usize) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        while pairs.len() < limit
            && let (Some(name), Some(value)) = (self.0.next(), self.0.next())
        {
            pairs.push((name.into(), value.into()));
        }
        pairs
    }

    /// The options of a query, which are JSON, or nothing.
    fn options(&mut self) -> Result<QueryOptions, String> {
        let text = self.text();
        if text.is_empty() {
            return Ok(QueryOptions::default());
        }
        let value = json::parse(&text).ok_or("options: must be JSON")?;
        QueryOptions::from_value(&value).map_err(|problem| problem.message())
    }

    /// A mutation; without a payload's body it is not durable.
    fn mutation(&mut self, body: BodyId, size: u32) -> NewMutation {
        NewMutation {
            method: self.text(),
            url: self.text(),
            lane: self.text(),
            key: self.text(),
            retries: number(&self.text()).unwrap_or(0) as u32,
            continues: self.text() == "c",
            temp: self.text(),
            needs: self.text(),
            invalidates: self.text(),
            urls: self.rest(),
            payload: (body.0 > 0).then_some((body, size)),
        }
    }

    /// The lines that are left.
    fn rest(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for line in &mut self.0 {
            lines.push(line.into());
        }
        lines
    }

    /// Bit 0: opaque; the rest is the cache mode.
    fn request(&mut self, flags: u32) -> Request {
        Request {
            opaque: flags & 1 == 1,
            cache: match flags >> 1 {
                0 => CacheMode::Default,
                1 => CacheMode::Reload,
                2 => CacheMode::Validate,
                3 => CacheMode::ForceCache,
                4 => CacheMode::OnlyIfCached,
                _ => CacheMode::Bypass,
            },
            method: self.text(),
            url: self.text(),
            variant: self.text(),
            headers: self.pairs(usize::MAX),
        }
    }

    /// Bit 0: unreadable; the rest is how many headers there are.
    fn head(&mut self, status: u32, flags: u32) -> ResponseHead {
        ResponseHead {
            status: u16::try_from(status).unwrap_or_default(),
            unreadable: flags & 1 == 1,
            url: Some(self.text()).filter(|url| !url.is_empty()),
            headers: self.pairs((flags >> 1) as usize),
        }
    }
}
