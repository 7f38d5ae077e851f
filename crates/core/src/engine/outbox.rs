//! Outbox: durable mutations are in storage before they are on the network, and stay there until they are done, or
//! somebody has seen that they can't be (P6).
//!
//! All documents of a user know all of them, by storage; one of them sends.

use alloc::{boxed::Box, rc::Rc, string::String, vec, vec::Vec};

use super::batch::Batch;
use super::mutation::{MAX_MUTATIONS, Mutation, State, Stored};
use super::{BodyId, Cause, Effect, Ending, Engine, Guard, Load, MutationId, Progress, RESTORED, StoredItem};
use crate::edit::Edit;
use crate::key;
use crate::target::{Member, Target};
use crate::text::{joined, push_number, shared};
use crate::time::Millis;
use crate::url::Url;

/// What was not done in that time is a dead letter: a server need not remember its key for longer.
const LIFETIME: Millis = 7 * 24 * 60 * 60 * 1000;

impl Engine {
    /// Whether the page says who is signed in, and no other document says otherwise (P8).
    pub(super) fn is_signed_in(&self) -> bool {
        !self.scope.id.is_empty() && !self.scope.displaced
    }

    /// The item of a new one.
    pub(super) fn item_of(&self, edit: &Edit, payload: BodyId, size: u32) -> Stored {
        let item = joined(&key::edit_prefix(&self.scope.id), &edit.name(&self.journal.id));
        Stored { item, payload: Some(payload), size, refused: 0 }
    }

    /// Writes it, or writes it anew, and lets the other documents see that.
    pub(super) fn store_edit(&mut self, at: usize) {
        let mutation = &self.mutations[at];
        if let Some(Stored { item, payload: Some(payload), .. }) = &mutation.stored {
            let (item, body, header) = (Rc::clone(item), *payload, mutation.edit.encode());
            self.push(Effect::Persist { item, header, body });
            self.tell_of_edits();
        }
    }

    /// Takes it out of storage.
    pub(super) fn unstore(&mut self, at: usize) {
        if let Some(stored) = self.mutations[at].stored.take() {
            if let Some(payload) = stored.payload {
                self.drop_body(payload);
            }
            self.remove_item(stored.item);
            self.tell_of_edits();
        }
    }

    /// Takes what is done out of storage, now that its record is there: whoever sees that it is gone knows what it changed.
    pub(super) fn unstore_done(&mut self) {
        for at in 0..self.mutations.len() {
            if matches!(self.mutations[at].state, State::Done { .. }) {
                self.unstore(at);
            }
        }
    }

    fn tell_of_edits(&mut self) {
        self.outbox.wrote = true;
        if self.takes_items() {
            self.write_head();
        }
    }

    /// Whether a durable one may be sent by this document now.
    pub(super) fn may_send(&self, at: usize) -> bool {
        let ready = self.mutations[at].stored.as_ref().is_some_and(|stored| stored.payload.is_some());
        ready && self.is_signed_in() && (self.outbox.leads || !self.guards(Guard::SingleSender))
    }

    pub(super) fn is_too_old(&self, now: Millis, at: usize) -> bool {
        now > self.mutations[at].since.saturating_add(LIFETIME)
    }

    /// Asks to be the one that sends, or leaves it to others.
    pub(super) fn lead_if(&mut self, wanted: bool) {
        if self.outbox.asked != wanted {
            self.outbox.asked = wanted;
            self.outbox.leads &= wanted;
            self.push(Effect::Lead(wanted));
        }
    }

    pub(super) fn leading(&mut self, leads: bool) {
        self.outbox.leads = leads && self.outbox.asked;
        if !leads {
            for mutation in &mut self.mutations {
                mutation.contested = mutation.stored.is_some();
            }
        }
    }

    /// It has failed for good, by an answer with this status, or 0 where it is too old: somebody must see it.
    pub(super) fn bury(&mut self, now: Millis, at: usize, status: u32) {
        let mutation = &mut self.mutations[at];
        let unknown = status == 0;
        mutation.state = State::Dead;
        mutation.edit.dead = Some(status);
        self.store_edit(at);
        self.progress(at, Progress::Dead);
        self.show_all_layers(at);
        let urls = self.mutations[at].edit.urls.clone();
        if unknown {
            self.refetch_urls(now, &urls);
        }
        self.let_go(now, &urls);
    }

    /// The page wants a dead letter to be tried again. What its server has refused is sent with another key: by the same
    /// one it would be refused again.
    pub(super) fn retry_dead(&mut self, now: Millis, id: MutationId) {
        let Some(at) = self.find_mutation(id).filter(|at| self.mutations[*at].state == State::Dead) else {
            return;
        };
        let mutation = &mut self.mutations[at];
        if mutation.edit.dead != Some(0) {
            mutation.edit.turns.push('r');
            mutation.edit.tried = None;
        }
        mutation.edit.dead = None;
        mutation.revive(now);
        self.store_edit(at);
        self.distrust(now, at);
        self.show_all_layers(at);
        self.progress(at, Progress::Queued);
    }

    /// Somebody has signed in: what waited for that is tried now.
    pub(super) fn resume_paused(&mut self, now: Millis) {
        for mutation in &mut self.mutations {
            if mutation.state == State::Paused {
                (mutation.state, mutation.due) = (State::Queued, now);
            }
        }
    }

    /// The network may be back: what was lost is tried now. Where a server has said when, that stands.
    pub(super) fn hurry(&mut self, now: Millis) {
        for mutation in &mut self.mutations {
            if mutation.lost {
                mutation.due = now;
            }
        }
    }

    /// Takes up what the items say by now that this document does not know. Where storage may have been cleared, those
    /// that are not there are written again; else another document has seen to them.
    pub(super) fn learn_edits(&mut self, now: Millis, edits: &[(String, String)], cleared: bool) {
        if !self.is_signed_in() {
            return;
        }
        let prefix = key::edit_prefix(&self.scope.id);
        let mut gone = vec![];
        for mutation in &self.mutations {
            let item = mutation.stored.as_ref().map(|stored| &stored.item);
            let there = item.is_none_or(|item| edits.iter().any(|(name, _)| *name == **item));
            if !there && (cleared || mutation.state != State::Sending || mutation.contested) {
                gone.push(mutation.id);
            }
        }
        for (name, line) in edits {
            if let Some(behind) = name.strip_prefix(&*prefix) {
                self.learn_edit(now, name, behind, line);
            }
        }
        for id in gone {
            match self.find_mutation(id) {
                Some(at) if cleared => self.store_edit(at),
                _ => self.leave_edit(now, id),
            }
        }
    }

    fn learn_edit(&mut self, now: Millis, name: &str, behind: &str, line: &str) {
        let known = self.find_edit(name);
        let Some(edit) = Edit::decode(behind, line) else {
            if known.is_none() {
                self.problem("edit-unreadable", name);
            }
            return;
        };
        self.outbox.last = self.outbox.last.max(edit.time);
        let Some(at) = known else {
            // Documents refuse far fewer. The others stay in storage, and are taken up when there is room.
            if self.mutations.len() < MAX_MUTATIONS {
                self.restore(now, name, edit);
            }
            return;
        };
        let mutation = &mut self.mutations[at];
        if mutation.edit == edit || mutation.state == State::Sending {
            return;
        }
        // Another document has tried it, or buried it, or has it tried again, or knows an id that it names.
        let renamed = mutation.edit.url != edit.url || mutation.edit.urls != edit.urls;
        let dead = edit.dead.is_some();
        let was_dead = mutation.state == State::Dead;
        let before = core::mem::replace(&mut mutation.edit, edit);
        if dead && !was_dead {
            mutation.state = State::Dead;
            self.progress(at, Progress::Dead);
        } else if was_dead && !dead {
            mutation.revive(now);
            self.progress(at, Progress::Queued);
        }
        if renamed {
            self.load_edit(name);
        }
        self.distrust(now, at);
        for url in &before.urls {
            self.show_layers(url);
        }
        self.show_all_layers(at);
        self.let_go(now, &before.urls);
    }

    /// Another document has made it, or one that is gone.
    fn restore(&mut self, now: Millis, name: &str, edit: Edit) {
        self.outbox.restored += 1;
        let time = edit.time;
        let mutation = Mutation {
            id: MutationId(RESTORED + self.outbox.restored),
            state: if edit.dead.is_some() { State::Dead } else { State::Queued },
            edit,
            retries: 0,
            attempts: 0,
            since: time,
            due: now,
            lost: false,
            fresh: true,
            contested: false,
            write: None,
            intent: None,
            fence: None,
            answers: vec![],
            stored: Some(Stored { item: shared(name), payload: None, size: 0, refused: 0 }),
        };
        let after = |other: &Mutation| match &other.stored {
            Some(stored) => *stored.item > *name,
            None => other.edit.time > time,
        };
        let at = self.mutations.iter().position(|other| after(other)).unwrap_or(self.mutations.len());
        self.mutations.insert(at, Box::new(mutation));
        self.load_edit(name);
    }

    /// The mutation of an item.
    pub(super) fn find_edit(&self, item: &str) -> Option<usize> {
        let is_of = |stored: &Stored| *stored.item == *item;
        self.mutations.iter().position(|mutation| mutation.stored.as_ref().is_some_and(is_of))
    }

    fn load_edit(&mut self, name: &str) {
        let item = shared(name);
        self.loads.push((Rc::clone(&item), Load::Edit));
        self.push(Effect::Load { item });
    }

    /// The payload of an item was read, or can't be.
    pub(super) fn take_edit(&mut self, now: Millis, item: &str, found: Option<&StoredItem>) {
        let readable = found.filter(|found| found.rest_len > 0);
        let at = self.find_edit(item);
        let (Some(at), Some(found)) = (at, readable) else {
            if let Some(found) = found {
                self.drop_body(found.body);
            }
            if at.is_some() {
                self.problem("edit-unreadable", item);
            }
            return;
        };
        let mutation = &mut self.mutations[at];
        let mut old = None;
        if let Some(stored) = &mut mutation.stored {
            stored.size = found.rest_len;
            old = stored.payload.replace(found.body);
        }
        let edit = &mutation.edit;
        let mut text = String::new();
        for part in [&edit.key, &edit.method, &edit.url, &edit.lane] {
            text.push_str(part);
            text.push('\n');
        }
        push_number(&mut text, edit.time);
        let (id, dead) = (mutation.id, mutation.state == State::Dead);
        self.push(Effect::Restored { mutation: id, payload: found.body, text });
        self.distrust(now, at);
        if let Some(old) = old {
            self.drop_body(old);
        }
        self.progress(at, if dead { Progress::Dead } else { Progress::Queued });
        self.show_all_layers(at);
    }

    /// Its item is gone: another document has sent it, or discarded it.
    fn leave_edit(&mut self, now: Millis, id: MutationId) {
        let Some(at) = self.find_mutation(id) else {
            return;
        };
        self.mutations[at].write = None;
        if let Some(payload) = self.mutations[at].stored.take().and_then(|stored| stored.payload) {
            self.drop_body(payload);
        }
        if self.mutations[at].state == State::Dead {
            self.end_mutation(at, Ending::Withdrawn);
            return self.take_out(now, at, false);
        }
        let urls = self.mutations[at].edit.urls.clone();
        // Its record says what it invalidated; what is shown by its layers is asked for anew.
        let _ = self.conclude_mutation(at, now, Ending::Elsewhere);
        self.distrust(now, at);
        self.refetch_urls(now, &urls);
    }

    /// Marks data as stale, here alone: who watches it has it fetched anew.
    fn refetch_urls(&mut self, now: Millis, urls: &[Rc<str>]) {
        for url in urls {
            if let Some(url) = Url::parse(url) {
                let members = Rc::new(vec![Member::stale(Target::exactly(&url))]);
                let origin = Some(shared(url.origin()));
                self.apply(now, &Batch { cause: Cause::Peer, origin, members }, None);
            }
        }
    }

    /// Another claim counts: what is its former user's is kept in storage alone, and nothing more of it is shown or sent.
    pub(super) fn leave_edits(&mut self, now: Millis) {
        let mut urls: Vec<Rc<str>> = vec![];
        let mut at = 0;
        while at < self.mutations.len() {
            let mutation = &mut self.mutations[at];
            urls.append(&mut mutation.edit.urls.clone());
            if let Some(stored) = &mut mutation.stored {
                let payload = stored.payload.take();
                if let Some(payload) = payload {
                    self.drop_body(payload);
                }
                self.end_mutation(at, Ending::Kept);
                for answer in self.mutations.remove(at).answers {
                    self.drop_body(answer.body);
                }
                continue;
            }
            // One that is about to be sent would be sent for another user.
            let unsent = mutation.write.is_none() && !mutation.edit.url.is_empty();
            match mutation.state {
                State::Queued | State::Sending if unsent || mutation.state == State::Queued => {
                    self.end_mutation(at, Ending::Withdrawn);
                    self.take_out(now, at, false);
                }
                _ => {
                    // Nor is it sent once more, or its answer taken.
                    mutation.edit.urls.clear();
                    (mutation.retries, mutation.fence) = (0, None);
                    at += 1;
                }
            }
        }
        for url in &urls {
            self.show_layers(url);
        }
        self.let_go(now, &urls);
    }
}
