//! What one write touches: the entity map, and what the application says of parents before and after.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::Asked;
use crate::engine::Fields;
use crate::policy::{Policy, Touched, WriteFacts};

/// How many entities the application is asked about for one write. The parents of others are widened to their kinds.
const MAX_ASKED: usize = 64;

/// The states of entities, by kind and id. No state: it is not known.
type Known = BTreeMap<(String, String), Vec<Fields>>;

/// A write that is under way.
///
/// Where the application can look parents up ([`Write::looked_up`]), give it all that it [`asks`](Write::asks) about
/// until that is nothing, let the handler work, say [`done`](Write::done), and do that again. Else
/// ([`Write::told`]) the bodies tell what they can.
#[derive(Debug)]
pub struct Write {
    asked: Asked,
    source: Source,
    before: Known,
    known: Known,
    answer: Fields,
}

/// Where parents are known from.
#[derive(Debug)]
enum Source {
    Application,
    /// The fields that the request's body names, without their values.
    Bodies(Fields),
}

impl Write {
    /// A write whose parents the application looks up.
    pub fn looked_up(asked: Asked) -> Self {
        Self::new(asked, Source::Application)
    }

    /// A write of whose parents the bodies tell: these are the [parent fields](Asked::parent_fields) that are in the
    /// request's, or may be.
    pub fn told(asked: Asked, named: Vec<String>) -> Self {
        let named = named.into_iter().map(|field| (field, String::new()));
        Self::new(asked, Source::Bodies(named.collect()))
    }

    fn new(asked: Asked, source: Source) -> Self {
        Self { asked, source, before: Known::new(), known: Known::new(), answer: Fields::new() }
    }

    /// Kinds and ids of the entities to look up now; nothing: go on.
    pub fn asks(&self, policy: &Policy) -> Vec<(String, String)> {
        if !matches!(self.source, Source::Application) {
            return Vec::new();
        }
        // What it was before does not say what it is now.
        let again = self.before.keys().filter(|entity| !self.known.contains_key(*entity));
        let again: Vec<(String, String)> = again.cloned().collect();
        if !again.is_empty() {
            return again;
        }
        let unknown = self.walk(policy).map(|touched| touched.unknown).unwrap_or_default();
        let room = MAX_ASKED.saturating_sub(self.known.len());
        let new = unknown.into_iter().filter(|entity| !self.known.contains_key(entity));
        new.take(room).collect()
    }

    /// What was found of an entity: its parent fields; `None` where it is not there, or could not be looked up.
    pub fn tell(&mut self, kind: String, id: String, found: Option<Fields>) {
        let entity = (kind, id);
        let states = match (self.before.get(&entity), found) {
            (None, found) => found.into_iter().collect(),
            // Without the state before, a move can't be seen; nor without the one after.
            (Some(before), Some(after)) if !before.is_empty() => {
                let mut states = before.clone();
                states.push(after);
                states
            }
            (Some(before), None) if self.asked.method == "DELETE" => before.clone(),
            _ => Vec::new(),
        };
        self.known.insert(entity, states);
    }

    /// The fields to look for in the answer's body; before it is [`done`](Write::done).
    pub fn fields_of_answer(&self, policy: &Policy) -> Vec<String> {
        let useful = match self.source {
            // Only of something that the write makes: anything that was there before was asked about.
            Source::Application => self.asked.method == "POST" && self.known.is_empty(),
            Source::Bodies(_) => true,
        };
        if useful { self.asked.parent_fields(policy) } else { Vec::new() }
    }

    /// The handler has done it; these fields were found in its answer.
    pub fn done(&mut self, answer: Fields) {
        self.answer = answer;
        self.before = core::mem::take(&mut self.known);
    }

    /// The tags of what it has touched; none where it is about nothing in the map.
    pub fn touched(&self, policy: &Policy) -> Vec<String> {
        self.walk(policy).map(|touched| touched.tags).unwrap_or_default()
    }

    /// The tags of what it may have touched or may still touch, where nobody knows how it ended.
    pub fn may_touch(&self, policy: &Policy) -> Vec<String> {
        let facts = self.facts(&[], &[]);
        let touched = self.asked.touched(policy, &facts, &mut |_, _| Vec::new());
        touched.map(|touched| touched.tags).unwrap_or_default()
    }

    /// What the request is.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    fn walk(&self, policy: &Policy) -> Option<Touched> {
        let request: &[(String, String)] = match &self.source {
            Source::Application => &[],
            Source::Bodies(named) => named,
        };
        self.asked.touched(policy, &self.facts(request, &self.answer), &mut |kind, id| {
            self.known.get(&(kind.into(), id.into())).cloned().unwrap_or_default()
        })
    }

    fn facts<'a>(
        &'a self,
        request: &'a [(String, String)],
        answer: &'a [(String, String)],
    ) -> WriteFacts<'a> {
        let authoritative = matches!(self.source, Source::Application);
        WriteFacts { method: &self.asked.method, url: &self.asked.url, request, answer, authoritative }
    }
}
