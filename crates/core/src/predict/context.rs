//! What followed each context, in bounded room.

use alloc::{rc::Rc, vec::Vec};

use crate::text::shared;

/// The most contexts.
pub const MAX_CONTEXTS: usize = 1_000;
/// The most successors of a context.
pub const MAX_SUCCESSORS: usize = 16;
/// The most bytes of all names of contexts and successors.
pub const MAX_BYTES: usize = 200_000;

/// What followed a context, and how often. Weights are in the unit of [`super::decay::Decay`].
#[derive(Debug)]
pub(super) struct Context {
    pub(super) name: Rc<str>,
    /// Of all that followed, those included that are not kept.
    pub(super) total: f64,
    pub(super) successors: Vec<Successor>,
}

/// One of what followed.
#[derive(Debug)]
pub(super) struct Successor {
    /// See [`super::page::bind`].
    pub(super) form: Rc<str>,
    pub(super) weight: f64,
}

impl Context {
    /// How much it is to be believed, and not those below it: Witten and Bell's estimate, which is method C of PPM. What
    /// was seen `n` times, with `d` different successors, has seen something new `d` times in `n + d`. (Witten and
    /// Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37(4), 1991; interpolated as in Chen
    /// and Goodman, "An empirical study of smoothing techniques for language modeling", Computer Speech and Language
    /// 13(4), 1999.)
    pub(super) fn confidence(&self, gain: f64) -> f64 {
        let count = self.total / gain;
        count / (count + self.successors.len() as f64)
    }

    fn bytes(&self) -> usize {
        self.name.len() + self.successors.iter().map(|successor| successor.form.len()).sum::<usize>()
    }

    fn learn(&mut self, form: &str, weight: f64) {
        self.total += weight;
        if let Some(known) = self.successors.iter_mut().find(|successor| *successor.form == *form) {
            known.weight += weight;
            return;
        }
        if self.successors.len() >= MAX_SUCCESSORS {
            let mut weights = self.successors.iter().map(|successor| successor.weight);
            if let Some(least) = lightest(&mut weights) {
                self.successors.swap_remove(least);
            }
        }
        self.successors.push(Successor { form: shared(form), weight });
    }
}

/// All contexts, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    list: Vec<Context>,
    bytes: usize,
}

impl Contexts {
    pub(super) fn get(&self, name: &str) -> Option<&Context> {
        self.list.get(self.place(name).ok()?)
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, Context> {
        self.list.iter()
    }

    /// Adds one that comes after all others; `false` where it does not, or where there is no room.
    pub(super) fn push(&mut self, context: Context) -> bool {
        self.bytes += context.bytes();
        let sorted = self.list.last().is_none_or(|last| last.name < context.name);
        self.list.push(context);
        sorted && !self.is_over()
    }

    /// `form` followed this context. Whatever is too much then goes, the least useful first.
    pub(super) fn learn(&mut self, name: &Rc<str>, form: &str, weight: f64) {
        let at = self.place(name).unwrap_or_else(|at| {
            self.bytes += name.len();
            self.list.insert(at, Context { name: name.clone(), total: 0.0, successors: Vec::new() });
            at
        });
        let context = &mut self.list[at];
        self.bytes -= context.bytes();
        context.learn(form, weight);
        self.bytes += context.bytes();
        while self.is_over() {
            // What was learnt just now is of the most use, whatever it weighs.
            let weight =
                |context: &Context| if context.name == *name { f64::INFINITY } else { context.total };
            let Some(least) = lightest(&mut self.list.iter().map(weight)) else { return };
            self.bytes -= self.list.remove(least).bytes();
        }
    }

    /// Multiplies all weights.
    pub(super) fn scale(&mut self, factor: f64) {
        for context in &mut self.list {
            context.total *= factor;
            for successor in &mut context.successors {
                successor.weight *= factor;
            }
        }
    }

    /// How many there are, and the bytes of their names.
    pub(super) fn census(&self) -> [usize; 2] {
        [self.list.len(), self.bytes]
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.list.binary_search_by(|context| (*context.name).cmp(name))
    }

    fn is_over(&self) -> bool {
        self.list.len() > MAX_CONTEXTS || self.bytes > MAX_BYTES
    }
}

/// The place of the least, the first one of equals.
pub(super) fn lightest(weights: &mut dyn Iterator<Item = f64>) -> Option<usize> {
    let mut least: Option<(usize, f64)> = None;
    for (at, weight) in weights.enumerate() {
        if least.is_none_or(|(_, known)| weight < known) {
            least = Some((at, weight));
        }
    }
    least.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn names(contexts: &Contexts) -> Vec<&str> {
        contexts.iter().map(|context| &*context.name).collect()
    }

    #[test]
    fn p10_the_least_useful_context_goes_first() {
        let mut contexts = Contexts::default();
        for at in 0..MAX_CONTEXTS {
            contexts.learn(&shared(&format!("{at:04}")), "/x", if at == 7 { 1.0 } else { 2.0 });
        }
        contexts.learn(&shared("new"), "/x", 0.5);
        assert!(contexts.get("0007").is_none(), "it weighed least of those before");
        assert!(contexts.get("new").is_some(), "what is new is kept");
        assert_eq!(contexts.census()[0], MAX_CONTEXTS);
        contexts.learn(&shared("newer"), "/x", 0.6);
        assert!(contexts.get("new").is_none());
        assert!(names(&contexts).is_sorted());
    }

    #[test]
    fn p10_the_least_useful_successor_goes_first_and_still_counts() {
        let mut contexts = Contexts::default();
        let name = shared("a");
        for at in 0..MAX_SUCCESSORS {
            contexts.learn(&name, &format!("/{at}"), if at == 3 { 1.0 } else { 2.0 });
        }
        contexts.learn(&name, "/new", 1.0);
        let context = contexts.get("a").expect("it was learnt");
        assert_eq!(context.successors.len(), MAX_SUCCESSORS);
        assert!(context.successors.iter().all(|successor| &*successor.form != "/3"));
        assert_eq!(context.total, 1.0 + 2.0 * (MAX_SUCCESSORS - 1) as f64 + 1.0);
    }

    #[test]
    fn p10_long_names_make_fewer_contexts() {
        let mut contexts = Contexts::default();
        let form = format!("/{}", "x".repeat(499));
        for at in 0..MAX_CONTEXTS {
            contexts.learn(&shared(&format!("{at:0500}")), &form, 1.0);
            let bytes: usize = contexts.iter().map(Context::bytes).sum();
            assert_eq!(contexts.census()[1], bytes);
            assert!(bytes <= MAX_BYTES);
        }
        assert_eq!(contexts.census()[0], MAX_BYTES / 1_000);
    }
}
