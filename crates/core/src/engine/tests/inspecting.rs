//! Inspecting: what an invalidation would do is what it does, and each step is known to come of another.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use proptest::prelude::*;

use super::tab::*;
use crate::engine::*;
use crate::header::parse_invalidate;
use crate::target::{Member, Mode};

const SCENE: &str = "/api/scenes/1";

/// The steps that led to what there is of a URL, the last one first, as words.
fn chain(tab: &Tab, path: &str) -> Vec<String> {
    let entry = tab.engine.entry(&url(path)).unwrap();
    entry.because.as_ref().unwrap().chain().map(word).collect()
}

fn word(step: &Step) -> String {
    match &step.event {
        Event::Store { .. } => "store".to_string(),
        Event::Request { reason, .. } => format!("request: {reason}"),
        Event::Invalidate { cause, .. } => format!("invalidate: {cause:?}"),
        Event::Write { method, status, .. } => format!("{method} {status}"),
        event => panic!("{event:?}"),
    }
}

#[test]
fn what_is_read_comes_of_that_read() {
    let mut tab = Tab::new();
    tab.fill(SCENE, "one");
    assert_eq!(chain(&tab, SCENE), ["store", "request: read"]);
}

#[test]
fn what_is_watched_and_written_comes_of_that_write() {
    let mut tab = Tab::new();
    tab.watch(SCENE, "{}");
    tab.respond(tab.flight(), ok(), "old");
    assert_eq!(chain(&tab, SCENE), ["store", "request: watch"]);
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:1")]));
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(chain(&tab, SCENE), ["store", "request: invalidated", "invalidate: Header", "PATCH 200"]);
}

#[test]
fn what_is_marked_stale_comes_of_the_call_and_so_does_its_refetch() {
    let mut tab = Tab::new();
    tab.fill(SCENE, "one");
    let members = parse_invalidate("\"/api/scenes/1\";mode=stale").members;
    tab.input(Input::Invalidate { members, origin: None });
    assert_eq!(chain(&tab, SCENE), ["invalidate: Call"]);
    tab.fill(SCENE, "two");
    assert_eq!(chain(&tab, SCENE), ["store", "request: read", "invalidate: Call"]);
}

#[test]
fn the_last_thousand_steps_are_known_and_numbered() {
    let mut tab = Tab::new();
    for at in 0..600 {
        tab.fill(&format!("/api/scenes/{at}"), "one");
    }
    let steps: Vec<u32> = tab.engine.steps(0).map(|step| step.number).collect();
    assert_eq!(steps.len(), 1_000);
    assert!(steps.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    let last = *steps.last().unwrap();
    assert_eq!(tab.engine.steps(last - 2).count(), 2);
    assert_eq!(tab.engine.steps(last).count(), 0);
}

#[test]
fn a_layer_is_emptied_alone() {
    let mut tab = Tab::new();
    tab.fill(SCENE, "one");
    tab.idle();
    assert_eq!(tab.stored().len(), 1);
    tab.input(Input::Forget(Source::Memory));
    assert!(tab.engine.entry(&url(SCENE)).unwrap().body.is_none());
    assert_eq!(tab.stored().len(), 1);
    assert_eq!(tab.cached(SCENE).as_deref(), Some("one"));
    tab.input(Input::Forget(Source::Storage));
    assert_eq!(tab.stored().len(), 0);
    assert_eq!(tab.cached(SCENE).as_deref(), Some("one"));
    assert!(tab.engine.steps(0).all(|step| !matches!(step.event, Event::Invalidate { .. })));
}

const TARGETS: [&str; 9] = [
    "scene:1",
    "scene",
    "list",
    "\"/api/scenes/1\"",
    "\"/api/scenes/2?draft=1\"",
    "\"/api/scenes/*\"",
    "\"/api/*1\";mode=stale",
    "list;mode=stale",
    "*",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_would_be_invalidated_is_what_is(
        entries in prop::collection::btree_map((0..4_u32, any::<bool>()), any::<bool>(), 0..8),
        targets in prop::collection::vec(0..TARGETS.len(), 0..4),
        limited in any::<bool>(),
    ) {
        let mut tab = Tab::new();
        for ((id, draft), listed) in entries {
            let query = if draft { "?draft=1" } else { "" };
            let tags = if listed { format!("scene:{id}, list") } else { format!("scene:{id}") };
            tab.fill_with(&format!("/api/scenes/{id}{query}"), head(200, &[("x-cache-tags", &tags)]), "body");
        }
        let members: Vec<Member> =
            targets.iter().flat_map(|at| parse_invalidate(TARGETS[*at]).members).collect();
        let origin = limited.then(|| url("").trim_end_matches('/').to_string());
        let run = tab.engine.dry_run(members.clone(), origin.as_deref());
        let hits = |mode: Mode| -> BTreeSet<String> {
            run.hits.iter().filter(|hit| hit.mode == mode).map(|hit| hit.entry.key.to_string()).collect()
        };
        let (dropped, marked) = (hits(Mode::Drop), hits(Mode::Stale));
        let keys = |tab: &Tab| -> BTreeSet<String> {
            tab.engine.entries().map(|entry| entry.key.to_string()).collect()
        };
        let before = keys(&tab);
        tab.input(Input::Invalidate { members, origin });
        let after = keys(&tab);
        prop_assert_eq!(before.difference(&after).cloned().collect::<BTreeSet<_>>(), dropped);
        let stale = tab.engine.entries().filter(|entry| entry.stale_since.is_some());
        prop_assert_eq!(stale.map(|entry| entry.key.to_string()).collect::<BTreeSet<_>>(), marked);
    }
}
