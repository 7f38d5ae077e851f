//! Write: an intent before it is sent, what it touched after it is answered, and if nobody knows how it
//! ended, everything that it may have touched (P1, P4).

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::batch::Batches;
use super::operation::Operation;
use super::{Cause, Effect, Engine, Event, Fields, Guard, MutationId, ResponseHead, WriteId};
use crate::header;
use crate::journal::{Kind, Record};
use crate::own::{own_urls, path};
use crate::policy::WriteFacts;
use crate::subject::Subject;
use crate::target::{Member, Mode, Target};
use crate::text::shared;
use crate::time::Millis;
use crate::url::Url;

/// A write under way.
#[derive(Debug)]
pub(super) struct Write {
    method: String,
    url: Url,
    fields: Fields,
    intent: Option<Intent>,
    sent: Millis,
    /// It is the request of a mutation.
    mutates: bool,
}

/// What a write may touch, as the journal has it. A write that a rule calls safe has none.
#[derive(Debug)]
struct Intent {
    number: u32,
    members: Rc<Vec<Member>>,
}

impl Write {
    /// Whether the write may be changing this while it is under way.
    pub(super) fn touches(&self, subject: Subject<'_>) -> bool {
        let intent = self.intent.as_ref();
        intent.is_some_and(|intent| subject.is_named_by_any(&intent.members, Some(self.url.origin())))
    }
}

impl Engine {
    /// How to treat a write: a first line that is `durable` where it is for the outbox, and else empty; then the JSON
    /// fields to look for in its body and in that of its answer, a line each; without any, don't parse.
    pub fn write_terms(&self, method: &str, url: &str) -> String {
        let mut terms = String::new();
        if let Some(url) = Url::parse(url) {
            let fields = self.policy.parent_fields(method, &url);
            let durable = self.policy.is_durable(method, &url);
            for part in
                [if durable { "durable" } else { "" }, if fields.is_empty() { "" } else { "\n" }, &fields]
            {
                terms.push_str(part);
            }
        }
        terms
    }

    pub(super) fn write(
        &mut self,
        now: Millis,
        id: WriteId,
        method: &mut String,
        url: &str,
        fields: &mut Fields,
        mutation: Option<MutationId>,
    ) {
        if let Some(url) = Url::parse(url) {
            let mut intent = None;
            // A durable one is shown until it is known what became of it: what it may touch is stale, not gone.
            let durable = mutation.is_some_and(|mutation| self.attach(mutation, id));
            if !self.policy.is_safe(method, &url) && self.guards(Guard::Intent) {
                let mut members = self.may_touch(method, &url, fields, durable);
                if let Some(mutation) = mutation {
                    members.append(&mut self.changed_by(mutation, url.origin()));
                }
                let members: Rc<Vec<Member>> = members.into();
                let origin = Some(shared(url.origin()));
                self.record(Record::new(now, Kind::Intent, origin, Rc::clone(&members)));
                self.write_journal();
                intent = Some(Intent { number: self.journal.head, members });
            }
            let method = core::mem::take(method);
            let (fields, mutates) = (core::mem::take(fields), mutation.is_some());
            self.writes.push((id, Write { method, url, fields, intent, sent: now, mutates }));
        }
        self.push(Effect::Send(id));
    }

    pub(super) fn answered(
        &mut self,
        now: Millis,
        id: WriteId,
        head: &ResponseHead,
        fields: &[(String, String)],
    ) {
        let Some(write) = self.take_write(id) else {
            return;
        };
        self.note_write(&write, head.status, self.key_of(id));
        self.judge_other(&write.url, head.status);
        let took = now.saturating_sub(write.sent);
        self.measure(write.url.as_str(), Operation::Write, head.status, took);
        // First, so that what is fetched because of it counts as later.
        let shows = self.shows_effect(id);
        let mut batches = self.judge_mutation(now, id, head);
        match &write.intent {
            Some(intent) => {
                self.journal.resolve(intent.number);
                if write.mutates && !shows && head.status < 400 {
                    // It was given up, or is another user's by now: what it changed is known by its intent alone.
                    let origin = Some(shared(write.url.origin()));
                    batches.add(Cause::Write, origin, Rc::clone(&intent.members));
                }
                if !self.conclude(now, &write, head, fields, batches) {
                    // So that no later document finds the intent.
                    self.write_journal();
                }
            }
            None => {
                self.honour_safe(now, &write.url, head, None);
                self.invalidate(now, &batches, None);
            }
        }
        self.unstore_done();
        self.adopt_answers(now);
        self.refetch_stale(now);
    }

    pub(super) fn unanswered(&mut self, now: Millis, id: WriteId) {
        let Some(write) = self.take_write(id) else {
            return;
        };
        let took = now.saturating_sub(write.sent);
        self.measure(write.url.as_str(), Operation::Write, 0, took);
        self.note_write(&write, 0, self.key_of(id));
        if let Some(intent) = &write.intent {
            self.journal.resolve(intent.number);
            self.suspect(now, write.url.origin(), Rc::clone(&intent.members));
        }
        self.lose_mutation(now, id);
        self.refetch_stale(now);
    }

    /// What it invalidates, and what is fetched because of that, comes of it.
    fn note_write(&mut self, write: &Write, status: u16, mutation: Option<Rc<str>>) {
        let (method, url) = (shared(&write.method), shared(write.url.as_str()));
        self.log.note_cause(Event::Write { method, url, status, mutation });
    }

    fn take_write(&mut self, id: WriteId) -> Option<Write> {
        let at = self.writes.iter().position(|(under_way, _)| *under_way == id)?;
        Some(self.writes.remove(at).1)
    }

    /// A write was answered that nobody told of before.
    pub(super) fn conclude_unseen(&mut self, now: Millis, method: &str, url: Url, head: &ResponseHead) {
        let write =
            Write { method: method.into(), url, fields: vec![], intent: None, sent: now, mutates: false };
        self.note_write(&write, head.status, None);
        self.conclude(now, &write, head, &[], Batches::default());
    }

    /// Invalidates what an answered write touched, and what else is named; says whether that was anything.
    fn conclude(
        &mut self,
        now: Millis,
        write: &Write,
        head: &ResponseHead,
        answer: &[(String, String)],
        mut batches: Batches,
    ) -> bool {
        let Write { method, url, fields: request, .. } = write;
        let named = head.get("x-cache-invalidate").is_some();
        if head.status >= 500 && !named {
            // An error on the way back (a gateway's time-out, say) does not tell whether it was done.
            let members = match &write.intent {
                Some(intent) => Rc::clone(&intent.members),
                None => self.may_touch(method, url, request, false).into(),
            };
            self.suspect(now, url.origin(), members);
            return true;
        }
        self.named_by_headers(&mut batches, url, head);
        if head.status < 400 {
            let origin = Some(shared(url.origin()));
            let groups = self.groups(url, head);
            if !named && groups.is_none() {
                let touched = self.touched(method, url, request, answer);
                batches.add(Cause::Map, origin.clone(), touched.unwrap_or_default());
            }
            batches.add(Cause::Header, origin.clone(), groups.unwrap_or_default());
            let references = [head.get("location"), head.get("content-location")];
            batches.add(Cause::Write, origin, own_urls(url, &head.answered_by(url), references));
        }
        self.invalidate(now, &batches, None)
    }

    /// A write whose outcome is unknown: what it may have touched is dropped, and for a while nothing
    /// that is fetched of it is stored, since it may still be on its way.
    pub(super) fn suspect(&mut self, now: Millis, origin: &str, members: Rc<Vec<Member>>) {
        let origin = Some(shared(origin));
        let until = now.saturating_add(self.options.settle);
        self.suspects.add(self.flights.oldest(now), origin.clone(), Rc::clone(&members), until);
        let mut batches = Batches::default();
        batches.add(Cause::Unknown, origin, members);
        self.invalidate(now, &batches, None);
    }

    /// What a write will touch, before it is known what it did: by the map, or, where the map is silent,
    /// everything of its origin, which is then suspect rather than gone.
    pub(super) fn may_touch(
        &self,
        method: &str,
        url: &Url,
        fields: &[(String, String)],
        durable: bool,
    ) -> Vec<Member> {
        let mut members = match self.touched(method, url, fields, &[]) {
            Some(members) => members,
            None => vec![Member::stale(Target::All)],
        };
        members.push(Member::drop(path(url)));
        if durable {
            for member in &mut members {
                member.mode = Mode::Stale;
            }
        }
        members
    }

    /// Whether a write is under way that may change this.
    pub(super) fn is_written(&self, subject: Subject<'_>) -> bool {
        self.writes.iter().any(|(_, write)| write.touches(subject))
    }

    /// What the entity map says that a write touches.
    fn touched(
        &self,
        method: &str,
        url: &Url,
        request: &[(String, String)],
        answer: &[(String, String)],
    ) -> Option<Vec<Member>> {
        let facts = WriteFacts { method, url, request, answer, authoritative: false };
        let mut lookup = |kind: &str, id: &str| -> Vec<Fields> {
            let mut states = vec![];
            if let Some(url) = self.policy.entity_url(kind, id, Some(url.origin())) {
                for id in self.store.variants(url.as_str()) {
                    states.extend(self.store.get(id).map(|entry| entry.fields.clone()));
                }
            }
            states
        };
        Some(tag_members(self.policy.touched(&facts, &mut lookup)?.tags))
    }

    /// The groups that a non-error answer to a write invalidates (RFC 9875, section 3).
    pub(super) fn groups(&mut self, url: &Url, head: &ResponseHead) -> Option<Vec<Member>> {
        let value = head.get("cache-group-invalidation")?;
        Some(match header::parse_groups(value) {
            Ok(groups) => tag_members(groups),
            Err(problem) => {
                self.problem(problem.code(), url.as_str());
                Member::everything()
            }
        })
    }
}

fn tag_members(tags: Vec<String>) -> Vec<Member> {
    let mut members = Vec::with_capacity(tags.len());
    for tag in tags {
        members.push(Member::drop(Target::Tag(tag)));
    }
    members
}
