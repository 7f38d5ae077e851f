//! What a page holds of mutations, as the package's JavaScript does: operations, promises, what is layered.

use std::collections::{BTreeMap, BTreeSet};

use everfresh_core::engine::{BodyId, Effect, Ending, MutationId, Progress, RESTORED, ReadId};

use super::{Deed, Kept, ORIGIN, Tab};
use crate::server::PATHS;
use crate::values::EditId;

/// A mutation that a page holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) edit: EditId,
    pub(crate) ended: Option<Ending>,
    pub(crate) progress: Progress,
    /// Another user came, or went, since it was made.
    pub(crate) left: bool,
}

impl Held {
    pub(crate) fn is_pending(&self) -> bool {
        self.ended.is_none()
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.is_pending() && self.progress == Progress::Dead
    }
}

#[derive(Debug, Default)]
pub(crate) struct Mutating {
    pub(crate) held: BTreeMap<MutationId, Held>,
    /// By resource.
    pub(crate) layers: BTreeMap<usize, Vec<MutationId>>,
    /// To be sent when the turn is over, or a little later.
    pub(crate) submitted: Vec<(MutationId, EditId, String)>,
    /// It asks for the lock of the document that sends.
    pub(crate) asks: bool,
    /// It was told that there is no network.
    pub(crate) offline: bool,
    /// It knows that these may be at the server.
    pub(crate) tried: BTreeSet<EditId>,
    /// What was done and who watches has seen.
    pub(crate) kept: BTreeMap<ReadId, BTreeSet<EditId>>,
    /// What was found in storage, with its payload.
    restored: BTreeSet<MutationId>,
    /// Those that ended when another user was there.
    pub(crate) left: BTreeSet<EditId>,
    last: u32,
}

impl Mutating {
    /// One that is not over. What is told of those whose payload was not read yet is passed over.
    fn pending(&mut self, id: MutationId, deeds: &mut Vec<Deed>) -> Option<&mut Held> {
        let held = self.held.get_mut(&id).filter(|held| held.is_pending());
        if held.is_none() && (id.0 < RESTORED || self.restored.contains(&id)) {
            deeds.push(Deed::Broken(format!("P6: {id:?} is over, and told of again")));
        }
        held
    }
}

impl Tab {
    pub(crate) fn next_mutation(&mut self, edit: EditId) -> MutationId {
        self.mutating.last += 1;
        let id = MutationId(self.mutating.last);
        let held = Held { edit, ended: None, progress: Progress::Queued, left: false };
        self.mutating.held.insert(id, held);
        id
    }

    /// A durable mutation's payload: which one it is.
    pub(crate) fn keep_payload(&mut self, edit: EditId) -> (BodyId, u32) {
        let id = self.next_id();
        self.bodies.insert(id, Kept::Payload(edit));
        (BodyId(id), 10)
    }

    pub(super) fn perform_mutating(&mut self, effect: Effect, deeds: &mut Vec<Deed>) {
        match effect {
            Effect::Submit { mutation, key } => {
                let edit = self.mutating.held[&mutation].edit;
                self.mutating.submitted.push((mutation, edit, key.to_string()));
                deeds.push(Deed::Submitted(edit));
            }
            Effect::Layers { url, mutations } => {
                let resource = PATHS.iter().position(|path| *url == [ORIGIN, path].concat());
                self.mutating.layers.insert(resource.expect("it is one of them"), mutations);
            }
            Effect::Ended { mutation, ending } => {
                let Some(held) = self.mutating.pending(mutation, deeds) else { return };
                held.ended = Some(ending);
                let (edit, left) = (held.edit, held.left);
                deeds.push(Deed::Ended(edit, ending));
                if left {
                    self.mutating.left.insert(edit);
                }
            }
            Effect::Status { mutation, progress, .. } => {
                let Some(held) = self.mutating.pending(mutation, deeds) else { return };
                held.progress = progress;
                deeds.push(Deed::Progress(held.edit, progress));
            }
            Effect::Restored { mutation, payload, .. } => {
                let Kept::Payload(edit) = self.bodies[&payload.0] else { panic!("it is a payload") };
                let held = Held { edit, ended: None, progress: Progress::Queued, left: false };
                self.mutating.held.insert(mutation, held);
                self.mutating.restored.insert(mutation);
            }
            Effect::Lead(asks) => {
                self.mutating.asks = asks;
                if !asks {
                    deeds.push(Deed::GivesUp);
                }
            }
            effect => unreachable!("{effect:?}"),
        }
    }

    /// Forgets what has ended and is layered nowhere.
    pub(super) fn forget_ended(&mut self) {
        let Mutating { held, layers, .. } = &mut self.mutating;
        let layered = |id: &MutationId| layers.values().any(|layers| layers.contains(id));
        held.retain(|id, held| held.is_pending() || layered(id));
    }

    /// The mutations that are layered over a resource; `None` where it names one that the page holds no more.
    pub(crate) fn layers(&self, resource: usize) -> Option<Vec<Held>> {
        let layers = self.mutating.layers.get(&resource);
        layers.into_iter().flatten().map(|id| self.mutating.held.get(id).copied()).collect()
    }

    /// Bodies of payloads.
    pub(crate) fn payloads(&self) -> usize {
        self.bodies.values().filter(|kept| matches!(kept, Kept::Payload(_))).count()
    }
}
