//! Which page comes next: a variable-order Markov model that learns as pages are visited.
//!
//! - *Contexts* are the last two pages, and the last one: order 2 with back-off to order 1. Each has two grains, the pages
//!   themselves and their templates, so `/stories/1` and `/stories/2` share what is learnt and keep what is their own. The
//!   longest and narrowest context decides as far as it is to be believed, and leaves the rest to the next one
//!   (interpolated Witten-Bell estimates, which in PPM are called method C; sources at `Context::confidence`).
//!   Variable-order models of this kind for pages: Palpanas and Mendelzon, "Web prefetching using partial match
//!   prediction", Web Caching Workshop 1999.
//! - *Successors* are named as they look from the context: `/stories/{id}/chapters` after any `/stories/:id`, so that
//!   what follows a story is predicted for one that was never seen.
//! - What was seen fades by its half-life, and what has the least decayed weight makes room.
//! - Nothing is predicted from a context that was not seen often enough, so a new predictor does nothing.
//!
//! ```
//! use everfresh_core::{pattern::Route, predict::*, url::Url};
//! let (start, story) = (Route::parse("/").unwrap(), Route::parse("/stories/:id").unwrap());
//! let url = |path: &str| Url::parse("https://a.test").unwrap().join(path).unwrap();
//! let mut predictor = Predictor::new(Options::default());
//! for (now, id) in [(1, "1"), (2, "2"), (3, "3")] {
//!     predictor.navigate(now, &url("/"), Some(&start));
//!     predictor.navigate(now, &url(&format!("/stories/{id}")), Some(&story));
//!     predictor.navigate(now, &url(&format!("/stories/{id}/chapters")), None);
//! }
//! predictor.navigate(4, &url("/stories/4"), Some(&story));
//! assert_eq!(predictor.predict(4, 1)[0].url, url("/stories/4/chapters"));
//! ```

mod budget;
mod context;
mod decay;
mod explain;
mod options;
mod page;
mod stored;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

pub use budget::MAX_TEMPLATES;
pub use context::{MAX_BYTES, MAX_CONTEXTS, MAX_SUCCESSORS};
pub use explain::{Evidence, Explanation, Verdict};
pub use options::{Connection, Options};

use budget::{Account, Sizes, waste};
use context::{Context, Contexts};
use decay::Decay;
use page::{MAX_TEXT, Page, Rung, bind, fill, ladder};

use crate::pattern::Route;
use crate::time::Millis;
use crate::url::Url;

/// The most pages that a context has.
const MAX_ORDER: usize = 2;
/// After such a pause a visit begins anew: no page comes from the one before. (The usual bound of web analytics, after
/// Catledge and Pitkow, "Characterizing browsing strategies in the World-Wide Web", 1995.)
const PAUSE: Millis = 30 * 60 * 1_000;

/// What the caller knows of a page that may be prefetched: the template under which its size is learnt, empty where it
/// has none; `None` where it is not to be prefetched (by its rule, or because it is there already).
pub type TemplateOf<'a> = dyn Fn(&Url) -> Option<&'a str> + 'a;

/// A page that may come next.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The page.
    pub url: Url,
    /// How likely it is, from 0 to 1.
    pub probability: f64,
    /// The order of the longest context that it followed: 2 or 1.
    pub order: u8,
}

/// The model of one user's ways through a site. See the [module](self).
#[derive(Debug)]
pub struct Predictor {
    options: Options,
    decay: Decay,
    contexts: Contexts,
    /// The last one first.
    visited: Vec<Page>,
    /// When the last one was visited.
    seen: Millis,
    sizes: Sizes,
    account: Account,
}

impl Predictor {
    /// One that has seen nothing.
    pub fn new(options: Options) -> Self {
        Self {
            decay: Decay::new(options.half_life, 0),
            options,
            contexts: Contexts::default(),
            visited: Vec::new(),
            seen: 0,
            sizes: Sizes::default(),
            account: Account::default(),
        }
    }

    /// The page was visited. `route` is that of the rule for it, if there is one. The same page again is a reload, from
    /// which nothing is learnt; nor is it from what is too long.
    pub fn navigate(&mut self, now: Millis, url: &Url, route: Option<&Route>) {
        let paused = now.saturating_sub(self.seen) > PAUSE;
        self.seen = now;
        if paused {
            self.visited.clear();
        }
        let Some(page) = Page::new(url, route) else {
            self.visited.clear();
            return;
        };
        if self.is_elsewhere(url) {
            let weight = self.advance(now);
            for rung in ladder(&self.visited) {
                let form = bind(url, rung.pages);
                if form.len() <= MAX_TEXT {
                    self.contexts.learn(&rung.name, &form, weight);
                }
            }
            self.visited.insert(0, page);
            self.visited.truncate(MAX_ORDER);
        }
    }

    /// An answer of this template had so many bytes; see [`TemplateOf`].
    pub fn saw_size(&mut self, now: Millis, template: &str, bytes: u32) {
        let weight = self.advance(now);
        let template = if template.len() > MAX_TEXT { "" } else { template };
        self.sizes.saw(template, bytes.into(), weight);
    }

    /// The `most` likely next pages, the likeliest first.
    pub fn predict(&self, now: Millis, most: usize) -> Vec<Prediction> {
        let mut found: Vec<Prediction> = Vec::new();
        self.walk(now, &mut |rung, context, share| {
            for successor in &context.successors {
                let Some(url) = fill(&successor.form, rung.pages).filter(|url| self.is_elsewhere(url)) else {
                    continue;
                };
                let probability = share * (successor.weight / context.total);
                match found.iter_mut().find(|known| known.url == url) {
                    Some(known) => known.probability += probability,
                    None => found.push(Prediction { url, probability, order: rung.order() }),
                }
            }
        });
        let mut likeliest = Vec::new();
        while likeliest.len() < most
            && let Some(at) = first(&found)
        {
            likeliest.push(found.swap_remove(at));
        }
        likeliest
    }

    /// What to prefetch now, the likeliest first: what is likely enough for the connection, as long as the bytes that
    /// are expected to be wasted stay within what a minute may waste. What is chosen is taken to be prefetched.
    pub fn choose(
        &mut self,
        now: Millis,
        connection: Connection,
        template_of: &TemplateOf<'_>,
    ) -> Vec<Prediction> {
        let threshold = self.options.threshold(connection);
        let mut chosen = Vec::new();
        for prediction in self.predict(now, usize::MAX) {
            if prediction.probability >= threshold
                && let Some(template) = template_of(&prediction.url)
            {
                let waste = waste(prediction.probability, self.sizes.expected(template));
                if self.account.risk(now, waste, self.options.wasted_per_minute) {
                    chosen.push(prediction);
                }
            }
        }
        chosen
    }

    /// How many contexts, bytes of their names, sizes and risks there are.
    pub fn census(&self) -> [usize; 4] {
        let [contexts, bytes] = self.contexts.census();
        [contexts, bytes, self.sizes.0.len(), self.account.census()]
    }

    /// The contexts that have a say, from the longest and narrowest on, and how much of the probability each decides.
    fn walk(&self, now: Millis, visit: &mut dyn FnMut(&Rung<'_>, &Context, f64)) {
        let gain = self.decay.gain(now);
        let mut left = 1.0;
        for rung in ladder(&self.visited) {
            if let Some(context) = self.contexts.get(&rung.name)
                && context.total > 0.0
                && context.total >= self.options.min_evidence * gain
            {
                let share = left * context.confidence(gain);
                visit(&rung, context, share);
                left -= share;
            }
        }
    }

    fn advance(&mut self, now: Millis) -> f64 {
        let (weight, factor) = self.decay.advance(now);
        if let Some(factor) = factor {
            self.contexts.scale(factor);
            self.sizes.scale(factor);
        }
        weight
    }

    /// Whether it is not the page that is shown.
    fn is_elsewhere(&self, url: &Url) -> bool {
        self.visited.first().is_none_or(|page| page.url != *url)
    }
}

impl Rung<'_> {
    fn order(&self) -> u8 {
        self.pages.len() as u8
    }
}

/// The likeliest; of equals, the one whose URL comes first.
fn first(found: &[Prediction]) -> Option<usize> {
    let mut first: Option<(usize, &Prediction)> = None;
    for (at, new) in found.iter().enumerate() {
        let comes_first = |known: &Prediction| {
            new.probability > known.probability
                || new.probability == known.probability && new.url.as_str() < known.url.as_str()
        };
        if first.is_none_or(|(_, known)| comes_first(known)) {
            first = Some((at, new));
        }
    }
    first.map(|(at, _)| at)
}
