//! Write: an intent before it is sent, what it touched after it is answered, and if nobody knows how it
//! ended, everything that it may have touched (P1, P4).

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::batch::Batches;
use super::{Cause, Effect, Engine, Fields, Guard, ResponseHead, WriteId};
use crate::header;
use crate::journal::{Kind, Record};
use crate::policy::WriteFacts;
use crate::subject::Subject;
use crate::target::{Member, Target};
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
    pub(super) fn write(
        &mut self,
        now: Millis,
        id: WriteId,
        method: &mut String,
        url: &str,
        fields: &mut Fields,
    ) {
        if let Some(url) = Url::parse(url) {
            let mut intent = None;
            if !self.policy.is_safe(method, &url) && self.guards(Guard::Intent) {
                let members: Rc<Vec<Member>> = self.may_touch(method, &url, fields).into();
                let origin = Some(shared(url.origin()));
                self.record(Record::new(now, Kind::Intent, origin, Rc::clone(&members)));
                self.write_journal();
                intent = Some(Intent { number: self.journal.head, members });
            }
            let method = core::mem::take(method);
            self.writes.push((id, Write { method, url, fields: core::mem::take(fields), intent }));
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
        self.judge_other(&write.url, head.status);
        match &write.intent {
            Some(intent) => {
                self.journal.resolve(intent.number);
                if !self.conclude(now, &write.method, &write.url, head, &write.fields, fields) {
                    // So that no later document finds the intent.
                    self.write_journal();
                }
            }
            None => self.honour_safe(now, &write.url, head, None),
        }
        self.refetch_stale(now);
    }

    pub(super) fn unanswered(&mut self, now: Millis, id: WriteId) {
        let Some(write) = self.take_write(id) else {
            return;
        };
        if let Some(intent) = &write.intent {
            self.journal.resolve(intent.number);
            self.suspect(now, &write.url, Rc::clone(&intent.members));
        }
        self.refetch_stale(now);
    }

    fn take_write(&mut self, id: WriteId) -> Option<Write> {
        let at = self.writes.iter().position(|(under_way, _)| *under_way == id)?;
        Some(self.writes.remove(at).1)
    }

    /// Invalidates what an answered write touched; says whether that was anything.
    pub(super) fn conclude(
        &mut self,
        now: Millis,
        method: &str,
        url: &Url,
        head: &ResponseHead,
        request: &[(String, String)],
        answer: &[(String, String)],
    ) -> bool {
        let named = head.get("x-cache-invalidate").is_some();
        if head.status >= 500 && !named {
            // An error on the way back (a gateway's time-out, say) does not tell whether it was done.
            let members = self.may_touch(method, url, request);
            self.suspect(now, url, members.into());
            return true;
        }
        let mut batches = Batches::default();
        self.named_by_headers(&mut batches, url, head);
        if head.status < 400 {
            let origin = Some(shared(url.origin()));
            let groups = self.groups(url, head);
            if !named && groups.is_none() {
                let touched = self.touched(method, url, request, answer);
                batches.add(Cause::Map, origin.clone(), touched.unwrap_or_default());
            }
            batches.add(Cause::Header, origin.clone(), groups.unwrap_or_default());
            batches.add(Cause::Write, origin, own_urls(url, head));
        }
        self.invalidate(now, &batches, None)
    }

    /// A write whose outcome is unknown: what it may have touched is dropped, and for a while nothing
    /// that is fetched of it is stored, since it may still be on its way.
    pub(super) fn suspect(&mut self, now: Millis, url: &Url, members: Rc<Vec<Member>>) {
        let origin = Some(shared(url.origin()));
        let until = now.saturating_add(self.options.settle);
        self.suspects.add(self.flights.oldest(now), origin.clone(), Rc::clone(&members), until);
        let mut batches = Batches::default();
        batches.add(Cause::Unknown, origin, members);
        self.invalidate(now, &batches, None);
    }

    /// What a write will touch, before it is known what it did: by the map, or, where the map is silent,
    /// everything of its origin, which is then suspect rather than gone.
    pub(super) fn may_touch(&self, method: &str, url: &Url, fields: &[(String, String)]) -> Vec<Member> {
        let mut members = match self.touched(method, url, fields, &[]) {
            Some(members) => members,
            None => vec![Member::stale(Target::All)],
        };
        members.push(Member::drop(path(url)));
        members
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
    fn groups(&mut self, url: &Url, head: &ResponseHead) -> Option<Vec<Member>> {
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

/// The URLs that a non-error answer to a write invalidates (RFC 9111, section 4.4): its own, and
/// `Location` and `Content-Location` of the same origin; with any query, to be safe.
fn own_urls(url: &Url, head: &ResponseHead) -> Vec<Member> {
    let answered = head.answered_by(url);
    let mut members = vec![Member::drop(path(url))];
    for name in ["location", "content-location"] {
        if let Some(other) = head.get(name).and_then(|reference| answered.join(reference)) {
            add_own(&mut members, url, &other);
        }
    }
    add_own(&mut members, url, &answered);
    members
}

fn add_own(members: &mut Vec<Member>, url: &Url, other: &Url) {
    let member = Member::drop(path(other));
    if other.origin() == url.origin() && !members.contains(&member) {
        members.push(member);
    }
}

fn tag_members(tags: Vec<String>) -> Vec<Member> {
    let mut members = Vec::with_capacity(tags.len());
    for tag in tags {
        members.push(Member::drop(Target::Tag(tag)));
    }
    members
}

fn path(url: &Url) -> Target {
    Target::Path { path: String::from(url.path()), query: None }
}
