//! The mutations of a document: what the engine says of them must fit what it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use everfresh_core::engine::*;

use crate::host::Host;

/// So often what is under way is answered, until nothing that can go on is left.
const ROUNDS: u32 = 2_000;

/// A mutation that is not over, or is still shown.
struct Known {
    /// It may wait in storage for ever: so may what runs behind it.
    durable: bool,
    /// It waits for no other.
    free: bool,
    /// It is a function of the page's.
    function: bool,
    payload: Option<BodyId>,
    /// It was sent, and nothing is known of that yet.
    open: bool,
    waits: bool,
    ended: Option<Ending>,
}

/// What a document knows of its mutations.
#[derive(Default)]
pub(crate) struct Mutations {
    known: BTreeMap<u32, Known>,
    layers: BTreeMap<Rc<str>, Vec<u32>>,
    /// Those to be sent.
    submitted: Vec<u32>,
    /// Functions that were called, and given up.
    run_on: Vec<u32>,
    /// Those that were sent last.
    pub(crate) sent: Vec<MutationId>,
    last: u32,
    /// This document wants to send.
    wants: bool,
}

impl Mutations {
    /// Those that are not over.
    pub(crate) fn pending(&self) -> Vec<MutationId> {
        let open = self.known.iter().filter(|(_, known)| known.ended.is_none());
        open.map(|(id, _)| MutationId(*id)).collect()
    }

    /// Payloads that are kept.
    pub(crate) fn payloads(&self) -> usize {
        self.known.values().filter(|known| known.payload.is_some()).count()
    }

    /// How many were sent, and are not over.
    pub(crate) fn open(&self) -> usize {
        self.known.values().filter(|known| known.open).count()
    }

    /// Performs what concerns mutations.
    pub(crate) fn perform(&mut self, effect: Effect, bodies: &BTreeSet<u32>) {
        match effect {
            Effect::Submit { mutation, .. } => {
                let known = self.known.get_mut(&mutation.0).expect("what is sent was told");
                assert!(known.ended.is_none(), "what is over is not sent");
                assert!(!known.open, "P6: nothing is sent twice at a time");
                known.open = true;
                self.submitted.push(mutation.0);
            }
            Effect::Layers { url, mutations } => self.show(url, mutations),
            Effect::Ended { mutation, ending } => self.end(mutation.0, ending),
            Effect::Status { mutation, progress, .. } => {
                let known = self.known.get_mut(&mutation.0).expect("who makes progress was told");
                assert!(known.ended.is_none(), "what is over makes no progress");
                known.open &= progress == Progress::Sending;
                known.waits = matches!(progress, Progress::Waiting | Progress::Paused | Progress::Dead);
            }
            Effect::Restored { mutation, payload, .. } => {
                assert!(bodies.contains(&payload.0), "a payload is kept");
                assert!(mutation.0 > RESTORED, "it has a number of the engine's");
                let new = Known {
                    durable: true,
                    free: false,
                    function: false,
                    payload: None,
                    open: false,
                    waits: false,
                    ended: None,
                };
                self.known.entry(mutation.0).or_insert(new).payload = Some(payload);
            }
            Effect::Lead(wants) => self.wants = wants,
            effect => unreachable!("{effect:?}"),
        }
    }

    /// Looks at what is left when the engine has said all.
    pub(crate) fn look(&self, bodies: &BTreeSet<u32>) {
        for (id, known) in &self.known {
            let over = !matches!(known.ended, None | Some(Ending::Done | Ending::Elsewhere));
            assert!(!over, "P5: {id} is shown, although it {:?}", known.ended);
            let payload = known.payload;
            assert!(payload.is_none_or(|body| bodies.contains(&body.0)), "P6: the payload of {id} is kept");
        }
    }

    fn show(&mut self, url: Rc<str>, mutations: Vec<MutationId>) {
        let mut named = vec![];
        for MutationId(id) in mutations {
            assert!(self.known.contains_key(&id), "P5: {id} is shown, but was not told, or is forgotten");
            named.push(id);
        }
        let before = self.layers.remove(&url).unwrap_or_default();
        if !named.is_empty() {
            self.layers.insert(url, named);
        }
        before.into_iter().for_each(|id| self.forget(id));
    }

    fn end(&mut self, id: u32, ending: Ending) {
        let known = self.known.get_mut(&id).expect("what ends was told");
        assert!(known.ended.is_none(), "{id} ends once");
        if known.function && known.open && ending == Ending::Withdrawn {
            self.run_on.push(id);
        }
        (known.ended, known.payload, known.open) = (Some(ending), None, false);
        self.submitted.retain(|submitted| *submitted != id);
        self.forget(id);
    }

    /// Forgets one that is over, when it is shown no more.
    fn forget(&mut self, id: u32) {
        let over = self.known.get(&id).is_some_and(|known| known.ended.is_some());
        if over && !self.layers.values().any(|named| named.contains(&id)) {
            self.known.remove(&id);
        }
    }
}

impl Host {
    /// The page changes something; with a size it is durable.
    pub(crate) fn mutate(&mut self, mut new: NewMutation, size: Option<u32>) {
        if size.is_some() && new.method.is_empty() {
            // A function can't be stored.
            (new.method, new.url) = ("POST".into(), format!("{}/api/posts", crate::host::ORIGIN));
        }
        self.mutations.last += 1;
        let id = self.mutations.last;
        new.payload = size.map(|size| (self.keep(), size));
        new.key = format!("key{id}");
        let known = Known {
            durable: size.is_some(),
            free: new.lane.is_empty() && new.needs.is_empty() && !new.url.contains("temp"),
            function: new.url.is_empty(),
            payload: new.payload.map(|(body, _)| body),
            open: false,
            waits: false,
            ended: None,
        };
        self.mutations.known.insert(id, known);
        self.tell(Input::Mutate { mutation: MutationId(id), new });
    }

    /// Sends the mutation that was to be sent last, or calls its function, which ends at once.
    pub(crate) fn submit(&mut self, done: bool) {
        // It may be over once it is seen what storage holds.
        self.catch_up();
        if let Some(id) = self.mutations.run_on.pop() {
            self.tell(Input::Settled { mutation: MutationId(id), done, head: ResponseHead::default() });
        }
        let Some(id) = self.mutations.submitted.pop() else { return };
        let mutation = MutationId(id);
        if self.mutations.known[&id].function {
            return self.tell(Input::Settled { mutation, done, head: ResponseHead::default() });
        }
        self.mutations.sent.push(mutation);
        self.request("POST", &format!("{}/api/posts", crate::host::ORIGIN), Some(mutation));
    }

    /// Has every mutation end that can, and then the page give up the others.
    pub(crate) fn end_mutations(&mut self) {
        for _ in 0..ROUNDS {
            self.tell(Input::Leading(self.mutations.wants));
            if self.mutations.submitted.is_empty() && self.writes.is_empty() {
                break;
            }
            self.submit(true);
            while let Some(write) = self.writes.pop() {
                let head = ResponseHead { status: 200, ..ResponseHead::default() };
                self.tell(Input::Answered { write, head, fields: vec![] });
            }
        }
        assert_eq!(self.mutations.open(), 0, "what was sent is answered");
        for (id, known) in &self.mutations.known {
            let rests = known.durable || known.waits || !known.free;
            assert!(known.ended.is_some() || rests, "P7: no promise hangs, that of {id} does");
        }
        self.withdraw_all();
        assert_eq!(self.mutations.payloads(), 0);
    }

    /// The page gives all of them up.
    pub(crate) fn withdraw_all(&mut self) {
        self.give_all_up();
        while let Some(id) = self.mutations.run_on.pop() {
            self.tell(Input::Settled { mutation: MutationId(id), done: true, head: ResponseHead::default() });
        }
    }

    /// The same, but that functions run on.
    pub(crate) fn give_all_up(&mut self) {
        for mutation in self.mutations.pending() {
            self.tell(Input::Withdraw(mutation));
        }
        assert_eq!(self.mutations.pending(), [], "what is given up is over");
    }
}
