//! The end of a run: everything comes to its end, and then nothing may be missing.

use everfresh_core::engine::Input;

use super::World;
use crate::server::LISTS;
use crate::tab::Tab;
use crate::values::EditId;

impl World {
    /// Lets everything come to its end: no read may be left without an answer, and no edit undone.
    pub(crate) fn finish(&mut self) {
        self.full = false;
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].frozen {
                self.freeze_or_thaw(tab);
            }
        }
        self.connect(true);
        self.settle();
        self.finish_edits();
        if self.violation.is_some() {
            return;
        }
        self.check_left();
        for tab in &self.tabs {
            if !tab.prefetching.open.is_empty() {
                let what = format!("P7: prefetches without an end: {:?}", tab.prefetching);
                self.violation.get_or_insert(what);
            }
            if !tab.reads.is_empty() {
                self.violation.get_or_insert_with(|| format!("P7: reads without an answer: {:?}", tab.reads));
            }
        }
    }

    /// Answers all flights, and lets time pass until what failed was tried again, and nothing stale is watched but
    /// what a write that is under way may change (P2).
    fn settle(&mut self) {
        for _ in 0..200 {
            self.answer_flights();
            let waits = |tab: &Tab| !self.writes(tab) && (!tab.reads.is_empty() || self.is_stale(tab));
            let Some(tab) = self.tabs.iter().position(waits) else {
                return;
            };
            self.event += 1;
            match self.tabs[tab].deadline.take() {
                Some(deadline) => {
                    self.now = self.now.max(deadline);
                    self.handle(tab, Input::Wake);
                }
                None => break,
            }
        }
        if let Some(tab) = self.tabs.iter().find(|tab| self.is_stale(tab)) {
            let what = format!("P2: {} is left with stale views: {:?}", tab.document, tab.views);
            self.violation.get_or_insert(what);
        }
    }

    fn answer_flights(&mut self) {
        while let Some((tab, flight)) = self.flights().first().copied() {
            self.event += 1;
            if self.tabs[tab].flights[&flight].answer.is_none() {
                self.serve(0);
            } else {
                self.answer_flight(0, 1);
            }
        }
    }

    /// Whether a tab has a write under way, or to make, by which what is read may have to wait.
    fn writes(&self, tab: &Tab) -> bool {
        self.mutations.iter().any(|mutation| !mutation.over && mutation.document == tab.document)
            || tab.mutating.held.values().any(|held| held.is_pending() && !held.is_dead())
    }

    /// Whether a tab that has no write under way shows what is out of date. One that believes to be overruled shows
    /// nothing.
    fn is_stale(&self, tab: &Tab) -> bool {
        !self.writes(tab) && tab.views.values().any(|view| view.stale && view.body.is_some())
    }

    /// What is under way is done; then each user comes back, and what is theirs is done.
    fn finish_edits(&mut self) {
        let users: Vec<usize> = self.edits.iter().filter(|edit| edit.durable).map(|edit| edit.user).collect();
        self.complete(0);
        for user in 1..3 {
            if users.contains(&user) && self.violation.is_none() {
                self.come_back(user);
                self.complete(user);
            }
        }
        if self.violation.is_some() {
            return;
        }
        let lost = self
            .edits
            .iter()
            .position(|edit| edit.durable && !edit.refused && !edit.withdrawn && edit.commits != 1);
        if let Some(id) = lost {
            self.violation.get_or_insert(format!("P6: edit {id} has vanished: {:?}", self.edits[id]));
        }
    }

    /// Whatever is under way is done, answered and sent again; the dead letters, too.
    fn complete(&mut self, user: usize) {
        for _ in 0..500 {
            if self.violation.is_some() {
                return;
            }
            self.event += 1;
            if self.take_a_step() {
                continue;
            }
            let pending: Vec<EditId> = self.pending();
            let stored = self.stored_edits().iter().any(|(of, _)| *of == user);
            let waits = |tab: &Tab| !tab.reads.is_empty() || self.is_stale(tab);
            let waiting = self.tabs.iter().any(|tab| waits(tab) && (user > 0 || !self.writes(tab)));
            // As long as the cookie is another user's, what is durable has to wait, and what it may change.
            let over = match user {
                0 => pending.iter().all(|edit| self.edits[*edit].durable),
                _ => pending.is_empty() && !stored,
            };
            if over && !waiting {
                return self.check_end();
            }
            let next = (0..self.tabs.len()).filter(|&tab| self.tabs[tab].deadline.is_some());
            let Some(tab) = next.min_by_key(|&tab| self.tabs[tab].deadline) else { break };
            if let Some(deadline) = self.tabs[tab].deadline.take() {
                self.now = self.now.max(deadline);
                self.handle(tab, Input::Wake);
            }
        }
        let reads: Vec<String> = self
            .tabs
            .iter()
            .map(|tab| {
                format!(
                    "{} {:?} {:?} {:?} {:?}",
                    tab.document, tab.reads, tab.views, tab.flights, tab.deadline
                )
            })
            .collect();
        let (pending, stored) = (self.pending(), self.stored_edits());
        let what = format!("P6: it does not come to an end: {pending:?} {stored:?} {reads:?}");
        self.violation.get_or_insert(what);
    }

    /// The mutations that pages still wait for.
    fn pending(&self) -> Vec<EditId> {
        let held = self.tabs.iter().flat_map(|tab| tab.mutating.held.values());
        held.filter(|held| held.is_pending() && !held.left).map(|held| held.edit).collect()
    }

    /// Does one thing that can be done without waiting; says whether there was any.
    fn take_a_step(&mut self) -> bool {
        for tab in 0..self.tabs.len() {
            if !self.tabs[tab].copy.behind.is_empty() {
                self.see_at_once(tab);
                return true;
            }
            if !self.tabs[tab].messages.is_empty() {
                self.deliver_message(tab, 2);
                return true;
            }
            if !self.tabs[tab].mutating.submitted.is_empty() {
                self.send_submitted(tab, true);
                return true;
            }
            if self.tell_gone(tab) {
                return true;
            }
        }
        if !self.flights().is_empty() {
            self.answer_flights();
            return true;
        }
        if self.lock.is_none() && self.tabs.iter().any(|tab| tab.mutating.asks) {
            self.give_lock(0);
            return true;
        }
        let open = (0..self.mutations.len()).find(|&at| self.may_be_done(at) || !self.mutations[at].over);
        if let Some(at) = open {
            // Numbers by which the server does it, and answers.
            match (self.may_be_done(at), self.mutations[at].request.is_some()) {
                (true, true) => self.decide(at, 127),
                (true, false) => self.do_write(at),
                (false, true) => self.answer_edit(at, 127),
                (false, false) => self.answer_write(at, 127),
            }
            return true;
        }
        let dead = |tab: &Tab| Some(*tab.mutating.held.iter().find(|(_, held)| held.is_dead())?.0);
        let first = (0..self.tabs.len()).find_map(|tab| Some((tab, dead(&self.tabs[tab])?)));
        if let Some((tab, mutation)) = first {
            self.revive(tab, mutation);
        }
        first.is_some()
    }

    /// What is seen is what the server has.
    fn check_end(&mut self) {
        if !self.pending().is_empty() || self.tabs.iter().any(|tab| self.is_stale(tab)) {
            return;
        }
        for tab in 0..self.tabs.len() {
            let views: Vec<_> = self.tabs[tab].views.values().copied().collect();
            for view in views.iter().filter(|view| LISTS.contains(&view.resource)) {
                let Some(body) = view.body else { continue };
                let (shown, there) = (self.shown(tab, body), self.server.value(view.resource, self.event));
                if shown != *there {
                    let what =
                        format!("P5: {} sees {shown:?} in the end, not {there:?}", self.tabs[tab].document);
                    self.violation.get_or_insert(what);
                }
            }
            if self.tabs[tab].payloads() > 0 {
                let what = format!("P10: {} keeps payloads of nothing", self.tabs[tab].document);
                self.violation.get_or_insert(what);
            }
        }
    }
}
