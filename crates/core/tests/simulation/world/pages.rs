//! Documents: they open, read, rest, freeze and end.

use everfresh_core::engine::{Input, Kind};
use everfresh_core::{header, key};

use super::writes::{Mutation, STRAGGLE};
use super::{Barrier, Invalidation, News, World, learn};
use crate::disk::{Item, Write};
use crate::server::{self, LISTS, PATHS};
use crate::tab::{Read, Tab};

const MAX_TABS: usize = 4;
const MAX_VIEWS: usize = 3;

impl World {
    pub(super) fn open(&mut self) {
        self.documents += 1;
        // As long as a real one needs to be, since a blank sentinel ends in the end of it.
        let document = format!("document{}", self.documents);
        self.note(|_| format!("{document} opens"));
        let session = self.sessions.current();
        // Some pages don't say who is signed in.
        let user = if self.documents % 5 == 4 { 0 } else { self.sessions.user(session) };
        let mut tab = Tab::open(document, self.disk.clone(), user, self.without);
        for told in self.disk_tells.values() {
            learn(&mut tab, told);
        }
        let told = tab.copy.news().map(News::session).max().unwrap_or(0);
        tab.session = if user == 0 { told } else { session };
        let snapshot = tab.copy.snapshot();
        let mut spoken_for = vec![];
        for (at, mutation) in self.mutations.iter_mut().enumerate() {
            if mutation.over && mutation.until.is_some() && !mutation.unknown {
                tab.doubts.push(at);
                tab.intents.insert(at);
                // Where its journal is gone, others have spoken for it.
                let journal = [key::JOURNAL_PREFIX, &mutation.document].concat();
                if !mutation.spoken_for && tab.copy.get(&journal).is_some() {
                    self.counts.orphans += 1;
                    spoken_for.extend(mutation.touched.iter().map(|&resource| Invalidation {
                        resource,
                        event: 0,
                        write: Some(at),
                    }));
                }
            }
        }
        let news = News { invalidations: spoken_for, ..News::default() };
        self.told.insert(tab.document.clone(), news);
        self.tabs.push(tab);
        self.handle(self.tabs.len() - 1, Input::Start(Some(snapshot)));
        self.tell_network(self.tabs.len() - 1);
    }

    pub(super) fn open_another(&mut self) {
        if self.tabs.len() < MAX_TABS {
            self.open();
        }
    }

    pub(super) fn read(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = b % PATHS.len();
        let Tab { barriers, session, user, .. } = &self.tabs[tab];
        let (barrier, session, user) = (barriers[resource], *session, *user);
        self.note(|world| format!("{} reads {}", world.tabs[tab].document, PATHS[resource]));
        let kind = [Kind::Fetch, Kind::Fetch, Kind::Query][b / 9 % 3];
        let language = if resource == server::SPOKEN { (b / 32) % server::LANGUAGES } else { 0 };
        let input =
            self.tabs[tab].read(Read { resource, language, barrier, session, unsaid: user == 0 }, kind);
        self.handle(tab, input);
    }

    /// A page looks at what is there. It asks again only where what it was told before holds no longer.
    pub(super) fn peek(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = b % PATHS.len();
        let Tab { engine, copy, .. } = &self.tabs[tab];
        if engine.is_outdated(copy.head()) {
            self.handle(tab, Input::CatchUp(self.tabs[tab].copy.snapshot()));
        }
        let Tab { barriers, session, user, .. } = &self.tabs[tab];
        let read = Read {
            resource,
            language: 0,
            barrier: barriers[resource],
            session: *session,
            unsaid: *user == 0,
        };
        self.note(|world| format!("{} peeks at {}", world.tabs[tab].document, PATHS[resource]));
        if let Some((body, status)) = self.tabs[tab].said(self.now, resource) {
            self.counts.said += 1;
            return self.check(tab, read, Some(body), status);
        }
        let input = self.tabs[tab].peek(read);
        self.handle(tab, input);
        self.tabs[tab].end_peek();
    }

    /// A page thinks that something will be wanted soon, or no more.
    pub(super) fn prefetch(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = b % PATHS.len();
        let given_up = self.tabs[tab].prefetching.open.keys().next().copied().filter(|_| b.is_multiple_of(7));
        self.note(|world| {
            let document = &world.tabs[tab].document;
            match given_up {
                Some(_) => format!("{document} gives a prefetch up"),
                None => format!("{document} prefetches {}", PATHS[resource]),
            }
        });
        let input = match given_up {
            Some(read) => Input::Abort(read),
            None => self.tabs[tab].prefetch(resource, b),
        };
        self.handle(tab, input);
    }

    /// Somebody begins to watch, or ends it.
    pub(super) fn watch(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        self.watch_resource(tab, b % PATHS.len());
    }

    /// The same of a list.
    pub(super) fn watch_list(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        self.watch_resource(tab, LISTS[b % LISTS.len()]);
    }

    fn watch_resource(&mut self, tab: usize, resource: usize) {
        let document = self.tabs[tab].document.clone();
        if self.tabs[tab].views.len() < MAX_VIEWS {
            self.note(|_| format!("{document} watches {}", PATHS[resource]));
            let read = Read { resource, language: 0, barrier: Barrier::default(), session: 0, unsaid: false };
            let input = self.tabs[tab].read(read, Kind::Watch);
            self.handle(tab, input);
        } else if let Some((&watch, _)) = self.tabs[tab].views.first_key_value() {
            self.note(|_| format!("{document} watches no more"));
            self.handle(tab, Input::Abort(watch));
        }
    }

    pub(super) fn invalidate(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = b % PATHS.len();
        let mode = if (b / 8).is_multiple_of(2) { ";mode=stale" } else { "" };
        let target = format!("{}{mode}", server::tag(resource));
        self.note(|world| format!("{} invalidates {target}", world.tabs[tab].document));
        self.know(tab, vec![Invalidation { resource, event: self.event, write: None }]);
        let members = header::parse_invalidate(&target).members;
        self.handle(tab, Input::Invalidate { members, origin: None });
    }

    pub(super) fn idle(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        if core::mem::take(&mut self.tabs[tab].idle) {
            self.note(|world| format!("{} is idle", world.tabs[tab].document));
            self.handle(tab, Input::Flush { all: false });
        }
    }

    pub(super) fn wait(&mut self, a: usize) {
        self.now += [1, 1, 50, 50, 700, 700, 3_000, 11_000, 11_000, 31_000][a % 10];
    }

    pub(super) fn timer(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        if self.tabs[tab].deadline.is_some_and(|deadline| deadline <= self.now) {
            self.tabs[tab].deadline = None;
            self.handle(tab, Input::Wake);
        }
    }

    /// Storage runs full, or there is room again.
    pub(super) fn fill_or_empty(&mut self, b: usize) {
        self.full = !self.full && b.is_multiple_of(4);
        self.note(|world| format!("storage is {}", if world.full { "full" } else { "not full" }));
    }

    /// A frozen tab, or one in the back-forward cache, does nothing, and what is said meanwhile may be lost.
    pub(super) fn freeze_or_thaw(&mut self, a: usize) {
        let tab = a % self.tabs.len();
        while self.tabs[tab].frozen && self.is_late(tab) {
            self.deliver_to(tab);
        }
        let frozen = !self.tabs[tab].frozen;
        self.tabs[tab].frozen = frozen;
        let does = if frozen { "freezes" } else { "wakes" };
        self.note(|world| format!("{} {does}", world.tabs[tab].document));
        if frozen {
            self.handle(tab, Input::Leading(false));
            let document = self.tabs[tab].document.clone();
            self.free_lock(&document);
        } else {
            self.tabs[tab].messages.clear();
            let news: Vec<News> = self.tabs[tab].copy.news().cloned().collect();
            news.iter().for_each(|news| learn(&mut self.tabs[tab], news));
            let snapshot = self.tabs[tab].copy.snapshot();
            self.handle(tab, Input::CatchUp(snapshot));
            self.tell_network(tab);
        }
    }

    /// A document ends: in good order, or by a crash that may tear what it wrote last. Another one may take its place.
    pub(super) fn leave(&mut self, a: usize, b: usize, reopen: bool) {
        if self.tabs.len() < 2 && !reopen {
            return;
        }
        let tab = a % self.tabs.len();
        let document = self.tabs[tab].document.clone();
        let crash = b.is_multiple_of(3) || self.tabs[tab].frozen;
        self.note(|_| format!("{document} {}", if crash { "crashes" } else { "is left" }));
        if crash {
            self.counts.crashes += 1;
        } else {
            // What it still had under way ends without an answer before it goes, in some browsers.
            if b % 3 == 1 {
                self.break_off(&document, tab);
            }
            self.handle(tab, Input::Flush { all: true });
        }
        let functions = self.functions(tab);
        self.tabs.remove(tab);
        self.free_lock(&document);
        let open = |mutation: &&mut Mutation| mutation.document == document && !mutation.over;
        let count = functions + self.mutations.iter_mut().filter(open).count();
        // Where storage refused to record them, nobody can know of them now.
        let recorded = self.disk.intents(&document) == count;
        for mutation in self.mutations.iter_mut().filter(open) {
            mutation.over = true;
            mutation.until = Some(self.now + STRAGGLE);
            mutation.spoken_for = !recorded;
            mutation.unknown = !recorded;
        }
        if crash && b.is_multiple_of(2) {
            self.tear(b);
        }
        if reopen {
            self.open();
        }
    }

    /// The record that was being written is cut short.
    pub(super) fn tear(&mut self, b: usize) {
        let entries: Vec<(String, Item)> = self
            .disk
            .items()
            .filter(|(name, item)| name.starts_with(key::ENTRY_PREFIX) && !item.body.is_empty())
            .map(|(name, item)| (name.to_owned(), item.clone()))
            .collect();
        if entries.is_empty() {
            return;
        }
        let (name, mut item) = entries[b % entries.len()].clone();
        item.body.truncate(b % item.body.len());
        self.counts.torn += 1;
        self.order += 1;
        self.spread(
            None,
            Write { order: self.order, time: 0, name, item: Some(item), tells: News::default() },
        );
    }

    /// How many functions of a page run: each has an intent beside those of its requests.
    fn functions(&self, tab: usize) -> usize {
        let Tab { document, mutating, .. } = &self.tabs[tab];
        let called = self.mutations.iter().filter(|sent| sent.document == *document && !sent.over);
        let called = called.filter_map(|sent| Some(sent.request.as_ref()?.edit));
        let all = mutating.submitted.iter().map(|(_, edit, _)| *edit).chain(called);
        all.filter(|edit| self.edits[*edit].function).count()
    }

    /// A tab that watches one that is gone is told; says whether there was any.
    pub(super) fn tell_gone(&mut self, a: usize) -> bool {
        let Some(tab) = self.tab(a) else { return false };
        let living: Vec<String> = self.tabs.iter().map(|tab| tab.document.clone()).collect();
        let Some(at) = self.tabs[tab].watched.iter().position(|document| !living.contains(document)) else {
            return false;
        };
        let document = self.tabs[tab].watched.remove(at);
        self.note(|world| format!("{} is told that {document} is gone", world.tabs[tab].document));
        for (at, mutation) in self.mutations.iter_mut().enumerate() {
            // Of others it will be told once it has seen them.
            if mutation.document == document
                && mutation.until.is_some()
                && !mutation.spoken_for
                && self.tabs[tab].intents.contains(&at)
            {
                mutation.spoken_for = true;
                self.tabs[tab].doubts.push(at);
            }
        }
        self.handle(tab, Input::Gone(document));
        true
    }
}
