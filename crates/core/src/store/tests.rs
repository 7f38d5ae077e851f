#![allow(clippy::unwrap_used)]

use crate::target::Target;
use alloc::rc::Rc;
use alloc::{format, string::String, vec};

use super::*;
use crate::journal::Fence;
use crate::pattern::Glob;
use crate::url::Url;

const LIMITS: Limits = Limits { entries: 100, bytes: 1_000, storage: 10_000 };

fn entry(path: &str, tags: &[&str], expires: Millis) -> Entry {
    let url = Url::parse(&format!("https://a.test{path}")).unwrap();
    Entry {
        key: Rc::from(url.as_str()),
        url,
        tags: tags.iter().map(|&tag| Rc::from(tag)).collect(),
        fields: vec![],
        validators: vec![],
        stale_if_error_until: 0,
        must_revalidate: false,
        fence: Fence::stored(""),
        sent: 0,
        received: 0,
        generated: 0,
        fresh_until: expires,
        stale_while_revalidate_until: expires,
        expires,
        stale_since: None,
        size: 10,
        body: Some(BodyId(0)),
        stored: Stored::No,
        refused: false,
        item_size: 0,
        local: false,
        prefetched: None,
        groups: None,
        because: None,
    }
}

fn paths(store: &Store, target: Target, origin: Option<&str>) -> Vec<String> {
    let ids = store.matching(&Member::drop(target), origin);
    let mut paths: Vec<String> =
        ids.iter().map(|&id| String::from(store.get(id).unwrap().url.path_and_query())).collect();
    paths.sort();
    paths
}

#[test]
fn each_target_matches_what_it_names() {
    let mut store = Store::new(LIMITS);
    store.insert(entry("/api/a", &["x", "y"], 9));
    store.insert(entry("/api/a?q=1", &["y"], 9));
    store.insert(entry("/api/b/c", &[], 9));
    store.insert(entry("/apiary", &["x"], 9));
    let here = Some("https://a.test");
    let path = |query: Option<&str>| Target::Path { path: "/api/a".into(), query: query.map(Into::into) };
    assert_eq!(paths(&store, Target::Tag("x".into()), here), ["/api/a", "/apiary"]);
    assert_eq!(paths(&store, Target::Tag("y".into()), None), ["/api/a", "/api/a?q=1"]);
    assert_eq!(paths(&store, path(None), here), ["/api/a", "/api/a?q=1"]);
    assert_eq!(paths(&store, path(Some("q=1")), here), ["/api/a?q=1"]);
    assert_eq!(
        paths(&store, Target::Pattern(Glob::new("/api/*")), here),
        ["/api/a", "/api/a?q=1", "/api/b/c"]
    );
    assert_eq!(paths(&store, Target::All, here).len(), 4);
    assert_eq!(paths(&store, Target::All, None).len(), 4);
    assert!(paths(&store, Target::All, Some("https://b.test")).is_empty());
    assert!(paths(&store, Target::Tag("x".into()), Some("https://b.test")).is_empty());
}

#[test]
fn p10_removing_leaves_nothing_behind() {
    let mut store = Store::new(LIMITS);
    for round in 0..3 {
        let ids: Vec<EntryId> =
            (0..50).map(|n| store.insert(entry(&format!("/{n}"), &["t", "u"], round)).0).collect();
        for id in ids {
            assert!(store.remove(id).is_some());
        }
    }
    assert_eq!(store.iter().count(), 0);
    assert_eq!(store.slots.len(), 50);
    assert_eq!((store.bytes, store.in_memory, store.stored), (0, 0, 0));
    assert!(paths(&store, Target::Tag("t".into()), None).is_empty());
    assert!(store.take_expired(99).is_empty());
    assert_eq!(store.next_expiry(), None);
    assert_eq!(store.over_memory(), None);
}

#[test]
fn p10_the_least_recently_used_goes_first() {
    let mut store = Store::new(Limits { entries: 2, ..LIMITS });
    let a = store.insert(entry("/a", &[], 9)).0;
    let b = store.insert(entry("/b", &[], 9)).0;
    assert_eq!(store.over_memory(), None);
    store.touch(a);
    store.insert(entry("/c", &[], 9));
    assert_eq!(store.over_memory(), Some(b));
    store.set_body(b, None);
    assert_eq!(store.over_memory(), None);
}

#[test]
fn p10_bytes_count_as_well_as_entries() {
    let mut store = Store::new(Limits { bytes: 25, ..LIMITS });
    let a = store.insert(entry("/a", &[], 9)).0;
    store.insert(entry("/b", &[], 9));
    assert_eq!(store.over_memory(), None);
    store.insert(entry("/c", &[], 9));
    assert_eq!(store.over_memory(), Some(a));
}

#[test]
fn a_new_entry_takes_the_place_of_its_key() {
    let mut store = Store::new(LIMITS);
    store.insert(entry("/a", &["old"], 9));
    let (id, old) = store.insert(entry("/a", &["new"], 9));
    assert_eq!(old.unwrap().tags, [Rc::from("old")]);
    assert_eq!(store.find("https://a.test/a"), Some(id));
    assert!(paths(&store, Target::Tag("old".into()), None).is_empty());
    assert_eq!(store.iter().count(), 1);
}

#[test]
fn entries_reach_their_end_in_order() {
    let mut store = Store::new(LIMITS);
    store.insert(entry("/late", &[], 9));
    store.insert(entry("/soon", &[], 3));
    assert_eq!(store.next_expiry(), Some(3));
    assert!(store.take_expired(2).is_empty());
    let expired = store.take_expired(3);
    assert_eq!(expired.iter().map(|entry| entry.url.path()).collect::<Vec<_>>(), ["/soon"]);
    assert_eq!(store.next_expiry(), Some(9));
}

#[test]
fn p10_storage_gives_up_what_is_no_longer_fresh_then_the_least_used() {
    let mut store = Store::new(Limits { storage: 200, ..LIMITS });
    let mut stored = |path: &str, fresh_until: Millis| {
        let (id, _) = store.insert(Entry { fresh_until, item_size: 70, ..entry(path, &[], 99) });
        store.set_stored(id, Stored::Yes);
        id
    };
    let used = stored("/used", 50);
    let unused = stored("/unused", 50);
    let stale = stored("/stale", 5);
    store.touch(used);
    assert_eq!(store.storage_victims(70, 10), [stale]);
    assert_eq!(store.storage_victims(71, 10), [stale, unused]);
    assert_eq!(store.over_storage(0), Some(unused));
    store.set_item_size(stale, 10);
    assert_eq!(store.over_storage(50), None);
    assert_eq!(store.over_storage(51), Some(unused));
}
