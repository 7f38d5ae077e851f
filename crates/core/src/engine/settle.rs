//! Settle: what the answer to a mutation means: it is done, it is sent again, it waits for somebody to sign in, or it
//! has failed.

use alloc::{rc::Rc, vec};

use super::batch::Batches;
use super::mutation::State;
use super::{Cause, Ending, Engine, Guard, MutationId, Progress, ResponseHead, WriteId};
use crate::target::{Member, Target};
use crate::text::shared;
use crate::time::Millis;
use crate::url::Url;

/// What an answer means to a mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Done,
    /// It may do better if it is sent again; not before so many milliseconds.
    Again {
        wait: Millis,
        untouched: bool,
    },
    /// Somebody must sign in.
    Forbidden,
    Failed,
}

impl Engine {
    /// The answer to a mutation's request is there: gives what it invalidates beside what that says itself.
    pub(super) fn judge_mutation(&mut self, now: Millis, write: WriteId, head: &ResponseHead) -> Batches {
        let Some(at) = self.mutation_of(write) else {
            return Batches::default();
        };
        self.mutations[at].write = None;
        match verdict(now, head) {
            Verdict::Done => return self.conclude_mutation(at, now, Ending::Done),
            // What another attempt has come to may be better, and counts.
            _ if self.mutations[at].contested => self.again(now, at, 0, false, head.status),
            Verdict::Again { wait, untouched } => self.again(now, at, wait, untouched, head.status),
            Verdict::Forbidden => self.pause(now, at, head.status),
            Verdict::Failed => self.give_up(now, at, head.status),
        }
        Batches::default()
    }

    /// A mutation's request has ended without an answer.
    pub(super) fn lose_mutation(&mut self, now: Millis, write: WriteId) {
        if let Some(at) = self.mutation_of(write) {
            self.mutations[at].write = None;
            self.again(now, at, 0, false, 0);
        }
    }

    /// A function of the page's has ended.
    pub(super) fn settled(&mut self, now: Millis, id: MutationId, done: bool, head: &ResponseHead) {
        let at = self.find_mutation(id).filter(|at| self.mutations[*at].state == State::Sending);
        let intent = match at {
            Some(at) => self.mutations[at].intent.take(),
            None => self.outbox.take_given_up(id),
        };
        let mut batches = match at {
            Some(at) if done => self.conclude_mutation(at, now, Ending::Done),
            _ => Batches::default(),
        };
        if let Some(url) = Url::parse(&self.environment.origin) {
            self.named_by_headers(&mut batches, &url, head);
            let groups = self.groups(&url, head).unwrap_or_default();
            batches.add(Cause::Header, Some(shared(url.origin())), groups);
        }
        if let Some((number, members)) = intent {
            self.journal.resolve(number);
            let origin = shared(&self.environment.origin);
            if !done {
                self.suspect(now, &origin, members);
            } else if at.is_none_or(|at| self.mutations[at].edit.urls.is_empty()) {
                // It was given up, or is another user's by now: what it changed is known by its intent alone.
                batches.add(Cause::Write, Some(origin), members);
            }
        }
        match at {
            Some(at) if !done => self.again(now, at, 0, false, 0),
            _ => {
                self.invalidate(now, &batches, None);
                self.unstore_done();
                self.adopt_answers(now);
            }
        }
    }

    /// It is done. What it changed is asked for anew, and until that is there it is shown by its layers.
    pub(super) fn conclude_mutation(&mut self, at: usize, now: Millis, ending: Ending) -> Batches {
        self.mutations[at].state = State::Done { after: self.flights.last(), at: now };
        self.refuse_answers(now, at);
        self.end_mutation(at, ending);
        let edit = &self.mutations[at].edit;
        let mut batches = Batches::default();
        let own = Some(shared(&self.environment.origin));
        batches.add(Cause::Call, own, edit.named());
        let urls = edit.urls.clone();
        for url in &urls {
            if let Some(url) = Url::parse(url) {
                let member = Member::stale(Target::exactly(&url));
                if ending == Ending::Done {
                    // A document that comes has the data from before, and no layer (P4).
                    for id in self.store.matching(&member, Some(url.origin())) {
                        self.remove_stored(id);
                    }
                }
                batches.add(Cause::Write, Some(shared(url.origin())), vec![member]);
            }
        }
        if !self.guards(Guard::LayerKept) {
            self.mutations[at].edit.urls.clear();
            for url in &urls {
                self.show_layers(url);
            }
        }
        self.let_go(now, &urls);
        batches
    }

    /// It failed, and is tried again if that may help.
    fn again(&mut self, now: Millis, at: usize, wait: Millis, untouched: bool, status: u16) {
        let mutation = &mut self.mutations[at];
        if mutation.stored.is_none() && mutation.attempts > mutation.retries {
            return self.give_up(now, at, status);
        }
        mutation.state = State::Queued;
        mutation.lost = status == 0;
        let attempt = mutation.attempts - 1;
        if untouched {
            self.untry(now, at);
        }
        let due = now.saturating_add(self.backoff(attempt).max(wait));
        self.mutations[at].due = due;
        self.progress(at, Progress::Waiting);
    }

    /// It must wait until somebody signs in, if it can.
    fn pause(&mut self, now: Millis, at: usize, status: u16) {
        if self.mutations[at].stored.is_none() {
            return self.give_up(now, at, status);
        }
        self.mutations[at].state = State::Paused;
        self.untry(now, at);
        self.progress(at, Progress::Paused);
    }

    /// The server has not done it: what it would change is what it was before.
    fn untry(&mut self, now: Millis, at: usize) {
        let mutation = &mut self.mutations[at];
        if mutation.fresh {
            mutation.edit.tried = None;
            let urls = mutation.edit.urls.clone();
            self.store_edit(at);
            self.let_go(now, &urls);
        }
    }

    /// It has failed for good.
    fn give_up(&mut self, now: Millis, at: usize, status: u16) {
        if self.mutations[at].stored.is_some() {
            return self.bury(now, at, status.into());
        }
        // Where nobody knows how it ended, what it shows may be true.
        let unknown = status == 0 || status >= 500;
        self.end_mutation(at, Ending::Failed);
        self.take_out(now, at, unknown);
    }

    /// Whether the effect of a mutation's request is shown here.
    pub(super) fn shows_effect(&self, write: WriteId) -> bool {
        self.mutation_of(write).is_some_and(|at| !self.mutations[at].edit.urls.is_empty())
    }

    /// The idempotency key of the mutation that a write is the request of.
    pub(super) fn key_of(&self, write: WriteId) -> Option<Rc<str>> {
        Some(shared(&self.mutations[self.mutation_of(write)?].edit.key))
    }

    fn mutation_of(&self, write: WriteId) -> Option<usize> {
        self.mutations.iter().position(|mutation| mutation.write == Some(write))
    }
}

/// What an answer means. A 409 that says when to come back is that of a key that is still being worked on.
fn verdict(now: Millis, head: &ResponseHead) -> Verdict {
    let later = head.retry_after(now);
    match (head.status, later) {
        (200..=299, _) => Verdict::Done,
        (401 | 403, _) => Verdict::Forbidden,
        (425 | 429, _) => Verdict::Again { wait: later.unwrap_or(0), untouched: true },
        (408 | 500.., _) | (409, Some(_)) => Verdict::Again { wait: later.unwrap_or(0), untouched: false },
        _ => Verdict::Failed,
    }
}
