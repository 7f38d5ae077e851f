//! Who is signed in: the cookie that all tabs share, and what their pages say of it (P8).
//!
//! A session begins whenever somebody signs in or out. Pages tell the truth, but they may tell it late; and each
//! session is told of before the next one begins. To sign in takes longer than storage does.

use std::collections::BTreeMap;

use everfresh_core::engine::Input;
use everfresh_core::journal::Journal;
use everfresh_core::key;

use super::World;
use crate::disk::Write;
use crate::server::{Body, PUBLIC};
use crate::tab::Tab;

/// The entries that belong to nobody.
const NOBODYS: &str = "everfresh:e:|";

/// The sessions so far.
#[derive(Debug)]
pub(super) struct Sessions {
    /// Who was signed in, by session; 0 for nobody. The last one is what the cookie says.
    users: Vec<usize>,
    /// Which session a claim was first made in.
    claims: BTreeMap<String, usize>,
    /// The document whose page has yet to say that the last one has begun.
    late: Option<String>,
}

impl Sessions {
    pub(super) fn new() -> Self {
        Self { users: vec![0, 1], claims: BTreeMap::new(), late: None }
    }

    pub(super) fn current(&self) -> usize {
        self.users.len() - 1
    }

    pub(super) fn user(&self, session: usize) -> usize {
        self.users[session]
    }

    /// The session that a journal's text tells of, by a document that knows of one.
    pub(super) fn told_by(&mut self, journal: &str, known: usize) -> usize {
        let journal = Journal::decode("document".into(), journal);
        let claim = journal.map(|journal| journal.claim).unwrap_or_default();
        if claim.is_nothing() { 0 } else { *self.claims.entry(claim.text().into()).or_insert(known) }
    }

    /// Whether a page that knows of a session must not be given this.
    pub(super) fn forbid(&self, body: Body, known: usize, unsaid: bool) -> bool {
        self.differ(body.session, known) && !(unsaid && body.resource == PUBLIC)
    }

    /// Whether somebody else was signed in before.
    fn differ(&self, before: usize, known: usize) -> bool {
        before < known && self.users[before] != self.users[known]
    }

    /// Whether a page says that somebody is signed in who, as it can know, is not.
    pub(super) fn overrule(&self, tab: &Tab) -> bool {
        tab.user != 0 && tab.user != self.users[tab.session]
    }
}

impl World {
    /// Somebody signs in or out in a tab, whose page says so now or later.
    pub(super) fn sign(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        self.see_all(tab);
        if !self.can_say(tab) {
            return;
        }
        let current = self.sessions.user(self.sessions.current());
        if let Some(document) = self.sessions.late.take() {
            let late = self.tabs.iter().position(|tab| tab.document == document && !tab.frozen);
            let tab = late.unwrap_or(tab);
            self.see_all(tab);
            if !self.can_say(tab) || (current == 0 && self.tabs[tab].user == 0) {
                self.sessions.late = Some(document);
            } else {
                self.say_anew(tab);
            }
            return;
        }
        let user = (current + 1 + b % 2) % 3;
        // Where nobody seems to be signed in, nobody signs out.
        if user == 0 && self.tabs[tab].user == 0 {
            return;
        }
        self.counts.signs += 1;
        self.now += 10;
        let document = self.tabs[tab].document.clone();
        self.note(|_| format!("{document} signs in as {user}"));
        self.sessions.users.push(user);
        if b % 8 < 5 {
            self.say_anew(tab);
        } else {
            self.sessions.late = Some(document);
        }
    }

    /// A page says who is signed in, as the server tells it.
    pub(super) fn follow(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        self.see_all(tab);
        let news = self.tabs[tab].user != self.sessions.user(self.sessions.current());
        // To say the same again says nothing.
        if self.can_say(tab) && (news || self.sessions.overrule(&self.tabs[tab])) {
            self.say(tab);
        }
    }

    /// Where storage takes nothing, or the document has given it up, messages alone tell of it, and they may be lost.
    fn can_say(&self, tab: usize) -> bool {
        !self.full && !self.tabs[tab].refused
    }

    /// A page that believes that this user was signed in could only have signed out.
    fn say_anew(&mut self, tab: usize) {
        if self.tabs[tab].user == self.sessions.user(self.sessions.current()) {
            self.set_scope(tab, 0);
        }
        self.say(tab);
    }

    fn say(&mut self, tab: usize) {
        let session = self.sessions.current();
        self.now += 10;
        self.tabs[tab].session = session;
        self.set_scope(tab, self.sessions.user(session));
        let tab = &self.tabs[tab];
        let left = tab.copy.items().find(|(name, _)| {
            name.starts_with(key::ENTRY_PREFIX)
                && !name.starts_with(NOBODYS)
                && self.stored.get(*name).is_some_and(|(_, stored)| self.sessions.differ(*stored, session))
        });
        if let Some((name, _)) = left {
            let what = format!("P8: {} leaves {name} behind", tab.document);
            self.violation.get_or_insert(what);
        }
    }

    fn set_scope(&mut self, tab: usize, user: usize) {
        self.now += 10;
        self.tabs[tab].user = user;
        self.note(|world| format!("{} says that {user} is signed in", world.tabs[tab].document));
        let snapshot = self.tabs[tab].copy.snapshot();
        self.handle(tab, Input::Scope { id: name(user), snapshot });
    }

    /// What may be in storage, as a tab writes or removes it.
    pub(super) fn check_stored(&mut self, tab: usize, write: &Write) {
        if !write.name.starts_with(key::ENTRY_PREFIX) {
            return;
        }
        let tab = &self.tabs[tab];
        let Some(body) = write.item.as_ref().and_then(|item| Body::decode(&item.body)) else {
            self.stored.remove(&write.name);
            return;
        };
        self.stored.insert(write.name.clone(), (tab.document.clone(), tab.session));
        if tab.user == 0 && body.resource != PUBLIC {
            self.violation.get_or_insert(format!("P8: {} stores what is not public", tab.document));
        }
        if self.sessions.overrule(tab) {
            self.violation.get_or_insert(format!("P8: {} stores what is somebody else's", tab.document));
        }
    }

    /// What a tab shows, and what it has left in storage.
    pub(super) fn check_scope(&mut self, tab: usize) {
        let tab = &self.tabs[tab];
        self.counts.overruled += usize::from(self.sessions.overrule(tab));
        let left = |(name, (document, session)): (&String, &(String, usize))| {
            *document == tab.document && *session < tab.session && !name.starts_with(NOBODYS)
        };
        if self.stored.iter().any(left) {
            self.violation.get_or_insert(format!("P8: {} leaves stored what it must not", tab.document));
        }
        let forbidden = |body| self.sessions.forbid(body, tab.session, tab.user == 0);
        if tab.views.values().filter_map(|view| view.body).any(forbidden) {
            self.violation.get_or_insert(format!("P8: {} shows somebody else's", tab.document));
        }
    }

    /// A user is there again, and all pages say so; before that they say who was there last.
    pub(super) fn come_back(&mut self, user: usize) {
        self.open();
        if self.sessions.late.take().is_some() {
            self.all_say();
        }
        if self.sessions.user(self.sessions.current()) != user {
            self.sessions.users.push(user);
        }
        self.all_say();
    }

    fn all_say(&mut self) {
        for tab in 0..self.tabs.len() {
            self.see_at_once(tab);
            if tab == 0 {
                self.say_anew(tab);
            } else {
                self.say(tab);
            }
        }
    }

    /// In the end nothing is stored of sessions that are over.
    pub(super) fn check_left(&mut self) {
        let session = self.sessions.current();
        self.open();
        self.say_anew(self.tabs.len() - 1);
        let mut stored = self.disk.items().map(|(name, _)| name);
        let left = stored.find(|name| {
            !name.starts_with(NOBODYS)
                && self.stored.get(*name).is_some_and(|(_, stored)| self.sessions.differ(*stored, session))
        });
        if let Some(name) = left {
            self.violation.get_or_insert(format!("P8: {name} is left in the end"));
        }
    }
}

/// A user's id; empty for nobody.
pub(crate) fn name(user: usize) -> String {
    if user == 0 { String::new() } else { format!("user{user}") }
}
