//! Journals: any text is a journal or none, and a journal reads back as what it said, or wider.

use everfresh_core::journal::{Journal, Kind, Ledger, MAX_RECORDS, Record};
use everfresh_core::subject::Subject;
use everfresh_core::target::{Member, Target};
use everfresh_core::url::Url;

pub(crate) fn check(text: &str) {
    for text in [text.to_owned(), format!("1 9 0\n{text}\n")] {
        let Some(mut journal) = Journal::decode("document1".into(), &text) else {
            continue;
        };
        let again = Journal::decode("document1".into(), &journal.encode()).expect("it reads back");
        assert_eq!((again.head, again.records.len()), (journal.head, journal.records.len()));
        assert_eq!(again.claim, journal.claim);
        for (read, written) in again.records.iter().zip(&journal.records) {
            assert_eq!((read.number, read.time, read.kind), (written.number, written.time, written.kind));
            assert_eq!((&read.of, &read.origin), (&written.of, &written.origin));
            for member in written.members.iter() {
                let covers = |read: &Member| {
                    (read.target == member.target || read.target == Target::All) && read.mode >= member.mode
                };
                assert!(read.members.iter().any(covers), "{member:?} is lost: {text:?}");
            }
        }
        learn(&journal);
        if journal.head < u32::MAX {
            let now = journal.records.last().map_or(0, |record| record.time);
            journal.append(1_000, Record::new(now, Kind::Invalidation, None, Member::everything()));
            assert!(journal.records.len() <= MAX_RECORDS.max(again.records.len()));
            assert!(journal.holds(journal.head), "the newest record is there");
        }
    }
}

/// The ledger says of each target what its records do.
fn learn(journal: &Journal) {
    let url = Url::parse("https://a.test/api/a?q=1").expect("a URL");
    let subject = Subject { url: &url, tags: &["scene".into(), "scene:1".into()] };
    let mut ledger = Ledger::default();
    for record in &journal.records {
        ledger.apply(&journal.id, record);
        let named = record.members.iter().any(|member| subject.is_named_by(member, record.origin.as_deref()));
        assert!(!named || ledger.verdict(subject, &|mark| mark.number != record.number).is_some());
    }
    let expected = journal.records.iter().flat_map(|record| {
        let named = |member: &&Member| subject.is_named_by(member, record.origin.as_deref());
        record.members.iter().filter(named).map(|member| member.mode)
    });
    assert_eq!(ledger.verdict(subject, &|_| false), expected.max());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const LINES: &str = "([1-9] [0-9]{1,4} (i|w|d|dother123:[0-9]) (-|https://a\\.test|x) \
        (\\*|scene|scene:1|\"/api/a\"|\"/api/\\*\"|a;mode=stale|[\\[\",;a /*]{0,4})(, [a*]{0,2})?\n){0,3}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn p3_p4_what_reads_as_a_journal_reads_back(lines in LINES) {
            super::check(lines.trim_end_matches('\n'));
        }

        #[test]
        fn p7_any_text_is_a_journal_or_none(text in any::<String>()) {
            super::check(&text);
        }
    }
}
