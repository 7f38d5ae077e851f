//! Why a page would be prefetched, or would not.

use alloc::{rc::Rc, vec::Vec};

use super::budget::waste;
use super::page::fill;
use super::{Connection, Predictor, TemplateOf};
use crate::time::Millis;
use crate::url::Url;

/// What a prediction comes from, and what is made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// How likely it is to be the next page.
    pub probability: f64,
    /// The order of the longest context that it followed; 0 where it followed none.
    pub order: u8,
    /// The contexts that have a say, from the longest and narrowest on.
    pub evidence: Vec<Evidence>,
    /// What the probability has to reach on this connection.
    pub threshold: f64,
    /// Its expected size in bytes.
    pub size: u64,
    /// The bytes that prefetching it is expected to waste.
    pub waste: u64,
    /// The bytes that may still be risked in this minute.
    pub allowance: u64,
    /// Whether it would be prefetched.
    pub verdict: Verdict,
}

/// What one context says.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The pages or templates, the last one at the end.
    pub context: Rc<str>,
    /// How many they are.
    pub order: u8,
    /// What part of the probability it decides; what is left is for the contexts after it.
    pub share: f64,
    /// How often the page followed, decayed.
    pub count: f64,
    /// How often anything did, decayed.
    pub total: f64,
    /// By how many different successors.
    pub successors: usize,
}

/// What is made of a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It would be prefetched.
    Prefetch,
    /// Too little was seen from here to say anything.
    Cold,
    /// It is below the threshold.
    Unlikely,
    /// The caller does not want it.
    Unwanted,
    /// It would waste more than may be risked in this minute.
    OverBudget,
}

impl Predictor {
    /// Why [`choose`](Self::choose) would take this page now, or would not.
    pub fn explain(
        &self,
        now: Millis,
        connection: Connection,
        url: &Url,
        template_of: &TemplateOf<'_>,
    ) -> Explanation {
        let gain = self.decay.gain(now);
        let mut evidence = Vec::new();
        let (mut probability, mut order) = (0.0, 0);
        self.walk(now, &mut |rung, context, share| {
            let mut count = 0.0;
            for successor in &context.successors {
                if self.is_elsewhere(url) && fill(&successor.form, rung.pages).as_ref() == Some(url) {
                    count += successor.weight;
                }
            }
            probability += share * (count / context.total);
            if count > 0.0 {
                order = rung.order().max(order);
            }
            evidence.push(Evidence {
                context: rung.name.clone(),
                order: rung.order(),
                share,
                count: count / gain,
                total: context.total / gain,
                successors: context.successors.len(),
            });
        });
        let threshold = self.options.threshold(connection);
        let template = template_of(url);
        let size = self.sizes.expected(template.unwrap_or_default());
        let waste = waste(probability, size);
        let allowance = self.options.wasted_per_minute.saturating_sub(self.account.risked(now));
        let verdict = if evidence.is_empty() {
            Verdict::Cold
        } else if probability < threshold {
            Verdict::Unlikely
        } else if template.is_none() {
            Verdict::Unwanted
        } else if waste > allowance {
            Verdict::OverBudget
        } else {
            Verdict::Prefetch
        };
        Explanation { probability, order, evidence, threshold, size, waste, allowance, verdict }
    }
}
