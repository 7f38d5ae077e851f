//! Mutations of pages: they are made, sent, given up and tried again.

use everfresh_core::engine::{
    BodyId, Ending, Guard, Input, MutationId, NewMutation, Progress, ResponseHead, Signal, WriteId,
};

use super::writes::{Mutation, Request};
use super::{WEEK, World};
use crate::server::{LISTS, PATHS};
use crate::tab::{Held, ORIGIN, Tab};
use crate::values::{EditId, OPERATIONS, Operation};

/// More are not under way at a time, so that a run has many.
const MAX_PENDING: usize = 6;

/// A mutation as the world knows it.
#[derive(Debug)]
pub(super) struct Edit {
    /// Who made it; 0 where the page did not say.
    pub(super) user: usize,
    pub(super) document: String,
    pub(super) lane: &'static str,
    pub(super) durable: bool,
    /// A function of the page's.
    pub(super) function: bool,
    /// Its answer is the new data.
    pub(super) adopts: bool,
    pub(super) resources: Vec<usize>,
    pub(super) operation: Operation,
    /// Those of its lane that are to be over before.
    pub(super) after: Vec<EditId>,
    /// It may fail and be passed over.
    pub(super) continues: bool,
    /// When it was first sent, in the world's count of events.
    pub(super) sent: Option<u64>,
    /// When it was done, and how often.
    pub(super) committed: Option<u64>,
    pub(super) commits: usize,
    /// Its page was told that there is no room for it, or nobody signed in.
    pub(super) refused: bool,
    /// It was in storage.
    pub(super) stored: bool,
    /// It was over, and a document that had not seen that has stored it again.
    pub(super) found_again: bool,
    /// A page has given it up.
    pub(super) withdrawn: bool,
    /// It was a dead letter.
    pub(super) died: bool,
    /// Its page was told how it ended.
    pub(super) ended: bool,
}

impl Edit {
    /// Whether the next one of its lane may be done.
    fn lets_next(&self) -> bool {
        let passed = self.died && self.continues;
        self.committed.is_some() || self.refused || self.withdrawn || passed || (self.ended && !self.durable)
    }
}

impl World {
    pub(super) fn mutate(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        if self
            .tabs
            .iter()
            .flat_map(|tab| tab.mutating.held.values())
            .filter(|held| held.is_pending())
            .count()
            >= MAX_PENDING
        {
            return;
        }
        let edit = self.edits.len();
        let Tab { user, document, .. } = &self.tabs[tab];
        let (user, document) = (*user, document.clone());
        let durable = !b.is_multiple_of(3) && (user > 0 || b.is_multiple_of(7));
        let resources = [vec![LISTS[0]], vec![LISTS[1]], LISTS.to_vec()][a / 7 % 3].clone();
        let lane = b / 3 % 3;
        let lanes = if durable { ["", "d1", "d2"] } else { ["", "m1", "m2"] };
        let made = Edit {
            user,
            document: document.clone(),
            lane: lanes[lane],
            durable,
            function: !durable && b.is_multiple_of(5),
            adopts: (a / 21).is_multiple_of(2),
            resources: resources.clone(),
            operation: OPERATIONS[b % OPERATIONS.len()],
            after: vec![],
            continues: b.is_multiple_of(11),
            sent: None,
            committed: None,
            commits: 0,
            refused: false,
            stored: false,
            found_again: false,
            withdrawn: false,
            died: false,
            ended: false,
        };
        self.note(|_| {
            let Edit { operation, .. } = made;
            let how = if durable { "durably " } else { "" };
            format!("{document} {how}makes edit {edit} ({operation:?}, lane {lane}) to {resources:?}")
        });
        let new = NewMutation {
            method: if made.function { String::new() } else { "PATCH".into() },
            url: if made.function { String::new() } else { url(resources[0]) },
            lane: lanes[lane].into(),
            key: format!("key{edit}"),
            retries: if !durable && b.is_multiple_of(2) { 2 } else { 0 },
            continues: made.continues,
            urls: resources.iter().map(|resource| url(*resource)).collect(),
            payload: durable.then(|| self.tabs[tab].keep_payload(edit)),
            ..NewMutation::default()
        };
        self.edits.push(made);
        self.counts.edits += 1;
        let mutation = self.tabs[tab].next_mutation(edit);
        self.handle(tab, Input::Mutate { mutation, new });
        let of_lane = |held: &&Held| {
            held.is_pending() && held.edit != edit && lane > 0 && self.edits[held.edit].lane == lanes[lane]
        };
        let before: Vec<EditId> =
            self.tabs[tab].mutating.held.values().filter(of_lane).map(|held| held.edit).collect();
        self.edits[edit].after = before;
    }

    /// What a tab was asked to send when its turn is over. Some of it has to wait for headers.
    pub(super) fn send_submitted(&mut self, tab: usize, all: bool) {
        let submitted = core::mem::take(&mut self.tabs[tab].mutating.submitted);
        for (mutation, edit, key) in submitted {
            let held = self.tabs[tab].mutating.held.get(&mutation);
            if !held.is_some_and(Held::is_pending) {
                if self.edits[edit].function {
                    // It is not called any more.
                    self.handle(tab, Input::Settled { mutation, done: false, head: ResponseHead::default() });
                }
            } else if edit.is_multiple_of(4) && !all {
                self.tabs[tab].mutating.submitted.push((mutation, edit, key));
            } else {
                self.send_edit(tab, mutation, key);
            }
        }
    }

    /// What has waited is sent.
    pub(super) fn send_late(&mut self, a: usize) {
        if let Some(tab) = self.tab(a) {
            self.send_submitted(tab, true);
        }
    }

    fn send_edit(&mut self, tab: usize, mutation: MutationId, key: String) {
        let held = self.tabs[tab].mutating.held[&mutation];
        let id = WriteId(self.tabs[tab].next_id());
        let document = self.tabs[tab].document.clone();
        let Edit { resources, function, durable, .. } = &self.edits[held.edit];
        let (resources, function, durable) = (resources.clone(), *function, *durable);
        let input = Input::Write {
            write: id,
            method: "PATCH".into(),
            url: url(resources[0]),
            fields: vec![],
            mutation: (!function).then_some(mutation),
        };
        if durable && self.lock.as_ref() != Some(&document) && self.without != Some(Guard::SingleSender) {
            // While it waited, another document has become the one that sends.
            self.note(|_| format!("{document} does not send edit {}", held.edit));
            self.handle(tab, input);
            return self.handle(tab, Input::Unanswered(id));
        }
        self.note(|_| format!("{document} sends edit {} (#{})", held.edit, id.0));
        if durable {
            self.check_sender(tab, held);
        }
        let event = self.event;
        let edit = &mut self.edits[held.edit];
        edit.sent.get_or_insert(event);
        let unsure = self
            .mutations
            .iter()
            .any(|sent| sent.request.as_ref().is_some_and(|request| request.edit == held.edit));
        self.counts.resent += usize::from(unsure);
        self.told.entry(document.clone()).or_default().intents.push(self.mutations.len());
        let leads = self.lock.as_ref() == Some(&document);
        let session = self.sessions.current();
        let request = Request { edit: held.edit, mutation, key, session, sent: event, leads, verdict: None };
        self.mutations.push(Mutation {
            document,
            id,
            touched: resources.clone(),
            time: self.now,
            committed: None,
            until: None,
            over: false,
            spoken_for: false,
            unknown: false,
            named: !held.edit.is_multiple_of(3),
            request: Some(request),
        });
        self.handle(tab, input);
    }

    /// What must hold where a durable one is sent.
    fn check_sender(&mut self, tab: usize, held: Held) {
        let Tab { document, user, .. } = &self.tabs[tab];
        let edit = &self.edits[held.edit];
        let of_lane = |other: EditId| other == held.edit || edit.after.contains(&other);
        let leads = self.lock.as_ref() == Some(document);
        let others = self.mutations.iter().filter(|sent| {
            let awake = self.tabs.iter().find(|tab| tab.document == sent.document && !tab.frozen);
            let request = sent.request.as_ref().filter(|request| request.leads && of_lane(request.edit));
            let held = awake.zip(request).and_then(|(tab, request)| tab.mutating.held.get(&request.mutation));
            leads && !sent.over && held.is_some_and(|held| held.is_pending() && !held.left)
        });
        let other = others
            .map(|sent| {
                format!(
                    "P6: {document} sends edit {} while {} does (#{})",
                    held.edit, sent.document, sent.id.0
                )
            })
            .next();
        let foreign = edit.user != *user || self.sessions.overrule(&self.tabs[tab]);
        let foreign =
            foreign.then(|| format!("P8: {document} sends edit {} of user {}", held.edit, edit.user));
        let unstored = (!edit.stored).then(|| format!("P6: edit {} is sent before it is stored", held.edit));
        if let Some(what) = other.or(foreign).or(unstored) {
            self.violation.get_or_insert(what);
        }
    }

    /// A page gives one up, or wants a dead letter to be tried again.
    pub(super) fn withdraw_or_retry(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let Tab { document, mutating, .. } = &self.tabs[tab];
        // Others can only give up what is dead.
        let own = |held: &Held| held.is_dead() || self.edits[held.edit].document == *document;
        let all = mutating.held.iter().filter(|(_, held)| held.is_pending() && own(held));
        let pending: Vec<(MutationId, Held)> = all.map(|(id, held)| (*id, *held)).collect();
        if pending.is_empty() {
            return;
        }
        let (mutation, held) = pending[b % pending.len()];
        let document = document.clone();
        if held.is_dead() && !(b / 8).is_multiple_of(3) {
            self.revive(tab, mutation);
        } else {
            self.note(|_| format!("{document} gives edit {} up", held.edit));
            self.counts.withdrawn += 1;
            self.edits[held.edit].withdrawn = true;
            self.handle(tab, Input::Withdraw(mutation));
        }
    }

    /// Time passes in which nothing is tried.
    pub(super) fn grow_old(&mut self) {
        self.now += WEEK;
    }

    /// A dead letter is tried again, by somebody who has seen it for longer than storage takes, and requests do.
    pub(super) fn revive(&mut self, tab: usize, mutation: MutationId) {
        for tab in 0..self.tabs.len() {
            self.see_at_once(tab);
        }
        let Some(held) = self.tabs[tab].mutating.held.get(&mutation).copied().filter(Held::is_dead) else {
            return;
        };
        let waits = |tab: &Tab| tab.mutating.submitted.iter().any(|(_, edit, _)| *edit == held.edit);
        let sent = |at: usize| {
            self.mutations[at].request.as_ref().is_some_and(|request| request.edit == held.edit)
                && self.may_be_done(at)
        };
        if self.tabs.iter().any(waits) || (0..self.mutations.len()).any(sent) {
            return;
        }
        self.note(|world| format!("{} tries edit {} again", world.tabs[tab].document, held.edit));
        self.counts.revived += 1;
        self.handle(tab, Input::RetryDead(mutation));
    }

    /// The network goes, or is back.
    pub(super) fn connect(&mut self, online: bool) {
        if self.online != online {
            self.online = online;
            self.counts.spells += 1;
            self.note(|_| format!("the network is {}", if online { "back" } else { "gone" }));
            for tab in 0..self.tabs.len() {
                self.tell_network(tab);
            }
        }
    }

    pub(super) fn tell_network(&mut self, tab: usize) {
        if !self.tabs[tab].frozen && self.tabs[tab].mutating.offline == self.online {
            // What it has to catch up with comes before it.
            self.tabs[tab].mutating.offline = false;
            self.handle(tab, Input::Signal(if self.online { Signal::Online } else { Signal::Offline }));
            self.tabs[tab].mutating.offline = !self.online;
        }
    }

    /// A tab's engine wants it to be sent.
    pub(super) fn submitted(&mut self, tab: usize, edit: EditId) {
        let Tab { document, mutating, .. } = &mut self.tabs[tab];
        mutating.tried.insert(edit);
        let without =
            match (mutating.offline, self.edits[edit].durable && self.lock.as_ref() != Some(document)) {
                (true, _) => "a network",
                (_, true) => "being the one that sends",
                _ => return,
            };
        self.violation.get_or_insert(format!("P6: {document} sends edit {edit} without {without}"));
    }

    /// What a page was told of a mutation.
    pub(super) fn ended(&mut self, tab: usize, edit: EditId, ending: Ending) {
        let document = self.tabs[tab].document.clone();
        self.note(|_| format!("{document} is told of edit {edit}: {ending:?}"));
        let Edit { committed, withdrawn, durable, .. } = self.edits[edit];
        let own = self.edits[edit].document == document;
        let what = match ending {
            Ending::Done if committed.is_none() => "was not done",
            Ending::Elsewhere if committed.is_none() && !withdrawn && !self.edits[edit].refused => "vanished",
            Ending::Failed if durable => "is durable, and failed",
            _ => "",
        };
        if !what.is_empty() {
            self.violation.get_or_insert(format!("P6: edit {edit} {what} ({document})"));
        }
        match ending {
            Ending::Full | Ending::Scopeless => self.edits[edit].refused |= own,
            Ending::Kept => self.counts.kept += 1,
            Ending::Elsewhere => self.counts.elsewhere += 1,
            Ending::Withdrawn if !durable => self.edits[edit].withdrawn = true,
            _ => {}
        }
        self.edits[edit].ended |= own;
        if self.edits[edit].committed.is_some() && matches!(ending, Ending::Done | Ending::Elsewhere) {
            self.keep_done(tab, edit);
        }
    }

    pub(super) fn progressed(&mut self, tab: usize, edit: EditId, progress: Progress) {
        self.note(|world| format!("{}: edit {edit} is {progress:?}", world.tabs[tab].document));
        match progress {
            Progress::Dead => {
                self.counts.dead += 1;
                self.edits[edit].died = true;
            }
            Progress::Paused => self.counts.paused += 1,
            _ => {}
        }
    }

    /// The server does it.
    pub(super) fn do_edit(&mut self, at: usize) {
        let (now, event) = (self.now, self.event);
        let Some(Request { edit: id, key, .. }) = self.mutations[at].request.clone() else { return };
        self.note(|world| format!("the server does edit {id} (#{})", world.mutations[at].id.0));
        self.mutations[at].committed = Some(event);
        let edit = &mut self.edits[id];
        edit.committed.get_or_insert(event);
        edit.commits += 1;
        let (commits, refused) = (edit.commits, edit.refused);
        for resource in edit.resources.clone() {
            self.server.change(resource, self.edits[id].operation, id, event, now);
        }
        if !key.is_empty() {
            self.server.keys.insert(key, event);
        }
        let edit = &self.edits[id];
        let early = edit.after.iter().find(|before| !self.edits[**before].lets_next());
        let what = match early {
            Some(before) => format!("P6: edit {id} is done before {before}"),
            None if commits > 1 => format!("P6: edit {id} is done {commits} times"),
            None if refused => format!("P6: edit {id} is done, and was refused"),
            None => return,
        };
        self.violation.get_or_insert(what);
    }
}

pub(super) fn url(resource: usize) -> String {
    format!("{ORIGIN}{}", PATHS[resource])
}

/// What is told before an answer that is the new data.
pub(super) fn adopt(mutation: MutationId, body: BodyId, resource: usize) -> Input {
    Input::Adopt { mutation, body, size: 20, url: url(resource) }
}
