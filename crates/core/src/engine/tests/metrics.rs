//! Counters.

use alloc::{vec, vec::Vec};

use super::tab::*;
use crate::engine::*;

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
