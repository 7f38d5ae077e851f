//! What survives the document (P4).

use alloc::{string::String, vec};

use super::tab::*;
use crate::engine::*;

#[test]
fn p4_entries_survive_a_reload_while_they_are_fresh() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    tab.idle();
    let mut tab = tab.reload();
    let outcome = tab.get("/api/a");
    assert!(
        matches!(&outcome, Some(Outcome::Cached { status, .. }) if status.contains("detail=storage")),
        "{outcome:?}"
    );
    assert!(
        matches!(tab.get("/api/a"), Some(Outcome::Cached { status, .. }) if status.contains("detail=memory"))
    );
    tab.wait(30_000);
    let mut tab = tab.reload();
    assert_eq!(tab.get("/api/a"), None);
}

#[test]
fn p4_an_invalidation_survives_a_crash_before_its_entries_were_removed() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/7", "old");
    tab.fill("/api/else", "else");
    tab.idle();
    let removed_never = tab.disk.borrow().items.clone();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:7")]));
    // The renderer died after the record was written and before the entry was removed.
    for (name, item) in removed_never {
        tab.disk.borrow_mut().items.entry(name).or_insert(item);
    }
    assert_eq!(tab.stored().len(), 2);
    let mut tab = tab.reload();
    assert_eq!(tab.get("/api/scenes/7"), None);
    assert_eq!(tab.cached("/api/else").as_deref(), Some("else"));
    assert_eq!(tab.stored(), ["/api/else"]);
}

#[test]
fn p4_a_reload_with_the_write_in_flight_never_shows_the_old_data_as_fresh() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/7", "old");
    tab.fill("/api/else", "else");
    tab.idle();
    tab.write("PATCH", "/api/scenes/7", vec![]);
    // A read that overlaps the write, and is written behind, is no better.
    tab.wait(30_000);
    tab.fill("/api/scenes/7", "old");
    tab.fill("/api/else", "else");
    tab.idle();
    let mut tab = tab.reload();
    assert!(tab.causes().contains(&Cause::Orphan));
    tab.fill("/api/scenes/7", "old, the write is slow");
    tab.wait(5_000);
    tab.fill("/api/scenes/7", "new");
    assert_eq!(tab.cached("/api/else").as_deref(), Some("else"));
    tab.wait(5_000);
    tab.fill("/api/scenes/7", "new");
    assert_eq!(tab.cached("/api/scenes/7").as_deref(), Some("new"));
    // Yet another document finds the same intent, and what was fetched since stands.
    let mut tab = tab.reload_idle();
    assert_eq!(tab.cached("/api/scenes/7").as_deref(), Some("new"));
}

#[test]
fn p4_a_write_broken_off_by_a_reload_may_yet_be_done() {
    // Browsers reject the promise of a write that is under way before they leave the page.
    for ended in [None, Some(504)] {
        let mut tab = Tab::new();
        tab.fill("/api/scenes/7", "old");
        tab.idle();
        let write = tab.write("PATCH", "/api/scenes/7", vec![]);
        match ended {
            None => tab.input(Input::Unanswered(write)),
            Some(status) => tab.answer(write, head(status, &[])),
        }
        // Another write, answered, says nothing of the first.
        let other = tab.write("PATCH", "/api/scenes/7", vec![]);
        tab.answer(other, ok());
        for _ in 0..2 {
            tab = tab.reload();
            tab.fill("/api/scenes/7", "old, the write is slow");
            tab.idle();
            assert!(tab.stored().is_empty());
        }
        tab.wait(10_000);
        tab.fill("/api/scenes/7", "new");
        assert_eq!(tab.cached("/api/scenes/7").as_deref(), Some("new"));
    }
}

#[test]
fn p4_an_answered_write_leaves_no_intent() {
    for status in [200, 422] {
        let mut tab = Tab::new();
        let write = tab.write("PATCH", "/api/scenes/7", vec![]);
        tab.answer(write, head(status, &[]));
        let tab = tab.reload();
        assert!(tab.causes().is_empty(), "{status}");
    }
}

#[test]
fn p4_writes_seen_before_the_engine_was_ready_count() {
    let mut tab = Tab::new();
    for path in ["/api/scenes/7", "/api/chapters/3", "/api/else"] {
        tab.fill(path, path);
    }
    tab.idle();
    let disk = tab.disk;
    let early = |path: &str, head: Option<ResponseHead>| EarlyWrite {
        method: "PATCH".into(),
        url: alloc::format!("{ORIGIN}{path}"),
        head,
    };
    let snapshot = Snapshot {
        edits: vec![],
        early: vec![
            early("/api/scenes/7", Some(head(200, &[("x-cache-invalidate", "scene:7")]))),
            early("/api/chapters/3", None),
        ],
        ..disk.borrow().snapshot()
    };
    let mut tab = Tab::closed(disk, tab.now + 1, CONFIG).start(Some(snapshot));
    assert_eq!(tab.get("/api/scenes/7"), None);
    assert_eq!(tab.get("/api/chapters/3"), None);
    assert_eq!(tab.cached("/api/else").as_deref(), Some("/api/else"));
}

#[test]
fn p4_a_missing_sentinel_drops_everything() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    tab.idle();
    tab.disk.borrow_mut().items.remove("everfresh:epoch");
    let mut tab = tab.reload();
    assert_eq!(tab.get("/api/a"), None);
    assert!(tab.stored().is_empty());
    assert!(tab.disk.borrow().items.contains_key("everfresh:epoch"));
}

#[test]
fn p4_what_another_epoch_wrote_afterwards_is_dead() {
    let mut old = Tab::new();
    old.fill("/api/a", "a");
    let disk = old.disk.clone();
    old.lag();
    disk.borrow_mut().items.remove("everfresh:epoch");
    let mut new = Tab::open(disk, old.now, CONFIG);
    // It has not seen that storage was cleared.
    old.idle();
    let late = old.disk.borrow().items.clone();
    new.disk.borrow_mut().items.extend(late.into_iter().filter(|(name, _)| name.starts_with("everfresh:e:")));
    assert_eq!(new.stored(), ["/api/a"]);
    assert_eq!(new.get("/api/a"), None);
}

#[test]
fn p4_a_changed_buster_drops_everything() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    tab.idle();
    let config = CONFIG.replacen('{', r#"{ "buster": "2", "#, 1);
    let mut tab = Tab::open(tab.disk, tab.now + 1, &config);
    tab.idle();
    assert!(tab.stored().is_empty());
    assert!(tab.problems().is_empty());
}

#[test]
fn p4_old_journals_are_pruned_after_max_age() {
    let mut tab = Tab::new();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, ok());
    let journals =
        |tab: &Tab| tab.disk.borrow().items.keys().filter(|name| name.starts_with("everfresh:j:")).count();
    let mut tab = tab.reload();
    assert_eq!(journals(&tab), 1);
    tab.wait(86_400_000);
    let mut tab = tab.reload();
    assert_eq!(journals(&tab), 1, "somebody may be writing it anew");
    tab.wait(60_000);
    let tab = tab.reload();
    assert_eq!(journals(&tab), 1, "one, to say who is signed in");
    assert!(tab.disk.borrow().snapshot().journals[0].1.ends_with(":me\n"));
}

#[test]
fn p10_too_many_journals_drop_everything() {
    let mut tab = Tab::new();
    for _ in 0..66 {
        tab.input(Input::Invalidate {
            members: vec![crate::target::Member::drop(crate::target::Target::All)],
            origin: None,
        });
        tab = tab.reload();
    }
    let count = tab.disk.borrow().items.keys().filter(|name| name.starts_with("everfresh:j:")).count();
    assert!(count <= 64, "{count}");
}

#[test]
fn p8_another_scope_s_entries_are_neither_read_nor_kept() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "mine");
    tab.idle();
    let config = CONFIG.replace("\"id\": \"me\"", "\"id\": \"you\"");
    let mut tab = Tab::open(tab.disk, tab.now + 1, &config);
    assert_eq!(tab.get("/api/a"), None);
    tab.idle();
    assert!(tab.stored().is_empty());
}

#[test]
fn p8_without_a_scope_only_what_is_public_or_said_to_persist_is_stored() {
    let config = CONFIG
        .replace("\"scope\": { \"id\": \"me\" },", "")
        .replacen("\"rules\": [", r#""rules": [{ "match": "/api/kept/*", "persist": true, "staleTime": 1000 }, { "match": "/api/never/*", "persist": false, "staleTime": 1000 },"#, 1);
    let mut tab = Tab::open(Default::default(), 1, &config);
    tab.fill("/api/private", "x");
    tab.fill_with("/api/public", head(200, &[("cache-control", "public")]), "x");
    tab.fill("/api/kept/a", "x");
    tab.fill_with("/api/never/a", head(200, &[("cache-control", "public")]), "x");
    tab.idle();
    let disk = tab.disk.borrow();
    let stored: alloc::vec::Vec<&String> =
        disk.items.keys().filter(|name| name.starts_with("everfresh:e:")).collect();
    assert_eq!(
        stored,
        [
            &String::from("everfresh:e:|https://a.test/api/kept/a"),
            &String::from("everfresh:e:|https://a.test/api/public"),
        ]
    );
}
