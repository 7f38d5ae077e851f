//! What a tab keeps of mutations: what it was asked to send, what is layered, how they ended.

use alloc::{collections::BTreeMap, rc::Rc, string::String, vec::Vec};

use super::tab::{Tab, url};
use crate::engine::{Effect, Ending, Input, MutationId, NewMutation, Progress, ResponseHead, WriteId};

pub(super) const NONE: [u32; 0] = [];

#[derive(Debug, Default)]
pub(super) struct Mutating {
    /// Mutations that were to be sent, with their keys.
    pub(super) submitted: Vec<(u32, Rc<str>)>,
    pub(super) layers: BTreeMap<Rc<str>, Vec<u32>>,
    pub(super) ended: Vec<(u32, Ending)>,
    pub(super) progress: BTreeMap<u32, (Progress, u32)>,
    pub(super) restored: Vec<(u32, String)>,
    pub(super) leads: bool,
    last: u32,
}

impl Mutating {
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Submit { mutation, key } => self.submitted.push((mutation.0, key)),
            Effect::Layers { url, mutations } => {
                drop(self.layers.insert(url, mutations.iter().map(|mutation| mutation.0).collect()));
            }
            Effect::Ended { mutation, ending } => self.ended.push((mutation.0, ending)),
            Effect::Status { mutation, progress, count } => {
                self.progress.insert(mutation.0, (progress, count));
            }
            Effect::Restored { mutation, text, .. } => self.restored.push((mutation.0, text)),
            Effect::Lead(wanted) => self.leads = wanted,
            effect => unreachable!("{effect:?}"),
        }
    }
}

impl Tab {
    /// The page changes something, by a `POST` to this path that is shown on these.
    pub(super) fn mutate(&mut self, path: &str, urls: &[&str], change: impl FnOnce(&mut NewMutation)) -> u32 {
        self.mutating.last += 1;
        let mut new = NewMutation {
            method: "POST".into(),
            url: url(path),
            key: alloc::format!("key{}", self.now + u64::from(self.mutating.last)),
            urls: urls.iter().map(|path| url(path)).collect(),
            ..NewMutation::default()
        };
        change(&mut new);
        let mutation = MutationId(self.mutating.last);
        self.input(Input::Mutate { mutation, new });
        mutation.0
    }

    /// The same, durable: its payload is its path.
    pub(super) fn edit(&mut self, path: &str, urls: &[&str], lane: &str) -> u32 {
        let payload = Some((self.keep(path), path.len() as u32));
        self.mutate(path, urls, |new| (new.payload, new.lane) = (payload, lane.into()))
    }

    /// It becomes the document that sends.
    pub(super) fn lead(&mut self) {
        assert!(self.mutating.leads, "it asked to");
        self.input(Input::Leading(true));
    }

    /// Sends what was to be sent last, which must be this one.
    pub(super) fn send(&mut self, mutation: u32) -> WriteId {
        let (submitted, _) = self.mutating.submitted.pop().unwrap();
        assert_eq!(submitted, mutation);
        self.next += 1;
        let write = WriteId(self.next);
        let mutation = Some(MutationId(mutation));
        let url = url("/api/posts");
        self.input(Input::Write { write, method: "POST".into(), url, fields: alloc::vec![], mutation });
        write
    }

    /// The layers of a path.
    pub(super) fn layers(&self, path: &str) -> Vec<u32> {
        self.mutating.layers.get(&*url(path)).cloned().unwrap_or_default()
    }

    pub(super) fn settle(&mut self, write: WriteId, status: u16) {
        self.answer(write, ResponseHead { status, ..ResponseHead::default() });
    }
}
