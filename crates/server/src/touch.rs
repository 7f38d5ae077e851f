//! What one write touches: the entity map, and the resolver before and after.

use std::collections::BTreeMap;

use bytes::Bytes;
use everfresh_core::engine::Fields;
use everfresh_core::policy::{Policy, Touched, WriteFacts};
use everfresh_core::url::Url;
use serde_json::Value;

use crate::resolver::Resolver;

/// How many entities the resolver is asked about for one write. The parents of others are widened to their kinds.
const MAX_ASKED: usize = 64;

/// The states of entities, by kind and id. No state: it is not known.
type Known = BTreeMap<(String, String), Vec<Fields>>;

/// A write that is under way.
#[derive(Debug)]
pub(crate) struct Write<'a, R> {
    policy: &'a Policy,
    resolver: &'a R,
    method: String,
    url: Url,
    before: Known,
}

impl<'a, R: Resolver> Write<'a, R> {
    /// Asks what the write would touch as things are now.
    pub(crate) async fn begin(policy: &'a Policy, resolver: &'a R, method: String, url: Url) -> Write<'a, R> {
        let mut write = Self { policy, resolver, method, url, before: Known::new() };
        let mut before = Known::new();
        write.ask(&[], &mut before).await;
        write.before = before;
        write
    }

    /// The fields that only the answer can tell: those of something that the write makes.
    pub(crate) fn fields_of_answer(&self) -> Vec<String> {
        // Anything that was there before was asked about.
        if self.method == "POST" && self.before.is_empty() {
            let fields = self.policy.parent_fields(&self.method, &self.url);
            return fields.lines().map(String::from).collect();
        }
        Vec::new()
    }

    /// What the write has touched, after it was done. `None` where its URL is no place of an entity.
    pub(crate) async fn end(self, answer: &[(String, String)]) -> Option<Vec<String>> {
        let mut known = Known::new();
        for ((kind, id), mut states) in self.before.clone() {
            match self.resolver.parents(&kind, &id).await {
                // Without the state before, a move can't be seen; nor without the one after.
                Some(after) if !states.is_empty() => states.push(after),
                None if self.method == "DELETE" => {}
                _ => states.clear(),
            }
            known.insert((kind, id), states);
        }
        Some(self.ask(answer, &mut known).await?.tags)
    }

    /// Follows the entity map upwards, asking for what is not known yet.
    async fn ask(&self, answer: &[(String, String)], known: &mut Known) -> Option<Touched> {
        loop {
            let touched = self.touched(answer, known)?;
            let room = MAX_ASKED.saturating_sub(known.len());
            let new = touched.unknown.iter().filter(|entity| !known.contains_key(*entity));
            let new: Vec<(String, String)> = new.take(room).cloned().collect();
            if new.is_empty() {
                return Some(touched);
            }
            for (kind, id) in new {
                let found = self.resolver.parents(&kind, &id).await;
                known.insert((kind, id), found.into_iter().collect());
            }
        }
    }

    fn touched(&self, answer: &[(String, String)], known: &Known) -> Option<Touched> {
        let facts =
            WriteFacts { method: &self.method, url: &self.url, request: &[], answer, authoritative: true };
        self.policy.touched(&facts, &mut |kind, id| {
            known.get(&(kind.to_owned(), id.to_owned())).cloned().unwrap_or_default()
        })
    }
}

/// These fields of a JSON object, as far as they are there and are texts or numbers.
pub(crate) fn pick(json: &Bytes, fields: &[String]) -> Fields {
    let Ok(Value::Object(object)) = serde_json::from_slice(json) else { return Fields::new() };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        // There is no such parent.
        Value::Null => Some(String::new()),
        _ => None,
    };
    let found = fields.iter().filter_map(|name| Some((name.clone(), text(object.get(name)?)?)));
    found.collect()
}
