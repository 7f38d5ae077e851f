//! Counters.

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;
use crate::metrics::{Counter, Dimension, History, Range, Report, Sums};
use crate::target::Member;

/// The counters that are not 0.
fn counted(tab: &Tab) -> Vec<(&'static str, u32)> {
    let counts = tab.engine.metrics().counts();
    Metrics::NAMES.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
}

#[test]
fn each_event_is_counted_once_and_a_peek_is_none() {
    let mut tab = Tab::new();
    tab.fill("/api/swr/a", "a");
    tab.ask("/api/b", |_| {});
    tab.ask("/api/b", |_| {});
    assert!(tab.peek("/api/swr/a").is_some());
    assert_eq!(counted(&tab), [("misses", 2), ("joined", 1), ("stores", 1)]);
    tab.get("/api/swr/a");
    tab.wait(2_000);
    tab.get("/api/swr/a");
    let write = tab.write("PATCH", "/api/swr/a", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "a, b, c")]));
    let found = counted(&tab);
    for expected in [("memoryHits", 2), ("staleHits", 1), ("invalidations", 2), ("invalidated", 1)] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
}

#[test]
fn p10_a_counter_stays_at_its_end() {
    let mut metrics = Metrics::default();
    for count in [7, u32::MAX] {
        let event = Event::Invalidate {
            targets: "*".into(),
            origin: None,
            cause: Cause::Call,
            matched: vec![],
            count,
        };
        metrics.count(&event);
    }
    assert_eq!((metrics.counts()[8], metrics.counts()[9]), (2, u32::MAX));
}

/// What a report of the last hour says of each group: the counters that are not 0.
fn groups(tab: &mut Tab, by: Dimension) -> Vec<(String, Vec<(&'static str, u64)>)> {
    let text = tab.engine.measured(tab.now, 0, false);
    let history = History::decode(&text).unwrap();
    let report = Report::of(&history, tab.now, Range::Hour, by);
    let mut groups: Vec<(String, Sums)> = report.groups;
    groups.push(("all".into(), report.total));
    let counted = |sums: &Sums| {
        let all = Counter::ALL.into_iter().map(|counter| (counter.name(), sums.get(counter)));
        let mut found: Vec<_> = all.filter(|(_, count)| *count > 0).collect();
        found.push(("durations", sums.durations.count()));
        found
    };
    groups.iter().map(|(name, sums)| (name.clone(), counted(sums))).collect()
}

#[test]
fn what_happens_is_measured_by_layer_route_entity_tag_and_operation() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/7", "seven");
    tab.get("/api/scenes/7");
    tab.get("/api/scenes/7");
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:7, chapters")]));
    let scenes = [
        ("hits", 2),
        ("misses", 1),
        ("stores", 1),
        ("invalidated", 1),
        ("requests", 2),
        ("writes", 1),
        ("storedKilobytes", 1),
        ("durations", 4),
    ];
    let found = groups(&mut tab, Dimension::Entity);
    assert_eq!(found[0], ("scene".into(), scenes.to_vec()));
    let invalidated = scenes.iter().copied().find(|(name, _)| *name == "invalidated");
    assert!(invalidated.is_some() && found.len() == 2);
    assert_eq!(groups(&mut tab, Dimension::Route)[0], ("/api/*".into(), scenes.to_vec()));
    let tags = groups(&mut tab, Dimension::Tag);
    let names: Vec<&str> = tags.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["scene", "chapters", "all"], "kinds, no ids");
    assert!(tags[1].1.contains(&("invalidations", 1)), "{tags:?}");
    let layers = groups(&mut tab, Dimension::Layer);
    let network = [("misses", 1), ("requests", 2), ("writes", 1), ("durations", 2)];
    assert_eq!(layers[1], ("network".into(), network.to_vec()));
    let operations = groups(&mut tab, Dimension::Operation);
    let written = ("write".into(), vec![("requests", 1), ("writes", 1), ("durations", 1)]);
    assert!(operations.contains(&written), "{operations:?}");
}

#[test]
fn what_another_document_invalidates_is_counted_there_alone() {
    let mut tab = Tab::new();
    let mut other = Tab::open(Rc::clone(&tab.disk), tab.now, CONFIG);
    tab.fill("/api/scenes/7", "seven");
    other.fill("/api/scenes/7", "seven");
    other.input(Input::Invalidate { members: Member::everything(), origin: None });
    let snapshot = tab.disk.borrow().snapshot();
    tab.input(Input::CatchUp(snapshot));
    tab.get("/api/scenes/7");
    let all = |tab: &mut Tab| groups(tab, Dimension::Layer).pop().unwrap().1;
    assert!(all(&mut other).contains(&("invalidations", 1)));
    let here = all(&mut tab);
    assert!(!here.iter().any(|(name, _)| name.starts_with("invalidat")), "{here:?}");
}

#[test]
fn what_is_told_before_a_renewal_is_not_told_again() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    let first = History::decode(&tab.engine.measured(tab.now, 5, true)).unwrap();
    let total = Report::of(&first, tab.now, Range::Hour, Dimension::Layer).total;
    assert_eq!((total.get(Counter::Misses), total.get(Counter::Peeks)), (1, 5));
    assert_eq!(tab.engine.measured(tab.now, 0, false), "");
    tab.get("/api/a");
    let all = groups(&mut tab, Dimension::Layer).pop().unwrap().1;
    assert_eq!(all, [("hits", 1), ("durations", 1)]);
}
