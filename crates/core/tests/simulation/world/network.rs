//! The network: requests are served, and answers come.

use everfresh_core::engine::{FlightId, Input, ResponseHead};

use super::World;
use crate::server::{self, Answer, Body, PATHS, PUBLIC, SPOKEN};
use crate::tab::{Flight, Tab};

impl World {
    /// The flights of all tabs, in order.
    pub(super) fn flights(&self) -> Vec<(usize, FlightId)> {
        let of = |(at, tab): (usize, &Tab)| tab.flights.keys().map(move |id| (at, *id)).collect::<Vec<_>>();
        self.tabs.iter().enumerate().flat_map(of).collect()
    }

    /// The flights that the server has answered.
    pub(super) fn ready(&self) -> Vec<(usize, FlightId)> {
        let is_ready = |&(tab, id): &(usize, FlightId)| {
            !self.tabs[tab].frozen && self.tabs[tab].flights[&id].answer.is_some()
        };
        self.flights().into_iter().filter(is_ready).collect()
    }

    /// The server reads what a flight asks for.
    pub(super) fn serve(&mut self, a: usize) {
        let waiting: Vec<_> = self
            .flights()
            .into_iter()
            .filter(|(tab, flight)| self.tabs[*tab].flights[flight].answer.is_none())
            .collect();
        if waiting.is_empty() {
            return;
        }
        let (tab, id) = waiting[a % waiting.len()];
        let mut flight = self.tabs[tab].flights[&id];
        let Flight { resource, language, sent, session, .. } = flight;
        let wanted = Body { resource, sent, read: self.event, language, session, adopted: 0 };
        let answer = match flight.condition {
            Some((kept, tag)) => self.server.ask_after(wanted, tag, self.tabs[tab].kept(kept)),
            None => self.server.read(wanted, flight.time, self.now, flight.reload),
        };
        flight.answer = Some(answer);
        self.counts.current += usize::from(answer.is_304);
        let body = answer.body;
        self.tabs[tab].flights.insert(id, flight);
        self.note(|world| {
            let how = match flight.condition {
                Some(_) if answer.is_304 => "by a 304",
                Some(_) => "since it has changed",
                None if flight.reload => "anew",
                None => "if changed",
            };
            format!("{} is served {} of {}, {how}", world.tabs[tab].document, PATHS[body.resource], body.sent)
        });
    }

    pub(super) fn answer_flight(&mut self, a: usize, b: usize) {
        let ready = self.ready();
        if ready.is_empty() {
            return;
        }
        let (tab, id) = ready[a % ready.len()];
        let flight = self.tabs[tab].flights[&id];
        let Some(Answer { body, is_304, tag }) = flight.answer else { return };
        self.note(|world| {
            let what = if flight.reading { "body" } else { "head" };
            format!("{} gets the {what} of {}", world.tabs[tab].document, PATHS[body.resource])
        });
        if b.is_multiple_of(16) {
            self.tabs[tab].flights.get_mut(&id).unwrap().answer = None;
            self.handle(tab, Input::Failed(id));
        } else if flight.reading {
            let kept = self.tabs[tab].keep(body);
            let size = body.encode().len() as u32;
            let fields = server::fields(body.resource);
            self.handle(tab, Input::Body { flight: id, body: kept, size, text: true, fields });
        } else {
            let status = if is_304 { 304 } else { 200 };
            let mut head = ResponseHead { status, ..ResponseHead::default() };
            if body.resource == PUBLIC {
                head.headers.push(("cache-control".into(), "public".into()));
                head.headers.push(("x-cache-tags".into(), server::tag(6).into()));
            }
            if body.resource == SPOKEN {
                head.headers.push(("vary".into(), "accept-language".into()));
            }
            if let Some(tag) = tag {
                head.headers.push(("etag".into(), format!("\"{tag}\"")));
            }
            self.handle(tab, Input::Responded { flight: id, head });
        }
    }

    /// The network is quick for a while, and the tab has nothing else to do.
    pub(super) fn rest(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        while let Some((&id, flight)) = self.tabs[tab].flights.iter().next() {
            let is_this = |&(at, flight): &(usize, _)| (at, flight) == (tab, id);
            let unanswered = flight.answer.is_none();
            let all = self.flights().into_iter();
            let place = match unanswered {
                true => all
                    .filter(|(at, flight)| self.tabs[*at].flights[flight].answer.is_none())
                    .position(|it| is_this(&it)),
                false => self.ready().iter().position(is_this),
            };
            match (unanswered, place) {
                (true, Some(place)) => self.serve(place),
                (false, Some(place)) => self.answer_flight(place, 1),
                _ => return,
            }
        }
        self.idle(tab);
    }
}
