//! A durable mutation as it is stored: a line of ours, and behind it a payload that is the page's.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::header::parse_invalidate;
use crate::target::Member;
use crate::text::{FIELD, cut, has, number, pieces, push_escaped, push_number, shared, unescape};
use crate::time::Millis;

/// Changes when the line does.
const VERSION: &str = "1";
/// Fields before the URLs.
const TEXTS: usize = 10;
/// Digits of the number in a name, so that names sort by it.
const DIGITS: usize = 16;

/// What is to be known of a mutation to send it, to show it, and to undo it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    /// Its idempotency key.
    pub key: String,
    /// Orders the mutations of a document: about when it was made, and later than those that its document knew.
    pub time: Millis,
    /// The method in upper case; empty where it is a function of the page's.
    pub method: String,
    /// The URL of its request, or empty.
    pub url: String,
    /// Those of one lane run one after another; empty: none does.
    pub lane: String,
    /// A unique text that stands for the id of what it makes, or empty.
    pub temp: String,
    /// Those texts of earlier ones that its body names.
    pub needs: String,
    /// What it invalidates beside what its answer and the map say, as `X-Cache-Invalidate` names it.
    pub invalidates: String,
    /// The URLs of the data that it changes at once.
    pub urls: Vec<Rc<str>>,
    /// What follows in its lane goes on where it failed for good.
    pub continues: bool,
    /// Since when the server may have it.
    pub tried: Option<Millis>,
    /// It failed for good, by an answer with this status; 0 where it was too old.
    pub dead: Option<u32>,
    /// A letter for each time that it was tried again although its server had refused it: by the same key it would be
    /// refused again.
    pub turns: String,
}

impl Edit {
    /// The name of its item, made by `document`, behind the prefix of its user.
    pub fn name(&self, document: &str) -> String {
        let mut digits = String::new();
        push_number(&mut digits, self.time);
        let mut name = String::new();
        for _ in digits.len()..DIGITS {
            name.push('0');
        }
        for part in [&digits, ".", document, "|", &self.key] {
            name.push_str(part);
        }
        name
    }

    /// Its line.
    pub fn encode(&self) -> String {
        let mut line = String::from(VERSION);
        let optional = |number: Option<u64>| {
            let mut text = String::new();
            if let Some(number) = number {
                push_number(&mut text, number);
            }
            text
        };
        let tried = optional(self.tried);
        let dead = optional(self.dead.map(u64::from));
        let continues = if self.continues { "c" } else { "" };
        for text in [
            &*self.method,
            &self.url,
            &self.lane,
            &self.temp,
            &self.needs,
            &self.invalidates,
            continues,
            &tried,
            &dead,
            &self.turns,
        ] {
            line.push(FIELD);
            push_escaped(&mut line, text);
        }
        for url in &self.urls {
            line.push(FIELD);
            push_escaped(&mut line, url);
        }
        line
    }

    /// What [`name`](Self::name) and [`encode`](Self::encode) made, back again; `None` where they made no such thing.
    pub fn decode(name: &str, line: &str) -> Option<Self> {
        let (order, key) = cut(name, '|')?;
        if has(key, '|') {
            // The name of a user begins with that of another.
            return None;
        }
        let mut fields = pieces(line, FIELD);
        if fields.next() != Some(VERSION) {
            return None;
        }
        let mut texts = Vec::new();
        let mut urls = Vec::new();
        for field in fields {
            let text = unescape(field)?;
            if texts.len() < TEXTS { texts.push(text) } else { urls.push(shared(&text)) }
        }
        if texts.len() < TEXTS {
            return None;
        }
        let mut text = |at: usize| core::mem::take(&mut texts[at]);
        Some(Self {
            key: key.into(),
            time: number(cut(order, '.')?.0)?,
            method: text(0),
            url: text(1),
            lane: text(2),
            temp: text(3),
            needs: text(4),
            invalidates: text(5),
            continues: !text(6).is_empty(),
            tried: number(&text(7)),
            dead: number(&text(8)).map(|status| status as u32),
            turns: text(9),
            urls,
        })
    }

    /// What it names to be invalidated.
    pub fn named(&self) -> Vec<Member> {
        if self.invalidates.is_empty() { Vec::new() } else { parse_invalidate(&self.invalidates).members }
    }

    /// Puts the id that was made in the place of the text that stands for it, in what is sent and what is shown; says
    /// whether it was there.
    pub fn rename(&mut self, temp: &str, id: &str) -> bool {
        let mut found = replace(&mut self.url, temp, id) | replace(&mut self.needs, temp, "");
        for url in &mut self.urls {
            let mut text = String::from(&**url);
            if replace(&mut text, temp, id) {
                *url = shared(&text);
                found = true;
            }
        }
        found
    }

    /// Whether it can't be sent before it is known what `temp` stands for.
    pub fn awaits(&self, temp: &str) -> bool {
        find(&self.url, temp).is_some() || find(&self.needs, temp).is_some()
    }
}

fn replace(text: &mut String, from: &str, to: &str) -> bool {
    let Some(at) = find(text, from) else {
        return false;
    };
    let mut rest = text.split_off(at).split_off(from.len());
    replace(&mut rest, from, to);
    text.push_str(to);
    text.push_str(&rest);
    true
}

/// By bytes: the patterns of [`str`] are a good deal more code.
fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len().max(1)).position(|window| window == part.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn edit() -> impl Strategy<Value = Edit> {
        let text = any::<String>;
        let texts = (text(), text(), text(), text(), text(), text());
        let rest =
            (any::<u32>(), proptest::collection::vec(text(), 0..4), any::<bool>(), any::<Option<u32>>());
        (texts, rest, any::<Option<u32>>()).prop_map(|(texts, (time, urls, continues, tried), dead)| Edit {
            key: "k1".into(),
            time: time.into(),
            method: texts.0,
            url: texts.1,
            lane: texts.2,
            temp: texts.3,
            invalidates: texts.4,
            needs: texts.5,
            urls: urls.iter().map(|url| shared(url)).collect(),
            continues,
            tried: tried.map(u64::from),
            dead,
            turns: if continues { "r".into() } else { String::new() },
        })
    }

    proptest! {
        #[test]
        fn p6_what_is_stored_reads_back(edit in edit()) {
            prop_assert_eq!(Edit::decode(&edit.name("doc1"), &edit.encode()), Some(edit));
        }

        #[test]
        fn p6_any_text_is_read_or_refused(name in any::<String>(), line in any::<String>()) {
            if let Some(edit) = Edit::decode(&name, &line) {
                prop_assert!(edit.urls.len() <= line.len());
            }
        }
    }

    #[test]
    fn p6_names_sort_by_time() {
        let name = |time| Edit { time, key: "k".into(), ..Edit::default() }.name("doc");
        assert!(name(9) < name(10) && name(10) < name(1_700_000_000_000));
    }

    #[test]
    fn p8_the_name_of_another_user_is_not_read() {
        assert_eq!(Edit::decode("b|0000000000000001.doc|k", &Edit::default().encode()), None);
    }

    #[test]
    fn p5_a_temporary_id_is_replaced_wherever_it_stands() {
        let mut edit = Edit {
            url: "/p/tmp1/r/tmp1?a=tmp1".into(),
            urls: vec![shared("/p/tmp1"), shared("/p")],
            ..Edit::default()
        };
        assert!(edit.awaits("tmp1") && !edit.awaits("tmp2"));
        assert!(edit.rename("tmp1", "17"));
        assert_eq!((&*edit.url, &*edit.urls[0], &*edit.urls[1]), ("/p/17/r/17?a=17", "/p/17", "/p"));
        assert!(!edit.rename("tmp1", "17"));
    }
}
