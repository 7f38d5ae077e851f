#![allow(clippy::unwrap_used)]

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};

use proptest::prelude::*;

use super::*;
use crate::pattern::Glob;
use crate::subject::Subject;
use crate::target::Mode;
use crate::target::Target;
use crate::url::Url;

const DAY: Millis = 86_400_000;

fn tag(name: &str) -> Member {
    Member::drop(Target::Tag(String::from(name)))
}

fn origin() -> Option<Rc<str>> {
    Some(Rc::from("https://a.test"))
}

fn journal() -> Journal {
    Journal::new(Rc::from("docdocdoc"))
}

fn apply_all(ledger: &mut Ledger, journal: &Journal) {
    for record in &journal.records {
        ledger.apply(&journal.id, record);
    }
}

fn verdict(ledger: &Ledger, fence: &Fence, url: &str, tags: &[&str]) -> Option<Mode> {
    let url = Url::parse(url).unwrap();
    let tags: Vec<Rc<str>> = tags.iter().map(|&tag| Rc::from(tag)).collect();
    ledger.verdict(Subject { url: &url, tags: &tags }, &|mark| mark.is_known_to(fence))
}

/// Numbers of the records of writes that may yet be done.
fn unsettled(journal: &Journal) -> Vec<u32> {
    let records = journal.records.iter().filter(|record| record.kind != Kind::Invalidation);
    records.map(|record| record.number).collect()
}

#[test]
fn p4_a_journal_reads_back_as_written() {
    let mut journal = journal();
    journal.append(DAY, Record::new(5, Kind::Invalidation, origin(), vec![tag("story:1"), tag("a b\"c")]));
    journal.append(DAY, Record::new(6, Kind::Intent, None, vec![Member::stale(Target::All)]));
    let path = Target::Path { path: String::from("/x"), query: Some(String::from("q=1")) };
    let glob = Target::Pattern(Glob::new("/api/*"));
    journal.append(
        DAY,
        Record::new(7, Kind::Invalidation, origin(), vec![Member::stale(path), Member::drop(glob)]),
    );
    let text = journal.encode();
    assert_eq!(Journal::decode(Rc::clone(&journal.id), &text), Some(journal));
}

#[test]
fn p7_a_foreign_or_torn_journal_is_recognised() {
    let id = || Rc::from("docdocdoc");
    for text in
        ["", "x", "2 5\n", "1 x\n", "1 5\nnonsense\n", "1 5\n3 1 i - a\n2 1 i - b\n", "1 1\n2 1 i - a\n"]
    {
        assert_eq!(Journal::decode(id(), text), None, "{text}");
    }
}

#[test]
fn p10_a_journal_over_its_cap_names_everything_and_keeps_open_unsettled() {
    let mut journal = journal();
    journal.append(DAY, Record::new(1, Kind::Intent, origin(), vec![tag("open:1")]));
    for n in 0..2 * MAX_RECORDS {
        journal.append(DAY, Record::new(2, Kind::Invalidation, origin(), vec![tag(&format!("t:{n}"))]));
        assert!(journal.records.len() <= MAX_RECORDS);
    }
    assert_eq!(journal.head as usize, 2 * MAX_RECORDS + 1);
    assert_eq!(unsettled(&journal).len(), 1);
    let mut ledger = Ledger::default();
    apply_all(&mut ledger, &journal);
    let old = Fence::stored("docdocdoc:5");
    assert_eq!(verdict(&ledger, &old, "https://b.test/never-named", &[]), Some(Mode::Drop));
}

#[test]
fn p4_records_outlive_max_age_and_no_longer() {
    let mut journal = journal();
    journal.append(100, Record::new(0, Kind::Invalidation, origin(), vec![tag("a")]));
    journal.append(100, Record::new(99, Kind::Invalidation, origin(), vec![tag("b")]));
    assert_eq!(journal.records.len(), 2);
    journal.append(100, Record::new(100, Kind::Invalidation, origin(), vec![tag("c")]));
    assert_eq!(journal.records.len(), 2);
    assert!(!journal.is_expired(199, 100));
    assert!(journal.is_expired(200, 100));
}

#[test]
fn a_record_replaces_those_that_say_no_more() {
    let mut journal = journal();
    journal.append(DAY, Record::new(1, Kind::Invalidation, origin(), vec![tag("a")]));
    journal.append(DAY, Record::new(2, Kind::Invalidation, None, vec![tag("a")]));
    journal.append(DAY, Record::new(3, Kind::Intent, origin(), vec![tag("a")]));
    journal.append(DAY, Record::new(4, Kind::Invalidation, origin(), vec![tag("a"), tag("b")]));
    let numbers: Vec<u32> = journal.records.iter().map(|record| record.number).collect();
    assert_eq!(numbers, [2, 3, 4]);
    journal.resolve(3);
    assert_eq!(unsettled(&journal).len(), 0);
}

#[test]
fn p4_a_doubt_is_replaced_by_another_alone_and_ends_with_its_age() {
    let mut journal = journal();
    journal.append(DAY, Record::new(1, Kind::Doubt, origin(), vec![tag("a")]));
    journal.append(DAY, Record::new(2, Kind::Invalidation, origin(), vec![tag("a")]));
    assert_eq!(unsettled(&journal), [1]);
    let text = journal.encode();
    assert_eq!(Journal::decode(Rc::clone(&journal.id), &text), Some(journal.clone()));
    journal.append(DAY, Record::new(3, Kind::Doubt, origin(), vec![tag("a"), tag("b")]));
    assert_eq!(unsettled(&journal), [3]);
    for (time, left) in [(3 + DAY, 1), (3 + DAY + WRITE_LIFETIME, 0)] {
        journal.append(DAY, Record::new(time, Kind::Invalidation, origin(), vec![tag("c")]));
        assert_eq!(unsettled(&journal).len(), left);
    }
}

#[test]
fn p2_only_records_after_the_fence_count() {
    let mut journal = journal();
    journal.append(DAY, Record::new(1, Kind::Invalidation, origin(), vec![tag("a")]));
    let mut ledger = Ledger::default();
    apply_all(&mut ledger, &journal);
    let later = ledger.fence();
    let before = Fence::stored("");
    let url = "https://a.test/x";
    assert_eq!(verdict(&ledger, &before, url, &["a"]), Some(Mode::Drop));
    assert_eq!(verdict(&ledger, &later, url, &["a"]), None);
    assert_eq!(verdict(&ledger, &before, url, &["b"]), None);
    assert_eq!(Fence::stored(&later.positions).positions, later.positions);
}

#[test]
fn p8_a_record_counts_within_its_origin() {
    let mut journal = journal();
    journal
        .append(DAY, Record::new(1, Kind::Invalidation, origin(), vec![tag("a"), Member::drop(Target::All)]));
    let mut ledger = Ledger::default();
    apply_all(&mut ledger, &journal);
    let none = Fence::stored("");
    assert_eq!(verdict(&ledger, &none, "https://b.test/x", &["a"]), None);
    assert_eq!(verdict(&ledger, &none, "https://a.test/x", &[]), Some(Mode::Drop));
}

#[test]
fn paths_match_with_any_query_or_with_theirs() {
    let mut journal = journal();
    let path =
        |query: Option<&str>| Target::Path { path: String::from("/x"), query: query.map(String::from) };
    journal.append(DAY, Record::new(1, Kind::Invalidation, None, vec![Member::stale(path(Some("q=1")))]));
    let mut ledger = Ledger::default();
    apply_all(&mut ledger, &journal);
    let none = Fence::stored("");
    assert_eq!(verdict(&ledger, &none, "https://a.test/x?q=1", &[]), Some(Mode::Stale));
    assert_eq!(verdict(&ledger, &none, "https://a.test/x?q=2", &[]), None);
    journal.append(DAY, Record::new(2, Kind::Invalidation, None, vec![Member::drop(path(None))]));
    apply_all(&mut ledger, &journal);
    assert_eq!(verdict(&ledger, &none, "https://a.test/x?q=2", &[]), Some(Mode::Drop));
    assert_eq!(verdict(&ledger, &none, "https://a.test/x?q=1", &[]), Some(Mode::Drop));
}

#[test]
fn p10_the_ledger_forgets_records_that_are_gone() {
    let mut journal = journal();
    let mut ledger = Ledger::default();
    for (time, name) in [(1, "a"), (90, "b"), (101, "c")] {
        let dropped = journal.append(100, Record::new(time, Kind::Invalidation, None, vec![tag(name)]));
        ledger.apply(&journal.id, journal.records.last().unwrap());
        assert_eq!(dropped, name == "c");
    }
    ledger.keep(&journal);
    let none = Fence::stored("");
    assert_eq!(verdict(&ledger, &none, "https://a.test/x", &["a"]), None);
    assert_eq!(verdict(&ledger, &none, "https://a.test/x", &["b"]), Some(Mode::Drop));
}

#[test]
fn p2_an_answer_may_carry_any_tag_of_its_origin() {
    let mut journal = journal();
    journal.append(DAY, Record::new(1, Kind::Invalidation, origin(), vec![tag("unheard-of")]));
    let mut ledger = Ledger::default();
    apply_all(&mut ledger, &journal);
    let concerns = |url: &str| {
        let url = Url::parse(url).unwrap();
        ledger.may_concern(Subject { url: &url, tags: &[] }, &|_| false)
    };
    assert!(concerns("https://a.test/x"));
    assert!(!concerns("https://b.test/x"));
}

proptest! {
    #[test]
    fn p7_decode_never_panics(text in any::<String>()) {
        if let Some(journal) = Journal::decode(Rc::from("x"), &text) {
            prop_assert!(journal.records.iter().all(|record| record.number <= journal.head));
        }
        // A fence that says nothing is before every record.
        prop_assert!(text.contains("x:") || Fence::stored(&text).position("x") == 0);
    }
}

#[test]
fn p10_too_many_marks_become_one_that_only_this_document_knows() {
    let mut ledger = Ledger::default();
    let (early, other) = (ledger.fence(), Rc::from("otherdoc"));
    let mut number = 0;
    while verdict(&ledger, &early, "https://a.test/x", &[]).is_none() {
        number += 1;
        assert!(number < 100_000, "it is bounded");
        let members: Vec<Member> = (0..100).map(|at| tag(&format!("t{number}:{at}"))).collect();
        ledger.apply(&other, &Record { number, ..Record::new(1, Kind::Invalidation, None, members) });
        ledger.keep_bounded("docdocdoc");
    }
    // What was asked before, or by somebody who knows the journal but not this ledger, is dead.
    let of_another = Fence::stored(&format!("otherdoc:{number}"));
    assert!(verdict(&ledger, &of_another, "https://a.test/x", &[]).is_some());
    let late = ledger.fence();
    assert_eq!(verdict(&ledger, &late, "https://a.test/x", &["t1:1"]), None);
    // And it goes on as before.
    ledger.apply(
        &other,
        &Record { number: number + 1, ..Record::new(1, Kind::Invalidation, None, vec![tag("u")]) },
    );
    assert!(verdict(&ledger, &late, "https://a.test/x", &["u"]).is_some());
    assert_eq!(verdict(&ledger, &late, "https://a.test/x", &["t1:1"]), None);
}

#[test]
fn p10_a_record_of_too_many_targets_names_everything() {
    let mut journal = journal();
    let many = |count: usize| (0..count).map(|at| tag(&format!("t:{at}"))).collect::<Vec<Member>>();
    journal.append(DAY, Record::new(1, Kind::Invalidation, None, many(MAX_MEMBERS)));
    assert_eq!(journal.records[0].members.len(), MAX_MEMBERS);
    journal.append(DAY, Record::new(2, Kind::Invalidation, None, many(MAX_MEMBERS + 1)));
    assert_eq!(*journal.records[1].members, Member::everything());
}

#[test]
fn p10_a_journal_of_too_many_targets_collapses() {
    let mut journal = journal();
    for at in 0..100 {
        let members: Vec<Member> = (0..100).map(|of| tag(&format!("t{at}:{of}"))).collect();
        journal.append(DAY, Record::new(at, Kind::Invalidation, None, members));
        let targets: usize = journal.records.iter().map(|record| record.members.len()).sum();
        assert!(targets <= MAX_TARGETS);
    }
    assert_eq!(*journal.records[0].members, Member::everything());
}
