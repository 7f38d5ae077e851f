//! What is measured costs no allocation, and each event a bounded number of steps.

use everfresh_core::metrics::{Counter, Dimension, Group, Recorder};

use crate::count::measure;

const NOW: u64 = 1_800_000_000_000;

#[test]
fn p10_nothing_is_allocated_for_what_is_measured() {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    let groups: Vec<Group> = ["memory", "read", "/api/stories/:id", "story", "stories"]
        .map(|name| recorder.group(Dimension::Tag, name))
        .into();
    let events: u64 = 10_000;
    let work = measure(|| {
        for event in 0..events {
            recorder.tick(NOW + event);
            recorder.count(&groups, Counter::Hits, 1);
            recorder.time(&groups, event % 50);
        }
    });
    assert_eq!(work.allocations, 0, "{work:?}");
    assert!(work.steps <= events * 400, "{work:?}");
    println!("{} steps an event, of {} groups", work.steps / events, groups.len() + 1);
}
