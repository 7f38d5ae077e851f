//! Mutate: a change that the page makes is shown at once, sent in its turn, and taken back alone if it fails (P5).
//!
//! Mutations of one lane run one after another, all others at once. Without a network none is sent.

use alloc::{boxed::Box, rc::Rc, string::String, vec, vec::Vec};

use super::mutation::{Answer, MAX_MUTATIONS, Mutation, State};
use super::{BodyId, Effect, Ending, Engine, Event, Guard, MutationId, NewMutation, Progress, WriteId};
use crate::edit::Edit;
use crate::journal::{Kind, Record};
use crate::target::{Member, Target};
use crate::text::{push_number, shared};
use crate::time::Millis;
use crate::url::Url;

/// So often a document looks what has become of what another one sends.
const LOOK: Millis = 2_000;

impl Engine {
    pub(super) fn mutate(&mut self, now: Millis, id: MutationId, new: NewMutation) {
        if let Some(ending) = self.refuse(new.payload.map(|(_, size)| size)) {
            if let Some((payload, _)) = new.payload {
                self.drop_body(payload);
            }
            return self.push(Effect::Ended { mutation: id, ending });
        }
        self.outbox.last = now.max(self.outbox.last.saturating_add(1));
        self.outbox.newest = Some(id);
        let mut urls = vec![];
        for url in &new.urls {
            if let Some(url) = Url::parse(url) {
                urls.push(shared(url.as_str()));
            }
        }
        let edit = Edit {
            key: new.key,
            time: self.outbox.last,
            method: new.method,
            url: new.url,
            lane: new.lane,
            temp: new.temp,
            needs: new.needs,
            invalidates: new.invalidates,
            urls,
            continues: new.continues,
            tried: None,
            dead: None,
            turns: String::new(),
        };
        let stored = new.payload.map(|(payload, size)| self.item_of(&edit, payload, size));
        let mutation = Mutation {
            id,
            state: State::Queued,
            edit,
            retries: new.retries,
            attempts: 0,
            since: now,
            due: now,
            lost: false,
            fresh: true,
            contested: false,
            write: None,
            intent: None,
            fence: None,
            answers: vec![],
            stored,
        };
        self.mutations.push(Box::new(mutation));
        let at = self.mutations.len() - 1;
        if self.guards(Guard::StoredFirst) {
            self.store_edit(at);
        }
        self.show_all_layers(at);
        self.progress(at, Progress::Queued);
    }

    /// Why a mutation is not taken; a durable one has a size.
    fn refuse(&self, size: Option<u32>) -> Option<Ending> {
        let full = self.mutations.len() + self.outbox.given_up.len() >= MAX_MUTATIONS;
        match size {
            Some(_) if !self.is_signed_in() => Some(Ending::Scopeless),
            Some(size) if full || !self.has_room_for(size) => Some(Ending::Full),
            None if full => Some(Ending::Full),
            _ => None,
        }
    }

    /// Sends what can be sent.
    pub(super) fn submit_due(&mut self, now: Millis) {
        let mut busy: Vec<Rc<str>> = vec![];
        for mutation in &self.mutations {
            // A dead letter that is tried again may have been passed over.
            if mutation.state == State::Sending && !mutation.edit.lane.is_empty() {
                busy.push(shared(&mutation.edit.lane));
            }
        }
        let mut wanted = false;
        self.outbox.next = None;
        for at in 0..self.mutations.len() {
            let mutation = &self.mutations[at];
            let over = match mutation.state {
                State::Done { .. } => true,
                State::Dead => mutation.edit.continues,
                _ => false,
            };
            if over {
                continue;
            }
            let first =
                !busy.iter().any(|lane| **lane == *mutation.edit.lane) || !self.guards(Guard::LaneOrder);
            if !mutation.edit.lane.is_empty() {
                busy.push(shared(&mutation.edit.lane));
            }
            let waits = mutation.state == State::Queued;
            let durable = mutation.stored.is_some();
            wanted |= durable && (waits || mutation.state == State::Sending);
            if durable && waits && !self.outbox.leads {
                // Another document sends it. Storage may show later than its event that it is done.
                let look = now.saturating_add(LOOK);
                self.outbox.next = Some(self.outbox.next.map_or(look, |next| next.min(look)));
            }
            if !first || !waits || !self.online || self.awaits_id(at) || (durable && !self.may_send(at)) {
                continue;
            }
            let due = mutation.due;
            if due > now {
                self.outbox.next = Some(self.outbox.next.map_or(due, |next| next.min(due)));
            } else if durable && self.is_too_old(now, at) {
                self.bury(now, at, 0);
            } else {
                self.submit(now, at);
            }
        }
        self.lead_if(wanted);
    }

    /// Whether it names what an earlier one makes, whose id is not known yet.
    fn awaits_id(&self, at: usize) -> bool {
        let edit = &self.mutations[at].edit;
        self.mutations[..at]
            .iter()
            .any(|earlier| !matches!(earlier.state, State::Done { .. }) && edit.awaits(&earlier.edit.temp))
    }

    fn submit(&mut self, now: Millis, at: usize) {
        let mutation = &mut self.mutations[at];
        mutation.state = State::Sending;
        mutation.attempts += 1;
        (mutation.fresh, mutation.contested) = (mutation.edit.tried.is_none(), false);
        // The answer to an attempt before may be given again, and is as old as that.
        mutation.fence = (mutation.fresh && !self.scope.displaced).then(|| self.ledger.fence());
        let (id, fresh, attempts) = (mutation.id, mutation.fresh, mutation.attempts);
        if fresh {
            mutation.edit.tried = Some(now);
        }
        let mut key = mutation.edit.key.clone();
        key.push_str(&mutation.edit.turns);
        if !self.guards(Guard::SameKey) {
            push_number(&mut key, attempts.into());
        }
        if fresh && self.guards(Guard::StoredFirst) {
            // So that whoever finds it knows that the server may have it.
            self.store_edit(at);
        }
        self.intend(now, at);
        self.progress(at, Progress::Sending);
        self.push(Effect::Submit { mutation: id, key: shared(&key) });
    }

    /// A function of the page's is about to be called: what it changes is in the journal (P4).
    fn intend(&mut self, now: Millis, at: usize) {
        let (id, function) = (self.mutations[at].id, self.mutations[at].edit.method.is_empty());
        let origin = shared(&self.environment.origin);
        let members: Rc<Vec<Member>> = self.changed_by(id, &origin).into();
        if function && !members.is_empty() && self.guards(Guard::Intent) {
            self.record(Record::new(now, Kind::Intent, Some(origin), Rc::clone(&members)));
            self.write_journal();
            self.mutations[at].intent = Some((self.journal.head, members));
        }
    }

    /// A mutation's request is about to be sent; says whether it is durable.
    pub(super) fn attach(&mut self, mutation: MutationId, write: WriteId) -> bool {
        let at = self.find_mutation(mutation);
        at.is_some_and(|at| {
            let mutation = &mut self.mutations[at];
            mutation.write = Some(write);
            mutation.stored.is_some()
        })
    }

    /// What a mutation changes of an origin, beside what the map says.
    pub(super) fn changed_by(&self, mutation: MutationId, origin: &str) -> Vec<Member> {
        let mut members = vec![];
        if let Some(at) = self.find_mutation(mutation) {
            let edit = &self.mutations[at].edit;
            members = edit.named();
            for url in &edit.urls {
                if let Some(url) = Url::parse(url).filter(|url| url.origin() == origin) {
                    members.push(Member::stale(Target::exactly(&url)));
                }
            }
        }
        members
    }

    /// The page wants it no more. What was sent may be done or not.
    pub(super) fn withdraw(&mut self, now: Millis, id: MutationId) {
        let Some(at) = self.find_mutation(id) else {
            return;
        };
        if !matches!(self.mutations[at].state, State::Done { .. }) {
            let unknown = self.mutations[at].is_uncertain();
            self.unstore(at);
            if let Some(intent) = self.mutations[at].intent.take() {
                // What it changes is known when it has ended, as that of a request is.
                self.outbox.given_up.push((id, intent));
            }
            self.end_mutation(at, Ending::Withdrawn);
            self.take_out(now, at, unknown);
        }
    }

    /// Takes back what it shows.
    pub(super) fn take_out(&mut self, now: Millis, at: usize, unknown: bool) {
        let mutation = self.mutations.remove(at);
        for answer in mutation.answers {
            self.drop_body(answer.body);
        }
        for url in &mutation.edit.urls {
            self.show_layers(url);
        }
        if unknown {
            self.doubt_changes(now, &mutation.edit);
        }
        self.let_go(now, &mutation.edit.urls);
    }

    /// Nobody knows whether it was done: what it changes of other origins than that of its intent.
    fn doubt_changes(&mut self, now: Millis, edit: &Edit) {
        let request = Url::parse(&edit.url);
        let own = request.as_ref().map_or(&*self.environment.origin, Url::origin);
        let mut urls = vec![];
        for url in &edit.urls {
            let url = Url::parse(url);
            urls.extend(url.filter(|url| url.origin() != own));
        }
        // One record for each origin, so that whoever sees one sees all.
        while let Some(first) = urls.first().cloned() {
            let mut members = vec![];
            urls.retain(|url| {
                let same = url.origin() == first.origin();
                if same {
                    members.push(Member::stale(Target::exactly(url)));
                }
                !same
            });
            self.suspect(now, first.origin(), members.into());
        }
    }

    /// What its answer says is the data of a URL.
    pub(super) fn add_answer(&mut self, id: MutationId, body: BodyId, size: u32, url: &str) {
        // Where it was answered already, this comes too late.
        let open = |at: &usize| !matches!(self.mutations[*at].state, State::Done { .. });
        match (self.find_mutation(id).filter(open), Url::parse(url)) {
            (Some(at), Some(url)) => {
                let url = shared(url.as_str());
                self.mutations[at].answers.push(Answer { url, body, size });
            }
            _ => self.drop_body(body),
        }
    }

    /// What it made has got its id.
    pub(super) fn rename(&mut self, id: MutationId, real: &str) {
        let Some(at) = self.find_mutation(id) else {
            return;
        };
        let temp = self.mutations[at].edit.temp.clone();
        for other in 0..self.mutations.len() {
            let before = self.mutations[other].edit.urls.clone();
            let renamed = self.mutations[other].edit.rename(&temp, real);
            if renamed && other != at {
                self.store_edit(other);
            }
            if renamed {
                // The new ones first: what is done is forgotten when nothing shows it.
                self.show_all_layers(other);
                for url in &before {
                    self.show_layers(url);
                }
            }
        }
    }

    pub(super) fn show_all_layers(&mut self, at: usize) {
        for url in self.mutations[at].edit.urls.clone() {
            self.show_layers(&url);
        }
    }

    /// Tells what it does.
    pub(super) fn progress(&mut self, at: usize, progress: Progress) {
        let mutation = &self.mutations[at];
        let (id, attempts) = (mutation.id, mutation.attempts);
        let count = mutation.edit.dead.unwrap_or(attempts);
        let state = match progress {
            Progress::Queued => "queued",
            Progress::Sending => "sending",
            Progress::Waiting => "retry",
            Progress::Paused => "paused",
            Progress::Dead => "dead",
        };
        self.emit_mutation(at, state);
        self.push(Effect::Status { mutation: id, progress, count });
    }

    pub(super) fn end_mutation(&mut self, at: usize, ending: Ending) {
        self.emit_mutation(
            at,
            match ending {
                Ending::Done | Ending::Elsewhere => "done",
                Ending::Failed | Ending::Full | Ending::Scopeless => "failed",
                Ending::Withdrawn | Ending::Kept => "withdrawn",
            },
        );
        self.push(Effect::Ended { mutation: self.mutations[at].id, ending });
    }

    fn emit_mutation(&mut self, at: usize, state: &'static str) {
        let edit = &self.mutations[at].edit;
        let (id, url) = (shared(&edit.key), shared(&edit.url));
        self.emit(Event::Mutation { id, url, state });
    }

    pub(super) fn find_mutation(&self, id: MutationId) -> Option<usize> {
        self.mutations.iter().position(|mutation| mutation.id == id)
    }
}
