//! What is kept of a mutation until its effect is in the data.

use alloc::{boxed::Box, rc::Rc, vec::Vec};

use super::{BodyId, FlightId, MutationId, WriteId};
use crate::edit::Edit;
use crate::journal::Fence;
use crate::target::Member;
use crate::time::Millis;

/// Mutations that are kept at a time, durable or not; one more is refused, or left in storage (P10).
pub(super) const MAX_MUTATIONS: usize = 1_000;

/// Where a mutation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is to be sent, for the first time or again.
    Queued,
    /// It was sent, and is not answered yet.
    Sending,
    /// Its server wants somebody to sign in first.
    Paused,
    /// It failed for good.
    Dead,
    /// It is done. Requests after this one, or sent after that time, see its effect.
    Done { after: FlightId, at: Millis },
}

/// Number and members of an intent.
pub(super) type Intent = (u32, Rc<Vec<Member>>);

/// A mutation.
#[derive(Debug)]
pub(super) struct Mutation {
    pub(super) id: MutationId,
    pub(super) state: State,
    pub(super) edit: Edit,
    /// How often it is tried again.
    pub(super) retries: u32,
    pub(super) attempts: u32,
    /// When it was made, or when somebody has had it tried again.
    pub(super) since: Millis,
    /// It is not sent before this.
    pub(super) due: Millis,
    /// Its last attempt was not answered.
    pub(super) lost: bool,
    /// The server can't have it from an earlier attempt.
    pub(super) fresh: bool,
    /// It is under way since before another document may have sent it, too.
    pub(super) contested: bool,
    /// Its request.
    pub(super) write: Option<WriteId>,
    /// Of a function of the page's that was called, since its requests name less.
    pub(super) intent: Option<Intent>,
    /// What was known when it was sent, where its answer can't be that to an attempt before.
    pub(super) fence: Option<Fence>,
    /// Data that its answer brings.
    pub(super) answers: Vec<Answer>,
    /// Where it is durable.
    pub(super) stored: Option<Stored>,
}

/// Data of a URL that the answer to a mutation brings.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) url: Rc<str>,
    pub(super) body: BodyId,
    pub(super) size: u32,
}

/// A durable mutation's item.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) item: Rc<str>,
    /// Not there before it is read, or where it can't be.
    pub(super) payload: Option<BodyId>,
    pub(super) size: u32,
    /// How often it was refused.
    pub(super) refused: u8,
}

impl Mutation {
    /// A dead letter is tried again. It counts as new, but keeps its place.
    pub(super) fn revive(&mut self, now: Millis) {
        (self.state, self.since, self.due, self.attempts) = (State::Queued, now, now, 0);
    }

    /// Whether it shows an effect on the data of a URL. What can't be read shows none.
    pub(super) fn has_layer(&self, url: &str) -> bool {
        let known = self.stored.as_ref().is_none_or(|stored| stored.payload.is_some());
        known && self.state != State::Dead && self.edit.urls.iter().any(|has| **has == *url)
    }

    /// Whether the server may or may not have done it.
    pub(super) fn is_uncertain(&self) -> bool {
        match self.state {
            State::Queued | State::Sending | State::Paused => self.edit.tried.is_some(),
            State::Dead | State::Done { .. } => false,
        }
    }
}

/// What is remembered of all of them.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// The time that orders the newest.
    pub(super) last: Millis,
    /// How many were learnt from storage.
    pub(super) restored: u32,
    /// Functions of the page's that run on, and what they may change.
    pub(super) given_up: Vec<(MutationId, Intent)>,
    /// This document has written some, which its messages say nothing of.
    pub(super) wrote: bool,
    /// This document wants to send what is durable.
    pub(super) asked: bool,
    /// It does.
    pub(super) leads: bool,
    /// The one that was made by this input: whether storage takes it is not known yet.
    pub(super) newest: Option<MutationId>,
    /// When the next one is to be sent.
    pub(super) next: Option<Millis>,
}

impl Outbox {
    /// What a function that was given up may have changed.
    pub(super) fn take_given_up(&mut self, id: MutationId) -> Option<Intent> {
        let at = self.given_up.iter().position(|(given_up, _)| *given_up == id)?;
        Some(self.given_up.swap_remove(at).1)
    }
}

/// All that are not over, in the order in which they were made.
pub(super) type Mutations = Vec<Box<Mutation>>;
