//! What the server makes of a mutation's request, and how the page is told.

use everfresh_core::engine::{Input, ResponseHead};

use super::edits::{Edit, adopt};
use super::writes::{Request, SLOWEST, STRAGGLE, named};
use super::{Invalidation, World};
use crate::server::Body;

/// What the server has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Done,
    /// It was done before, by the same key.
    Replayed,
    /// It is not done: an answer with this status.
    Not(u16),
}

impl World {
    /// Whether the server may yet do it.
    pub(super) fn may_be_done(&self, at: usize) -> bool {
        let mutation = &self.mutations[at];
        let undecided = mutation.request.as_ref().is_none_or(|request| request.verdict.is_none());
        mutation.committed.is_none()
            && undecided
            && self.now <= mutation.time + SLOWEST
            && mutation.until.is_none_or(|until| self.now <= until)
    }

    /// The server looks at a request.
    pub(super) fn decide(&mut self, at: usize, b: usize) {
        let Some(Request { edit: id, key, session, .. }) = self.mutations[at].request.clone() else { return };
        let Edit { durable, user, .. } = self.edits[id];
        let same = |other: usize| {
            other != at
                && self.may_be_done(other)
                && self.mutations[other].request.as_ref().is_some_and(|request| request.edit == id)
        };
        let running = (0..self.mutations.len()).any(same);
        let verdict = if self.server.keys.contains_key(&key) {
            Verdict::Replayed
        } else if durable && self.sessions.user(session) != user {
            // It knows whose it is.
            Verdict::Not([401, 403][b % 2])
        } else if running && b % 4 < 2 {
            Verdict::Not(409)
        } else if running || self.mutations[at].over {
            Verdict::Done
        } else {
            match b / 8 % 16 {
                0 | 1 => Verdict::Not(422),
                2 => Verdict::Not(429),
                3 => Verdict::Not(401),
                _ => Verdict::Done,
            }
        };
        if let Some(request) = &mut self.mutations[at].request {
            request.verdict = Some(verdict);
        }
        match verdict {
            Verdict::Done => self.do_edit(at),
            Verdict::Replayed => self.counts.replays += 1,
            Verdict::Not(status) => {
                self.counts.declined += 1;
                self.note(|world| format!("the server answers #{} by {status}", world.mutations[at].id.0));
            }
        }
        // What is read from now on is read later.
        self.event += 1;
    }

    /// Its answer comes, or is lost.
    pub(super) fn answer_edit(&mut self, at: usize, b: usize) {
        let mutation = &self.mutations[at];
        let Some(tab) = self.tabs.iter().position(|tab| tab.document == mutation.document && !tab.frozen)
        else {
            return;
        };
        let Some(Request { edit: id, mutation: number, verdict, session, sent, .. }) =
            mutation.request.clone()
        else {
            return;
        };
        let (write, touched, is_named) = (mutation.id, mutation.touched.clone(), mutation.named);
        let (now, event) = (self.now, self.event);
        let lost = verdict.is_none() || b.is_multiple_of(5);
        let status = match verdict {
            Some(Verdict::Not(status)) if !lost => status,
            _ if lost && b.is_multiple_of(2) => 503,
            _ if lost => 0,
            _ => 200,
        };
        let document = mutation.document.clone();
        self.note(|_| format!("{document} is answered by {status} to #{}, edit {id}", write.0));
        let mutation = &mut self.mutations[at];
        mutation.over = true;
        mutation.until = lost.then_some(now + STRAGGLE);
        mutation.spoken_for = lost;
        let Edit { function, adopts, committed, sent: first, .. } = self.edits[id];
        if status == 200 && adopts {
            for resource in touched.clone() {
                // What is said again is as old as the first request.
                let again = verdict == Some(Verdict::Replayed);
                let sent = if again { first.unwrap_or(0) } else { sent };
                let read = committed.unwrap_or(0);
                let body = Body { resource, sent, read, language: 0, session, adopted: event };
                let kept = self.tabs[tab].keep(body);
                self.counts.adopted += 1;
                self.handle(tab, adopt(number, kept, resource));
            }
        }
        let told = |resources: &[usize], write: Option<usize>| {
            resources.iter().map(|&resource| Invalidation { resource, event, write }).collect()
        };
        let doubt = lost.then_some(at);
        if lost || status == 200 {
            // What a function changes beside what its requests do is known when it has ended.
            let all = !function || (is_named && !lost);
            self.know(tab, if all { told(&touched, doubt) } else { told(&touched[..1], None) });
        }
        if status == 0 {
            self.handle(tab, Input::Unanswered(write));
        } else {
            let mut head = ResponseHead { status, ..ResponseHead::default() };
            if status == 200 && is_named {
                head.headers.push(named(&touched, b));
            }
            if matches!(status, 409 | 429) {
                head.headers.push(("retry-after".into(), "1".into()));
            }
            self.handle(tab, Input::Answered { write, head, fields: vec![] });
        }
        if function {
            if lost || status == 200 {
                self.know(tab, told(&touched, doubt));
            }
            self.handle(
                tab,
                Input::Settled { mutation: number, done: status == 200, head: ResponseHead::default() },
            );
        }
    }
}
