//! The text of a predictor: a line of version and times, then a line for each page, size and context. Weights are
//! thousandths.

use alloc::{string::String, vec::Vec};

use super::budget::{MAX_TEMPLATES, Size, Sizes};
use super::context::{Context, Contexts, MAX_SUCCESSORS, Successor};
use super::decay::Decay;
use super::page::{MAX_TEXT, Page};
use super::{MAX_ORDER, Options, Predictor};
use crate::pattern::Route;
use crate::text::{
    FIELD, MEMBER, PAIR, cut, number, pieces, push_escaped, push_number, shared, small_number, unescape,
};
use crate::url::Url;

/// Ends a line: no line feed, behind which an item of localStorage holds a body.
const LINE: char = '\r';
/// Changes when the text does.
const VERSION: &str = "1";
/// No text of ours is longer.
const MAX_STORED: usize = 1_000_000;

impl Predictor {
    /// All that was learnt, as text for [`decode`](Self::decode).
    pub fn encode(&self) -> String {
        let gain = self.decay.gain(self.decay.time);
        let thousandths = |weight: f64| (weight / gain * 1_000.0 + 0.5) as u32;
        let mut out = String::from(VERSION);
        push_numbers(&mut out, &[self.decay.time, self.seen]);
        for page in &self.visited {
            begin(&mut out, "p", page.url.as_str());
            let template = if *page.template == *page.url.as_str() { "" } else { &page.template };
            out.push(FIELD);
            push_escaped(&mut out, template);
        }
        for size in &self.sizes.0 {
            let weight = thousandths(size.weight);
            if weight > 0 {
                begin(&mut out, "s", &size.template);
                push_numbers(&mut out, &[weight.into(), size.mean()]);
            }
        }
        for context in self.contexts.iter() {
            let mut successors = String::new();
            let mut sum: u32 = 0;
            for successor in &context.successors {
                let weight = thousandths(successor.weight);
                if weight > 0 {
                    successors.push(if successors.is_empty() { FIELD } else { MEMBER });
                    push_escaped(&mut successors, &successor.form);
                    successors.push(PAIR);
                    push_number(&mut successors, weight.into());
                    sum = sum.saturating_add(weight);
                }
            }
            // What has faded altogether is forgotten.
            if sum > 0 {
                begin(&mut out, "c", &context.name);
                push_numbers(&mut out, &[thousandths(context.total).max(sum).into()]);
                out.push_str(&successors);
            }
        }
        out
    }

    /// What [`encode`](Self::encode) made, back again; `None` where it made no such thing.
    pub fn decode(options: Options, text: &str) -> Option<Self> {
        if text.len() > MAX_STORED {
            return None;
        }
        let mut lines = pieces(text, LINE);
        let mut fields = pieces(lines.next()?, FIELD);
        if fields.next() != Some(VERSION) {
            return None;
        }
        let time = number(fields.next()?)?;
        let mut predictor = Self::new(options);
        predictor.decay = Decay::new(predictor.decay.half_life, time);
        predictor.seen = number(fields.next()?)?;
        if fields.next().is_some() {
            return None;
        }
        for line in lines {
            let mut fields = pieces(line, FIELD);
            let kind = fields.next()?;
            let name = unescape(fields.next()?)?;
            let value = fields.next()?;
            let more = fields.next();
            match (kind, more) {
                ("p", None) => predictor.visited.push(read_page(&name, value)?),
                ("s", Some(mean)) => read_size(&mut predictor.sizes, &name, value, mean)?,
                ("c", Some(successors)) => {
                    read_context(&mut predictor.contexts, &name, value, successors)?;
                }
                _ => return None,
            }
            if fields.next().is_some() {
                return None;
            }
        }
        if predictor.visited.len() > MAX_ORDER { None } else { Some(predictor) }
    }
}

fn read_page(url: &str, template: &str) -> Option<Page> {
    let template = unescape(template)?;
    let route = if template.is_empty() { None } else { Some(Route::parse(&template).ok()?) };
    Page::new(&Url::parse(url)?, route.as_ref())
}

fn read_size(sizes: &mut Sizes, template: &str, weight: &str, mean: &str) -> Option<()> {
    let weight = read_weight(weight)?;
    if sizes.0.len() >= MAX_TEMPLATES || template.len() > MAX_TEXT {
        return None;
    }
    let sum = weight * f64::from(small_number(mean)?);
    sizes.0.push(Size { template: shared(template), weight, sum });
    Some(())
}

fn read_context(contexts: &mut Contexts, name: &str, total: &str, successors: &str) -> Option<()> {
    let mut context = Context { name: shared(name), total: read_weight(total)?, successors: Vec::new() };
    let mut sum = 0.0;
    for member in pieces(successors, MEMBER) {
        let (form, weight) = cut(member, PAIR)?;
        let (form, weight) = (unescape(form)?, read_weight(weight)?);
        if context.successors.len() >= MAX_SUCCESSORS || form.len() > MAX_TEXT {
            return None;
        }
        sum += weight;
        context.successors.push(Successor { form: shared(&form), weight });
    }
    // No probability is above 1.
    context.total = context.total.max(sum);
    (name.len() <= MAX_ORDER * (MAX_TEXT + 1) && contexts.push(context)).then_some(())
}

fn read_weight(text: &str) -> Option<f64> {
    small_number(text).filter(|weight| *weight > 0).map(|weight| f64::from(weight) / 1_000.0)
}

fn begin(out: &mut String, kind: &str, name: &str) {
    out.push(LINE);
    out.push_str(kind);
    out.push(FIELD);
    push_escaped(out, name);
}

fn push_numbers(out: &mut String, numbers: &[u64]) {
    for number in numbers {
        out.push(FIELD);
        push_number(out, *number);
    }
}
