//! What is read from outside takes time and room in proportion to its length.

use std::fs;
use std::path::Path;

use everfresh_core::engine::{BodyId, ResponseHead, StoredItem};
use everfresh_core::freshness::{CacheControl, lifetime};
use everfresh_core::header::*;
use everfresh_core::journal::Journal;
use everfresh_core::pattern::Route;
use everfresh_core::record::{Stamp, decode};
use everfresh_core::url::Url;
use everfresh_core::{http_date, json};

use crate::count::{Work, measure};

/// As much as is read of a header.
const LENGTH: usize = 8_000;
/// What each byte of a text may take. In proportion to the square it would be thousands.
const EACH: Work = Work { allocations: 2, bytes: 250, steps: 80 };

type Read = fn(&str);

const READERS: [(&str, Read); 10] = [
    ("invalidation", |text| drop(parse_invalidate_for(text, "https://a.test"))),
    ("written invalidation", |text| drop(format_invalidate(&parse_invalidate(text).members))),
    ("tags", |text| drop(parse_tags(text))),
    ("groups", |text| drop(parse_groups(text))),
    ("structured list", |text| drop((structured::parse_list(text), clears_cache(text)))),
    ("JSON", |text| drop(json::parse(text))),
    ("freshness", |text| {
        let headers = ["cache-control", "age", "date", "vary"].map(|name| (name.into(), text.into()));
        let head = ResponseHead { status: 200, headers: headers.into(), ..ResponseHead::default() };
        lifetime(&head, None, 0, 0);
        let _ = (CacheControl::parse(text), http_date::parse(text));
    }),
    ("URL", |text| {
        drop((Url::parse(text), Url::parse(&format!("https://a.test/{text}")), Route::parse(text)));
    }),
    ("journal", |text| drop(Journal::decode("document1".into(), text))),
    ("record", |text| {
        let item = StoredItem { header: format!("2\tb\te\t{text}"), rest_len: 10, body: BodyId(1) };
        drop(decode(text, &item, Stamp { buster: "b", epoch: "e" }));
    }),
];

#[test]
fn p10_reading_costs_in_proportion_to_the_length() {
    let repeated = [
        "a, ", "\"a\", ", "a;b=1", "(a ", "[", "[1,", "{\"a\":", "\"\\\"", "/../", "/.", "%41", "*", "\t",
        "a=",
    ];
    let numbered: [fn(usize) -> String; 4] = [
        |at| format!("\"g{at}\", "),
        |at| format!("t{at},"),
        |at| format!(";p{at}=1"),
        |at| format!("{} 7 i - s:{at}\n", at + 1),
    ];
    let mut most = Work::default();
    for text in corpus().iter().map(|text| text.repeat(LENGTH)) {
        most = most.max(check("", &text, ""));
    }
    let numbered = numbered.map(|form| (0..LENGTH).map(form).collect::<String>());
    for text in repeated.map(|text| text.repeat(LENGTH)).iter().chain(&numbered) {
        // As what is behind a beginning that fits, and before an end that does.
        for beginning in ["", "a", "\"", "1 9999 7\n", "1 9 7\n1 7 i - ", "\t1,2,3,4,5,6\t"] {
            for end in ["", "\n", "a", "\""] {
                most = most.max(check(beginning, text, end));
            }
        }
    }
    println!("at the most {most:?} for {LENGTH} bytes");
}

/// What the text takes at the most, and that this is in proportion.
fn check(beginning: &str, text: &str, end: &str) -> Work {
    let text: String = [beginning, text].concat().chars().take(LENGTH).collect();
    let text = text.trim_end_matches([' ', ',', '\n']).to_owned() + end;
    let mut most = Work::default();
    for (name, read) in READERS {
        let work = measure(|| read(&text));
        work.assert_at_most(text.len() as u64, EACH, &format!("{name} of {text:.40}…"));
        most = most.max(work);
    }
    most
}

fn corpus() -> Vec<String> {
    let mut texts = vec![];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for target in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(target.unwrap().path()).unwrap() {
            texts.push(fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
    texts
}
