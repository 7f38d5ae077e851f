//! What the predictor is measured against: a first-order Markov chain over URLs, without any bound.

use std::collections::BTreeMap;

use everfresh_core::url::Url;

/// What followed each page.
pub(crate) struct FirstOrder {
    /// A count halves in this time; `None`: never.
    half_life: Option<f64>,
    last: Option<Url>,
    followed: BTreeMap<String, BTreeMap<String, (f64, u64)>>,
}

impl FirstOrder {
    pub(crate) fn new(half_life: Option<f64>) -> Self {
        Self { half_life, last: None, followed: BTreeMap::new() }
    }

    /// A session ends.
    pub(crate) fn end(&mut self) {
        self.last = None;
    }

    pub(crate) fn navigate(&mut self, now: u64, url: &Url) {
        if let Some(last) = self.last.replace(url.clone())
            && last != *url
        {
            let half_life = self.half_life;
            let successors = self.followed.entry(last.as_str().into()).or_default();
            let count = successors.entry(url.as_str().into()).or_insert((0.0, now));
            *count = (decayed(half_life, *count, now) + 1.0, now);
        }
    }

    /// What follows the last page with at least this probability, where that was seen more than once.
    pub(crate) fn choose(&self, now: u64, threshold: f64) -> Vec<Url> {
        let followed = self.last.as_ref().and_then(|last| self.followed.get(last.as_str()));
        let Some(successors) = followed else { return Vec::new() };
        let count = |count: &(f64, u64)| decayed(self.half_life, *count, now);
        let total: f64 = successors.values().map(count).sum();
        let likely = successors.iter().filter(|(_, known)| total >= 1.5 && count(known) / total >= threshold);
        likely.map(|(url, _)| Url::parse(url).unwrap()).collect()
    }
}

fn decayed(half_life: Option<f64>, (count, time): (f64, u64), now: u64) -> f64 {
    half_life.map_or(count, |half_life| count * (-((now - time) as f64) / half_life).exp2())
}
