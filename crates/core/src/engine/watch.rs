//! Watch: somebody is shown a key's data for as long as they like. What is invalidated under them is fetched anew
//! (P2), and until then they see what they saw, marked stale.

use alloc::{boxed::Box, rc::Rc, vec, vec::Vec};

use super::asked::Asked;
use super::log::Why;
use super::shown::Shown;
use super::{BodyId, Effect, Engine, FlightId, ReadId};
use crate::key::{names, varied};
use crate::store::EntryId;
use crate::store::catalog::Catalog;
use crate::subject::Subject;
use crate::target::Member;
use crate::time::Millis;

/// Somebody who watches a key.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) asked: Box<Asked>,
    tags: Vec<Rc<str>>,
    /// What was told last.
    pub(super) stale: bool,
    pub(super) fetching: bool,
    shown: Option<Shown>,
    /// When it is to be fetched anew.
    pub(super) due: Option<Millis>,
    /// And why.
    pub(super) why: Why,
    /// When records that concern what is shown may have been forgotten.
    pub(super) ends: Option<Millis>,
}

impl Watch {
    fn subject(&self) -> Subject<'_> {
        Subject { url: &self.asked.url, tags: &self.tags }
    }
}

/// Those who watch, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Watches {
    pub(super) all: Vec<(ReadId, Box<Watch>)>,
    catalog: Catalog,
    /// Nobody is due before this.
    next: Option<Millis>,
}

impl Watches {
    /// Whether anybody watches a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.any(key).is_some()
    }

    /// One who watches a key.
    pub(super) fn any(&self, key: &str) -> Option<ReadId> {
        self.of(key).first().copied()
    }

    /// Whether anybody watches what `member` names.
    pub(super) fn see(&self, member: &Member, origin: Option<&str>) -> bool {
        !self.matching(member, origin).is_empty()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// How many watch a key.
    pub(super) fn count(&self, key: &str) -> usize {
        self.of(key).len()
    }

    /// Nobody is due before this.
    pub(super) fn next_due(&self) -> Option<Millis> {
        self.next
    }

    pub(super) fn of(&self, key: &str) -> Vec<ReadId> {
        ids(self.catalog.of_key(key))
    }

    pub(super) fn get_mut(&mut self, id: ReadId) -> Option<&mut Watch> {
        let at = self.place(id)?;
        Some(&mut *self.all[at].1)
    }

    fn place(&self, id: ReadId) -> Option<usize> {
        self.all.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    fn add(&mut self, id: ReadId, watch: Box<Watch>) {
        self.catalog.add(EntryId(id.0), &watch.asked.key, watch.subject());
        self.all.push((id, watch));
    }

    /// What it watches has these tags.
    fn set_tags(&mut self, id: ReadId, tags: &[Rc<str>]) {
        if let Some(at) = self.place(id)
            && self.all[at].1.tags != tags
        {
            let watch = &mut self.all[at].1;
            self.catalog.remove(EntryId(id.0), &watch.asked.key, watch.subject());
            watch.tags = tags.to_vec();
            self.catalog.add(EntryId(id.0), &watch.asked.key, watch.subject());
        }
    }

    fn remove(&mut self, id: ReadId) -> Option<Box<Watch>> {
        let watch = self.all.remove(self.place(id)?).1;
        self.catalog.remove(EntryId(id.0), &watch.asked.key, watch.subject());
        Some(watch)
    }

    /// Those that `member` names.
    pub(super) fn matching(&self, member: &Member, origin: Option<&str>) -> Vec<ReadId> {
        let mut ids = ids(self.catalog.candidates(member, origin));
        ids.retain(|id| {
            let watch = self.place(*id).map(|at| &self.all[at].1);
            watch.is_some_and(|watch| watch.subject().is_named_by(member, origin))
        });
        ids
    }

    /// When what somebody is shown was asked for, and answered.
    pub(super) fn times(&self, id: ReadId) -> Option<(Millis, Millis)> {
        self.all[self.place(id)?].1.shown.map(|shown| (shown.sent, shown.received))
    }

    fn set_end(&mut self, id: ReadId, end: Millis) {
        if let Some(watch) = self.get_mut(id) {
            watch.ends = Some(end);
            self.next = Some(self.next.map_or(end, |next| next.min(end)));
        }
    }

    pub(super) fn set_due(&mut self, id: ReadId, due: Millis, why: Why) {
        if self.get_mut(id).is_some_and(|watch| !watch.asked.is_idle()) {
            self.demand(id, due, why);
        }
    }

    /// As [`set_due`](Self::set_due), also for one that fetches nothing of itself: it is told that it is due.
    pub(super) fn demand(&mut self, id: ReadId, due: Millis, why: Why) {
        if let Some(watch) = self.get_mut(id) {
            if watch.due.is_none_or(|before| due < before) {
                (watch.due, watch.why) = (Some(due), why);
            }
            self.next = Some(self.next.map_or(due, |next| next.min(due)));
        }
    }

    /// Takes the dues that have come.
    pub(super) fn take_due(&mut self, now: Millis) -> Vec<ReadId> {
        let mut due = vec![];
        if self.next.is_none_or(|next| next > now) {
            return due;
        }
        self.next = None;
        for (id, watch) in &mut self.all {
            let times = [watch.due, watch.ends];
            if times.into_iter().flatten().any(|at| at <= now) {
                watch.due = None;
                due.push(*id);
            }
            for at in [watch.due, watch.ends].into_iter().flatten() {
                if at > now {
                    self.next = Some(self.next.map_or(at, |next| next.min(at)));
                }
            }
        }
        due
    }
}

impl Engine {
    /// Somebody begins to watch.
    pub(super) fn watch_key(&mut self, asked: &Asked) {
        let mut tags = vec![];
        self.add_own_tags(&mut tags, &asked.url, &asked.options.tags);
        let watch = Watch {
            asked: Box::new(asked.clone()),
            tags,
            stale: false,
            fetching: false,
            shown: None,
            due: None,
            why: Why::default(),
            ends: None,
        };
        self.watches.add(asked.read, Box::new(watch));
    }

    /// Somebody watches no more; says whether they did. A request that nobody else wants is aborted.
    pub(super) fn unwatch(&mut self, id: ReadId) -> bool {
        let Some(watch) = self.watches.remove(id) else {
            return false;
        };
        self.abort_unwanted(&watch.asked.key);
        true
    }

    /// Those who watch a key, and whom the answer that is stored under `place` answers, see its body, unless what they
    /// see was asked for after a record that it was not.
    pub(super) fn show(
        &mut self,
        now: Millis,
        key: &str,
        place: &str,
        body: BodyId,
        shown: Shown,
        stale: bool,
    ) {
        for id in self.watches.of(key) {
            let watch = self.watches.get_mut(id).filter(|watch| {
                watch.shown.is_none_or(|before| before.applied <= shown.applied)
                    && *varied(key, names(place), &watch.asked.headers) == *place
            });
            if watch.is_some() {
                self.show_to(now, id, body, shown, stale);
            }
        }
    }

    /// One who watches sees this body.
    pub(super) fn show_to(&mut self, now: Millis, id: ReadId, body: BodyId, shown: Shown, stale: bool) {
        let ends = shown.sent.saturating_add(self.options.max_age);
        self.watches.set_end(id, ends);
        if let Some(watch) = self.watches.get_mut(id) {
            watch.shown = Some(shown);
        }
        self.tell(id, Some(body), Some(stale));
        self.poll_later(now, id);
    }

    /// One who watches is told of what has changed.
    pub(super) fn tell(&mut self, id: ReadId, body: Option<BodyId>, stale: Option<bool>) {
        let Some(at) = self.watches.place(id) else {
            return;
        };
        let key = Rc::clone(&self.watches.all[at].1.asked.key);
        let fetching = self.flights.is_under_way(&key) || self.is_parked(&key);
        let watch = &mut self.watches.all[at].1;
        let stale = stale.unwrap_or(watch.stale);
        let changed = body.is_some() || (watch.stale, watch.fetching) != (stale, fetching);
        (watch.stale, watch.fetching) = (stale, fetching);
        let held = self.store.select(&key, &watch.asked.headers);
        if body.is_some()
            && let Some(entry) = held.and_then(|id| self.store.get(id))
        {
            self.watches.set_tags(id, &entry.tags);
        }
        if changed {
            self.push(Effect::Notify { watch: id, body, stale, fetching });
        }
    }

    /// Those who watch a key are told whether it is being fetched.
    pub(super) fn show_progress(&mut self, key: &str) {
        for id in self.watches.of(key) {
            self.tell(id, None, None);
        }
    }

    /// What is watched could not be fetched.
    pub(super) fn fail(&mut self, now: Millis, key: &str, flight: FlightId) {
        for id in self.watches.of(key) {
            self.push(Effect::NotifyFailed { watch: id, flight });
            self.tell(id, None, None);
            self.poll_later(now, id);
        }
    }

    /// What `member` names is stale for those who watch it, and is fetched once this input is done with.
    pub(super) fn outdate(
        &mut self,
        now: Millis,
        member: &Member,
        origin: Option<&str>,
        except: Option<&str>,
    ) {
        for id in self.watches.matching(member, origin) {
            let own = self.watches.get_mut(id).is_some_and(|watch| except == Some(&*watch.asked.key));
            if !own {
                self.tell(id, None, Some(true));
                self.watches.demand(id, now, self.log.why("invalidated"));
            }
        }
    }

    /// What is shown is somebody else's: those who watch see nothing, until it is fetched anew.
    pub(super) fn blank_all(&mut self, now: Millis) {
        let mut ids = vec![];
        for (id, _) in &self.watches.all {
            ids.push(*id);
        }
        for id in ids {
            self.blank(now, id);
        }
    }

    /// One who watches sees nothing, until it is fetched anew.
    pub(super) fn blank(&mut self, now: Millis, id: ReadId) {
        if let Some(watch) = self.watches.get_mut(id) {
            (watch.stale, watch.shown) = (false, None);
            self.push(Effect::Blank(id));
            self.watches.set_due(id, now, self.log.why("scope"));
        }
    }

    /// What is shown of a key was just said to be current.
    pub(super) fn calm(&mut self, key: &str) {
        for id in self.watches.of(key) {
            if let Some(watch) = self.watches.get_mut(id) {
                watch.due = None;
            }
        }
    }
}

fn ids(places: Vec<EntryId>) -> Vec<ReadId> {
    let mut ids = Vec::with_capacity(places.len());
    for place in places {
        ids.push(ReadId(place.0));
    }
    ids
}
