#![allow(clippy::unwrap_used)]

use alloc::{format, string::String, vec, vec::Vec};

use proptest::prelude::*;

use super::*;

const NOW: u64 = 1_800_000_000_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// Something that was counted: when (minutes before now), of which route, what, how often.
type Counted = (u64, u8, usize, u32);

fn counted() -> impl Strategy<Value = Vec<Counted>> {
    let one = (0..3_000_u64, 0..6_u8, 0..Counter::ALL.len() + 400, 1..5_u32);
    proptest::collection::vec(one, 0..60)
}

fn record(counted: &[Counted]) -> History {
    let mut recorder = Recorder::new();
    for (before, route, what, count) in counted {
        recorder.tick(NOW - before * MINUTE);
        let group = recorder.group(Dimension::Route, &format!("/r/{route}"));
        match Counter::ALL.get(*what) {
            Some(counter) => recorder.count(&[group], *counter, *count),
            None => (0..*count).for_each(|_| recorder.time(&[group], (*what as u64) * 7)),
        }
    }
    History::decode(&recorder.encode()).unwrap()
}

fn merged(parts: &[&History]) -> History {
    let mut all = History::default();
    parts.iter().for_each(|part| all.merge(part));
    all
}

fn reports(history: &History) -> Vec<Report> {
    Range::ALL.into_iter().map(|range| Report::of(history, NOW, range, Dimension::Route)).collect()
}

proptest! {
    #[test]
    fn percentiles_are_within_two_percent(times in proptest::collection::vec(0..LONGEST, 1..300), small: bool) {
        let mut times: Vec<u64> = if small { times.iter().map(|time| time % 900).collect() } else { times };
        let mut durations = Durations::default();
        times.iter().for_each(|time| durations.add(*time));
        times.sort_unstable();
        for percent in [1, 50, 95, 99, 100] {
            let exact = times[(times.len() * percent as usize).div_ceil(100).max(1) - 1];
            let found = durations.percentile(percent).unwrap();
            prop_assert!(found.abs_diff(exact) * 50 <= exact, "{percent}: {found} for {exact}");
        }
    }

    #[test]
    fn merging_is_counting_everything_once_in_any_order(a in counted(), b in counted(), c in counted()) {
        let all = record(&[a.as_slice(), &b, &c].concat());
        let [a, b, c] = [a, b, c].map(|part| record(&part));
        let expected = reports(&all);
        prop_assert_eq!(&reports(&merged(&[&a, &b, &c])), &expected);
        prop_assert_eq!(&reports(&merged(&[&c, &a, &b])), &expected);
        prop_assert_eq!(&reports(&merged(&[&merged(&[&a, &b]), &c])), &expected);
        prop_assert_eq!(&reports(&merged(&[&a, &merged(&[&b, &c])])), &expected);
    }

    #[test]
    fn a_text_reads_back(counted in counted()) {
        let history = record(&counted);
        prop_assert_eq!(&History::decode(&history.encode()).unwrap(), &history);
    }

    #[test]
    fn what_becomes_hours_loses_nothing(counted in counted()) {
        let mut history = record(&counted);
        let before = Report::of(&history, NOW, Range::Month, Dimension::Route);
        history.bound(NOW);
        let after = Report::of(&history, NOW, Range::Month, Dimension::Route);
        prop_assert_eq!(after.total, before.total);
        prop_assert_eq!(after.groups, before.groups);
    }
}

#[test]
fn every_group_counts_for_all_too() {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    let groups = [recorder.group(Dimension::Layer, "memory"), recorder.group(Dimension::Tag, "story")];
    recorder.count(&groups, Counter::Hits, 3);
    recorder.count(&groups[..1], Counter::Hits, 1);
    recorder.time(&groups[1..], 40);
    let history = History::decode(&recorder.encode()).unwrap();
    let report = Report::of(&history, NOW, Range::Hour, Dimension::Tag);
    assert_eq!((report.total.get(Counter::Hits), report.groups.len()), (4, 1));
    assert_eq!((report.groups[0].0.as_str(), report.groups[0].1.get(Counter::Hits)), ("story", 3));
    assert_eq!(report.total.durations.percentile(99), Some(40));
    let by_layer = Report::of(&history, NOW, Range::Hour, Dimension::Layer);
    assert_eq!(by_layer.groups[0].1.durations.percentile(50), None);
    assert!(Report::of(&history, NOW, Range::Hour, Dimension::Entity).groups.is_empty());
}

#[test]
fn a_range_has_its_steps_and_what_is_older_is_not_in_it() {
    let (lengths, steps) = ([60, 360, 1_440, 10_080, 43_200], [60, 72, 96, 168, 120]);
    for (at, range) in Range::ALL.into_iter().enumerate() {
        assert_eq!(Range::parse(range.name()), Some(range));
        let mut recorder = Recorder::new();
        let now = NOW + MINUTE - 1;
        let report = Report::of(&History::default(), now, range, Dimension::Layer);
        assert_eq!((report.series.len(), report.until - report.from), (steps[at], lengths[at] * MINUTE));
        assert!(report.until > now && report.until - report.step <= now);
        for (time, count) in [(report.from - 1, 100), (report.from, 10), (now, 1)] {
            recorder.tick(time);
            recorder.count(&[], Counter::Misses, count);
        }
        let history = History::decode(&recorder.encode()).unwrap();
        let report = Report::of(&history, now, range, Dimension::Layer);
        assert_eq!(report.total.get(Counter::Misses), 11, "{}", range.name());
        assert_eq!(report.series[0].1.get(Counter::Misses), 10);
        assert_eq!(report.series.last().unwrap().1.get(Counter::Misses), 1);
    }
    assert_eq!(Range::parse("2h"), None);
}

#[test]
fn p10_names_beyond_the_bound_are_other() {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    for at in 0..1_000 {
        let group = recorder.group(Dimension::Route, &format!("/{at}"));
        recorder.count(&[group], Counter::Hits, 1);
    }
    let tag = recorder.group(Dimension::Tag, "late");
    recorder.count(&[tag], Counter::Stores, 1);
    let history = History::decode(&recorder.encode()).unwrap();
    let routes = Report::of(&history, NOW, Range::Hour, Dimension::Route).groups;
    assert!(routes.len() <= MAX_GROUPS);
    assert_eq!(routes.iter().map(|(_, sums)| sums.get(Counter::Hits)).sum::<u64>(), 1_000);
    assert_eq!(routes[0].0, OTHER);
    assert_eq!(Report::of(&history, NOW, Range::Hour, Dimension::Tag).groups[0].0, OTHER);
    let long = recorder.group(Dimension::Tag, &"é".repeat(5_000));
    assert_eq!(long, tag);
}

#[test]
fn p10_a_text_stays_within_its_bound_and_the_newest_is_kept() {
    let mut recorder = Recorder::new();
    let mut history = History::default();
    for minute in 0..4_000_u64 {
        recorder.tick(NOW + minute * MINUTE);
        for at in 0..12_u64 {
            let group = recorder.group(Dimension::Route, &format!("/{at}"));
            recorder.count(&[group], Counter::Hits, 1 << (at + 8));
            recorder.time(&[group], at * 100 + minute % 50);
        }
        assert!(recorder.encode().len() < MAX_PAST + 16_000);
        if minute % 100 == 99 {
            history.merge(&History::decode(&recorder.encode()).unwrap());
            recorder.renew();
            assert!(recorder.is_empty());
            history.bound(NOW + minute * MINUTE);
            assert!(history.encode().len() <= MAX_HISTORY);
        }
    }
    let report = Report::of(&history, NOW + 3_999 * MINUTE, Range::Week, Dimension::Route);
    let each: u64 = (0..12).map(|at| 1 << (at + 8)).sum();
    assert_eq!(report.total.get(Counter::Hits), 4_000 * each, "in all, nothing is lost");
    for day in 1..400 {
        history.bound(NOW + day * DAY / 10);
    }
    assert_eq!(history, History::default(), "all of it ends some day");
}

#[test]
fn p10_a_recorder_that_nobody_asks_drops_the_oldest_minutes() {
    let mut recorder = Recorder::new();
    for minute in 0..3_000_u64 {
        recorder.tick(NOW + minute * MINUTE);
        for at in 0..16_usize {
            recorder.count(&[], Counter::ALL[at], 1_000_000);
        }
    }
    let text = recorder.encode();
    assert!(text.len() < MAX_PAST + 1_000, "{}", text.len());
    let history = History::decode(&text).unwrap();
    let report = Report::of(&history, NOW + 2_999 * MINUTE, Range::Hour, Dimension::Layer);
    assert_eq!(report.total.get(Counter::Hits), 60 * 1_000_000);
}

#[test]
fn a_table_that_is_full_goes_on_in_another() {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    let groups: Vec<Group> = (0..60).map(|at| recorder.group(Dimension::Route, &format!("/{at}"))).collect();
    for time in 0..50 {
        recorder.time(&groups, time * 12);
    }
    let history = History::decode(&recorder.encode()).unwrap();
    let report = Report::of(&history, NOW, Range::Hour, Dimension::Route);
    assert_eq!(report.total.durations.count(), 50);
    assert!(report.groups.iter().all(|(_, sums)| sums.durations.count() == 50));
}

#[test]
fn what_is_switched_off_counts_nothing() {
    let mut recorder = Recorder::default();
    recorder.tick(NOW);
    recorder.count(&[], Counter::Hits, 1);
    assert!(recorder.is_empty());
}

#[test]
fn a_source_is_known_to_be_merged_after_reading_back() {
    let mut history = History::default();
    (0..600).for_each(|at| history.mark_merged(&format!("doc{at}.1")));
    history.mark_merged("doc599.1");
    history.mark_merged(&"x".repeat(100));
    let again = History::decode(&history.encode()).unwrap();
    assert!(again.has("doc599.1") && !again.has("doc0.1"));
    assert_eq!(again, history);
}

#[test]
fn p7_what_is_no_such_text_is_none() {
    for text in [
        "",
        "2",
        "1\nx",
        "1\n",
        "1\nm",
        "1\nm5",
        "1\nm5\t",
        "1\nm5\t1",
        "1\nm5\t20=1",
        "1\nm5\t448=1",
        "1\nm5\t512=1",
        "1\nh61\t1=1",
        "1\nm-1\t1=1",
        "1\nm99999999999999999999\t1=1",
        "1\nl%",
        "1\né",
    ] {
        assert_eq!(History::decode(text), None, "{text:?}");
    }
    let names = format!("1{}", "\nr/a".repeat(251));
    assert_eq!(History::decode(&names), None);
    assert_eq!(History::decode(&format!("1\nr{}", "a".repeat(101))), None);
    let ids = format!("1{}", "\nda".repeat(501));
    assert_eq!(History::decode(&ids), None);
}

#[test]
fn csv_quotes_and_makes_no_formulas() {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    for name in ["=1+1", "a\"b,\nc", "@x"] {
        let group = recorder.group(Dimension::Tag, name);
        recorder.count(&[group], Counter::Hits, 1);
    }
    let history = History::decode(&recorder.encode()).unwrap();
    let report = Report::of(&history, NOW, Range::Hour, Dimension::Tag);
    let csv = report.to_csv();
    for row in ["\r\ntag,\"'=1+1\",", "\r\ntag,\"'@x\",", "\r\ntag,\"a\"\"b,\nc\",", "\r\ntotal,\"\","] {
        assert!(csv.contains(row), "{row} in {csv}");
    }
    assert_eq!(csv.matches("\r\n").count(), 1 + 1 + 3 + 60);
    let names: Vec<String> = report.groups.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names, vec!["=1+1", "@x", "a\"b,\nc"]);
}

#[test]
fn a_report_may_be_of_some_groups_alone() {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    for (name, count) in [("/a", 1), ("/b", 2), ("/c", 4)] {
        let groups = [recorder.group(Dimension::Route, name)];
        recorder.count(&groups, Counter::Hits, count);
    }
    let history = History::decode(&recorder.encode()).unwrap();
    for (names, total, groups) in [(&[][..], 7, 3), (&["/b", "/c"], 6, 2), (&["/a"], 1, 1), (&["/d"], 0, 0)] {
        let report = Report::only(&history, NOW, Range::Hour, Dimension::Route, names);
        assert_eq!((report.total.get(Counter::Hits), report.groups.len()), (total, groups), "{names:?}");
        let last = report.series.last().unwrap();
        assert_eq!(last.1.get(Counter::Hits), total);
    }
}

#[test]
fn what_others_tell_is_believed_as_far_as_it_may_be_true() {
    let mut recorder = Recorder::new();
    for (at, name) in [(NOW, "/a"), (NOW, "/made-up"), (NOW + 60 * MINUTE, "/a")] {
        recorder.tick(at);
        let groups = [recorder.group(Dimension::Route, name)];
        recorder.count(&groups, Counter::Hits, 1_000);
        recorder.time(&groups, 3);
    }
    let mut told = History::decode(&recorder.encode()).unwrap();
    told.mark_merged("somebody");
    let believed = told.believed(NOW, 600, |_, name| name == "/a");
    let report = Report::of(&believed, NOW, Range::Hour, Dimension::Route);
    let hits = |sums: &Sums| sums.get(Counter::Hits);
    assert_eq!(hits(&report.total), 600);
    let groups: Vec<_> = report.groups.iter().map(|(name, sums)| (name.as_str(), hits(sums))).collect();
    assert_eq!(groups, [("/a", 600), (OTHER, 600)]);
    assert_eq!(report.total.durations.count(), 2);
    assert!(!believed.has("somebody"));
    let later = Report::of(&believed, NOW + 60 * MINUTE, Range::SixHours, Dimension::Route);
    assert_eq!(hits(&later.total), 600, "nothing is of a time to come");
}

#[test]
fn durations_and_sums_add_up() {
    let mut one = Durations::default();
    for time in [0, 5, 40, 63] {
        one.add(time);
    }
    let mut all = one.clone();
    all.merge(&one);
    assert_eq!((all.count(), all.sum()), (8, 216));
    assert_eq!([4, 5, 62, 63, 1_000].map(|time| all.within(time)), [2, 4, 6, 8, 8]);
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    recorder.count(&[], Counter::Stores, 2);
    recorder.time(&[], 7);
    let history = History::decode(&recorder.encode()).unwrap();
    let total = Report::of(&history, NOW, Range::Hour, Dimension::Layer).total;
    let mut twice = total.clone();
    twice.merge(&total);
    assert_eq!((twice.get(Counter::Stores), twice.durations.count()), (4, 2));
}
