//! Requests that are under way.

use everfresh_core::engine::{BodyId, FlightId, ReadId};

use super::Tab;
use crate::server::Answer;

/// A request that the engine asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flight {
    pub(crate) resource: usize,
    pub(crate) language: usize,
    pub(crate) sent: u64,
    pub(crate) time: u64,
    /// Whose cookie it had.
    pub(crate) session: usize,
    pub(crate) reload: bool,
    /// The kept body and the entity tag that it is conditional on.
    pub(crate) condition: Option<(BodyId, u64)>,
    /// The answer, once the server has made it.
    pub(crate) answer: Option<Answer>,
    /// Its head was told, its body is being read.
    pub(crate) reading: bool,
}

impl Tab {
    /// A request is sent: `condition` is a kept body, and a header that names its entity tag.
    pub(super) fn send(
        &mut self,
        event: u64,
        flight: FlightId,
        read: ReadId,
        reload: bool,
        condition: Option<(BodyId, String)>,
    ) {
        let again = self.flights.get(&flight).map(|flight| (flight.resource, flight.language));
        let view = self.views.get(&read).map(|view| (view.resource, 0));
        let view = view.or_else(|| Some((*self.prefetching.open.get(&read)?, 0)));
        let of_read = || (self.reads[&read].resource, self.reads[&read].language);
        let (resource, language) = again.or(view).unwrap_or_else(of_read);
        let condition = condition.map(|(body, header)| {
            let tag = header.strip_prefix("if-none-match\n\"").and_then(|tag| tag.strip_suffix('"'));
            (body, tag.unwrap().parse().unwrap())
        });
        let (sent, time, session, answer, reading) = (event, self.now, self.cookie, None, false);
        let sent = Flight { resource, language, sent, time, session, reload, condition, answer, reading };
        self.flights.insert(flight, sent);
    }
}
