//! Write: an intent before it is sent, what it touched after it is answered, and if nobody knows how it
//! ended, everything that it may have touched (P1, P4).

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::invalidate::{Batch, answered_by};
use super::{Cause, Effect, Engine, Fields, Request, ResponseHead, WriteId};
use crate::header;
use crate::journal::Kind;
use crate::policy::WriteFacts;
use crate::subject::Subject;
use crate::target::{Member, Target};
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
    members: Vec<Member>,
}

impl Write {
    /// Whether the write may be changing this while it is under way.
    pub(super) fn touches(&self, subject: Subject<'_>) -> bool {
        let origin = Some(self.url.origin());
        self.intent
            .iter()
            .flat_map(|intent| &intent.members)
            .any(|member| subject.is_named_by(member, origin))
    }
}

impl Engine {
    pub(super) fn write(&mut self, now: Millis, id: WriteId, request: &Request, fields: Fields) {
        if let Some(url) = Url::parse(&request.url) {
            let intent = (!self.policy.is_safe(&request.method, &url)).then(|| {
                let members = self.may_touch(&request.method, &url, &fields);
                let origin = Some(Rc::from(url.origin()));
                self.record(now, Kind::Intent, origin, members.clone());
                self.write_journal();
                Intent { number: self.journal.head, members }
            });
            let method = request.method.clone();
            self.writes.push((id, Write { method, url, fields, intent }));
        }
        self.push(Effect::Send(id));
    }

    pub(super) fn answered(&mut self, now: Millis, id: WriteId, head: &ResponseHead, fields: &Fields) {
        let Some(write) = self.take_write(id) else {
            return;
        };
        match write.intent {
            Some(intent) => {
                self.journal.resolve(intent.number);
                if !self.conclude(now, &write.method, &write.url, head, &write.fields, fields) {
                    // So that no later document finds the intent.
                    self.write_journal();
                }
            }
            None => self.honour_safe(now, &write.url, head, None),
        }
    }

    pub(super) fn unanswered(&mut self, now: Millis, id: WriteId) {
        let Some(write) = self.take_write(id) else {
            return;
        };
        if let Some(intent) = write.intent {
            self.journal.resolve(intent.number);
            self.suspect(now, &write.url, intent.members);
        }
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
            self.suspect(now, url, members);
            return true;
        }
        let mut batches = self.named_by_headers(url, head);
        if head.status < 400 {
            let origin: Rc<str> = Rc::from(url.origin());
            let batch = |cause, members| Batch { cause, origin: Some(Rc::clone(&origin)), members };
            let groups = self.groups(url, head);
            if !named && groups.is_none() {
                let touched = self.touched(method, url, request, answer).unwrap_or_default();
                batches.push(batch(Cause::Map, touched));
            }
            batches.push(batch(Cause::Header, groups.unwrap_or_default()));
            batches.push(batch(Cause::Write, own_urls(url, head)));
        }
        self.invalidate(now, batches, None)
    }

    /// A write whose outcome is unknown: what it may have touched is dropped, and for a while nothing
    /// that is fetched of it is stored, since it may still be on its way.
    pub(super) fn suspect(&mut self, now: Millis, url: &Url, members: Vec<Member>) {
        let origin: Option<Rc<str>> = Some(Rc::from(url.origin()));
        let until = now.saturating_add(self.options.settle);
        self.suspects.add(now, origin.clone(), members.clone(), until);
        self.invalidate(now, vec![Batch { cause: Cause::Unknown, origin, members }], None);
    }

    /// What a write will touch, before it is known what it did: by the map, or, where the map is silent,
    /// everything of its origin, which is then suspect rather than gone.
    pub(super) fn may_touch(&self, method: &str, url: &Url, fields: &[(String, String)]) -> Vec<Member> {
        let mut members =
            self.touched(method, url, fields, &[]).unwrap_or_else(|| vec![Member::stale(Target::All)]);
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
            let url = self.policy.entity_url(kind, id, Some(url.origin()));
            let entry = url.and_then(|url| self.store.find(url.as_str())).and_then(|id| self.store.get(id));
            entry.map(|entry| entry.fields.clone()).into_iter().collect()
        };
        let touched = self.policy.touched(&facts, &mut lookup)?;
        Some(touched.tags.into_iter().map(|tag| Member::drop(Target::Tag(tag))).collect())
    }

    /// The groups that a non-error answer to a write invalidates (RFC 9875, section 3).
    fn groups(&mut self, url: &Url, head: &ResponseHead) -> Option<Vec<Member>> {
        let value = head.get("cache-group-invalidation")?;
        Some(match header::parse_groups(value) {
            Ok(groups) => groups.into_iter().map(|group| Member::drop(Target::Tag(group))).collect(),
            Err(problem) => {
                self.problem(problem.code(), url.as_str());
                vec![Member::drop(Target::All)]
            }
        })
    }
}

/// The URLs that a non-error answer to a write invalidates (RFC 9111, section 4.4): its own, and
/// `Location` and `Content-Location` of the same origin; with any query, to be safe.
fn own_urls(url: &Url, head: &ResponseHead) -> Vec<Member> {
    let answered = answered_by(url, head);
    let named =
        ["location", "content-location"].into_iter().filter_map(|name| answered.join(head.get(name)?));
    let mut members = vec![Member::drop(path(url))];
    for other in named.chain([answered.clone()]) {
        let member = Member::drop(path(&other));
        if other.origin() == url.origin() && !members.contains(&member) {
            members.push(member);
        }
    }
    members
}

fn path(url: &Url) -> Target {
    Target::Path { path: String::from(url.path()), query: None }
}
