//! Predict: where somebody goes next is learnt from where they went, and what is likely enough is prefetched.

use alloc::{boxed::Box, rc::Rc, string::String, vec::Vec};

use super::{Effect, Engine, Load, Storage, StoredItem};
use crate::key;
use crate::policy::Policy;
use crate::predict::{Explanation, Prediction, Predictor};
use crate::time::Millis;
use crate::url::Url;

/// What is remembered of a user's ways.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Not there before the first page was visited.
    predictor: Option<Box<Predictor>>,
    /// The page that was visited first, while it is looked what was learnt before.
    first: Option<Url>,
    /// More was learnt than is stored.
    unstored: bool,
}

impl Engine {
    /// A page was visited.
    pub(super) fn navigate(&mut self, now: Millis, url: &str) {
        let Some(url) = Url::parse(url) else { return };
        if self.ways.predictor.is_some() {
            return self.arrive(now, &url);
        }
        match self.ways_item() {
            Some(item) => {
                self.ways.first = Some(url);
                self.loads.push((Rc::clone(&item), Load::Ways));
                self.push(Effect::Load { item });
            }
            None => {
                self.ways.predictor = Some(Box::new(Predictor::new(self.options.prefetch.predict.clone())));
                self.arrive(now, &url);
            }
        }
    }

    /// What was learnt before, if anything was.
    pub(super) fn take_ways(&mut self, now: Millis, found: Option<&StoredItem>) {
        let options = self.options.prefetch.predict.clone();
        let known = found.and_then(|found| Predictor::decode(options.clone(), &found.header));
        if let Some(found) = found {
            self.drop_body(found.body);
        }
        self.ways.predictor = Some(Box::new(known.unwrap_or_else(|| Predictor::new(options))));
        if let Some(url) = self.ways.first.take() {
            self.arrive(now, &url);
        }
    }

    fn arrive(&mut self, now: Millis, url: &Url) {
        let Some(mut predictor) = self.ways.predictor.take() else { return };
        predictor.navigate(now, url, self.policy.rule_for("GET", url).map(|rule| &rule.route));
        let mut pages = String::new();
        for prediction in predictor.choose(now, self.prefetches.connection, &|url| self.wanted(now, url)) {
            if !pages.is_empty() {
                pages.push('\n');
            }
            pages.push_str(prediction.url.as_str());
        }
        self.ways.predictor = Some(predictor);
        if !self.ways.unstored && self.unwritten.is_empty() && self.unscanned.is_empty() {
            self.push(Effect::FlushWhenIdle);
        }
        self.ways.unstored = true;
        if !pages.is_empty() {
            self.push(Effect::Predicted(pages));
        }
    }

    /// The template of a page that may be prefetched, and is not there.
    fn wanted(&self, now: Millis, url: &Url) -> Option<&str> {
        let entry = self.store.find(url.as_str()).and_then(|id| self.store.get(id));
        if self.forbids(url).is_some() || entry.is_some_and(|entry| entry.is_fresh(now)) {
            return None;
        }
        Some(template(&self.policy, url))
    }

    /// An answer that was prefetched had so many bytes.
    pub(super) fn learn_size(&mut self, now: Millis, url: &str, bytes: u32) {
        if let (Some(predictor), Some(url)) = (&mut self.ways.predictor, Url::parse(url)) {
            predictor.saw_size(now, template(&self.policy, &url), bytes);
        }
    }

    /// Writes what was learnt. Where it is refused, it was learnt for this page alone.
    pub(super) fn store_ways(&mut self) {
        if !core::mem::take(&mut self.ways.unstored) || !self.takes_items() {
            return;
        }
        if let (Some(item), Some(predictor)) = (self.ways_item(), &self.ways.predictor) {
            let text = predictor.encode();
            self.push(Effect::Put { item, text });
        }
    }

    /// Whose ways they are is somebody else.
    pub(super) fn forget_ways(&mut self) {
        self.ways = Ways::default();
    }

    /// Where a user's ways are stored; those of nobody are not (P8).
    fn ways_item(&self) -> Option<Rc<str>> {
        let stored =
            matches!(self.storage, Storage::Open { .. }) && self.options.persist && self.is_signed_in();
        stored.then(|| key::ways(&self.scope.id))
    }

    /// What can grow.
    #[cfg(feature = "sabotage")]
    pub(super) fn census_of_ways(&self) -> [usize; 4] {
        self.ways.predictor.as_ref().map(|predictor| predictor.census()).unwrap_or_default()
    }

    /// The most likely next pages.
    pub fn predict(&self, now: Millis, most: usize) -> Vec<Prediction> {
        self.ways.predictor.as_ref().map(|predictor| predictor.predict(now, most)).unwrap_or_default()
    }

    /// Why a page would be prefetched now, or would not; `None` for what is no URL, and before a page was visited.
    pub fn explain(&self, now: Millis, url: &str) -> Option<Explanation> {
        let url = Url::parse(url)?;
        let wanted = |url: &Url| self.wanted(now, url);
        Some(self.ways.predictor.as_ref()?.explain(now, self.prefetches.connection, &url, &wanted))
    }
}

/// What stands for a page where sizes are learnt: the pattern of its rule, or nothing.
fn template<'a>(policy: &'a Policy, url: &Url) -> &'a str {
    policy.rule_for("GET", url).map_or("", |rule| rule.route.as_str())
}
