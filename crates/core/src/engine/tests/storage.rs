//! Storage that is full, denied or damaged.

use alloc::{format, string::String, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;
use crate::key::{ENTRY_PREFIX, JOURNAL_PREFIX};

impl Disk {
    /// The name of the entry of a path.
    pub(super) fn name_of(&self, path: &str) -> String {
        let end = format!("|{ORIGIN}{path}");
        self.items.keys().find(|name| name.starts_with(ENTRY_PREFIX) && name.ends_with(&end)).unwrap().clone()
    }

    /// What its entries take.
    fn used(&self) -> usize {
        let entries = self.items.iter().filter(|(name, _)| name.starts_with(ENTRY_PREFIX));
        entries.map(|(name, item)| name.len() + item.header.len() + 20 + item.body.len()).sum()
    }

    /// There are no journals any more.
    pub(super) fn remove_journals(&mut self) {
        self.items.retain(|name, _| !name.starts_with(JOURNAL_PREFIX));
    }
}

#[test]
fn p7_denied_storage_leaves_memory() {
    let mut tab = Tab::closed(Default::default(), 1, CONFIG).start(None);
    tab.fill("/api/a", "a");
    tab.idle();
    assert_eq!(tab.cached("/api/a").as_deref(), Some("a"));
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "*")]));
    assert_eq!(tab.get("/api/a"), None);
    assert!(tab.disk.borrow().items.is_empty());
}

#[test]
fn p7_a_damaged_record_is_dropped_alone() {
    for damage in ["", "x", "9\tx\ty", "nonsense\t\t\t\t\t"] {
        let mut tab = Tab::new();
        tab.fill("/api/a", "a");
        tab.fill("/api/b", "b");
        tab.idle();
        let name = tab.disk.borrow().name_of("/api/a");
        tab.disk
            .borrow_mut()
            .items
            .insert("somebody:else".into(), Item { header: "x".into(), body: "y".into() });
        tab.disk.borrow_mut().items.get_mut(&name).unwrap().header = damage.into();
        let mut tab = tab.reload();
        tab.idle();
        assert_eq!(tab.problems(), ["record-unreadable"], "{damage:?}");
        assert_eq!(tab.stored(), ["/api/b"]);
        assert_eq!(tab.get("/api/a"), None);
        assert_eq!(tab.cached("/api/b").as_deref(), Some("b"));
        assert!(tab.disk.borrow().items.contains_key("somebody:else"));
    }
}

#[test]
fn p7_a_record_that_vanished_or_was_torn_under_us_is_a_miss() {
    for tear in [
        |disk: &mut Disk, name: &str| {
            disk.items.remove(name);
        },
        |disk: &mut Disk, name: &str| disk.items.get_mut(name).unwrap().header.truncate(9),
    ] {
        let mut tab = Tab::new();
        tab.fill("/api/a", "a");
        let mut tab = tab.reload_idle();
        let name = tab.disk.borrow().name_of("/api/a");
        tear(&mut tab.disk.borrow_mut(), &name);
        assert_eq!(tab.get("/api/a"), None);
        tab.respond(tab.flight(), ok(), "again");
        assert_eq!(tab.cached("/api/a").as_deref(), Some("again"));
    }
}

#[test]
fn p7_a_damaged_journal_drops_everything() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    tab.idle();
    tab.disk
        .borrow_mut()
        .items
        .insert("everfresh:j:other".into(), Item { header: "1 x".into(), body: String::new() });
    let mut tab = tab.reload();
    assert_eq!(tab.get("/api/a"), None);
    assert!(!tab.disk.borrow().items.contains_key("everfresh:j:other"));
    assert!(tab.reload().problems().is_empty());
}

#[test]
fn p10_over_quota_the_least_recently_used_give_way() {
    let mut tab = Tab::new();
    tab.disk.borrow_mut().room = Some(6);
    for n in 0..3 {
        tab.fill(&format!("/api/{n}"), &"x".repeat(1_000));
        tab.idle();
    }
    tab.cached("/api/0");
    tab.fill("/api/3", &"x".repeat(1_000));
    tab.idle();
    // How much is missing is an estimate, on the large side.
    assert_eq!(tab.stored(), ["/api/0", "/api/3"]);
    assert!(tab.cached("/api/1").is_some(), "memory keeps it");
}

#[test]
fn p7_storage_that_takes_nothing_more_is_left_alone() {
    let mut tab = Tab::new();
    tab.disk.borrow_mut().room = Some(1);
    tab.fill("/api/a", "a");
    tab.idle();
    assert_eq!(tab.problems(), ["quota"]);
    assert_eq!(tab.cached("/api/a").as_deref(), Some("a"));
}

#[test]
fn p4_a_record_that_cannot_be_written_takes_the_sentinel_with_it() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/7", "old");
    tab.idle();
    // Sentinel, head and entry are there; there is no room for a journal.
    tab.disk.borrow_mut().remove_journals();
    tab.disk.borrow_mut().room = Some(3);
    tab.write("PATCH", "/api/scenes/7", vec![]);
    assert!(tab.stored().is_empty(), "the entries make room");
    assert!(tab.problems().contains(&"journal-refused"));
    let mut tab = tab.reload();
    assert_eq!(tab.get("/api/scenes/7"), None);
    assert!(tab.causes().contains(&Cause::Orphan), "with the room, the intent could be written");
}

#[test]
fn p4_where_no_record_can_be_written_storage_is_given_up() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/7", "old");
    tab.idle();
    let left_behind = tab.disk.borrow().items.clone();
    tab.disk.borrow_mut().remove_journals();
    tab.disk.borrow_mut().room = Some(0);
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    let left: Vec<String> = tab.disk.borrow().items.keys().cloned().collect();
    assert_eq!(left, ["everfresh:epoch"], "blank, so that every document drops everything");
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:7")]));
    assert_eq!(tab.get("/api/scenes/7"), None);
    // Even entries that come back (another tab's late write) stay dead without the sentinel.
    for (name, item) in left_behind.into_iter().filter(|(name, _)| name.starts_with("everfresh:e:")) {
        tab.disk.borrow_mut().items.insert(name, item);
    }
    tab.disk.borrow_mut().room = None;
    let mut tab = tab.reload();
    assert_eq!(tab.get("/api/scenes/7"), None);
}

#[test]
fn an_entry_above_the_limit_stays_in_memory() {
    let config = CONFIG.replacen('{', r#"{ "maxEntrySize": 3,"#, 1);
    let mut tab = Tab::open(Default::default(), 1, &config);
    tab.fill("/api/long", "long");
    tab.fill("/api/ok", "ok");
    tab.idle();
    assert_eq!(tab.stored(), ["/api/ok"]);
    assert_eq!(tab.cached("/api/long").as_deref(), Some("long"));
}

#[test]
fn p10_storage_keeps_to_its_budget() {
    let config = CONFIG.replacen('{', r#"{ "maxStorage": 3000,"#, 1);
    let mut tab = Tab::open(Default::default(), 1, &config);
    for n in 0..30 {
        tab.fill(&format!("/api/{n}"), "x");
        tab.idle();
        assert!(tab.disk.borrow().used() <= 3000, "{:?}", tab.stored());
    }
    let used = tab.disk.borrow().used();
    // Of one that is to be written only the estimate is known.
    assert!(used > 2000, "what it needs is counted, and no more: {used}");

    let mut tab = Tab::open(tab.disk, 2, &config.replace("3000", "2000"));
    tab.idle();
    let used = tab.disk.borrow().used();
    assert!(used <= 2000, "what is found is counted, too: {used}");
}

#[test]
fn an_idle_moment_writes_only_so_much() {
    let mut tab = Tab::new();
    for path in ["/api/1", "/api/2", "/api/3"] {
        tab.fill(path, &"x".repeat(60_000));
    }
    tab.input(Input::Flush { all: false });
    assert_eq!(tab.stored(), ["/api/1", "/api/2"]);
    tab.idle();
    assert_eq!(tab.stored().len(), 3);
}

#[test]
fn an_entry_evicted_from_memory_is_read_from_storage_again() {
    let config = CONFIG.replacen('{', r#"{ "maxEntries": 1,"#, 1);
    let mut tab = Tab::open(Default::default(), 1, &config);
    tab.fill("/api/a", "a");
    tab.fill("/api/b", "b");
    assert_eq!(tab.bodies.len(), 1);
    let outcome = tab.get("/api/a");
    assert!(
        matches!(&outcome, Some(Outcome::Cached { status, body, .. }) if status.contains("detail=storage") && body == "a"),
        "{outcome:?}"
    );
    assert_eq!(tab.bodies.len(), 1);
}

#[test]
fn the_page_going_away_writes_all_that_waits() {
    let mut tab = Tab::new();
    for n in 0..30 {
        tab.fill(&format!("/api/{n}"), "x");
    }
    assert!(tab.stored().is_empty());
    tab.input(Input::Flush { all: true });
    assert_eq!(tab.stored().len(), 30);
}

#[test]
fn a_reload_learns_what_is_stored_when_idle() {
    let mut tab = Tab::new();
    for n in 0..50 {
        tab.fill_with(&format!("/api/{n}"), head(200, &[("x-cache-tags", "t")]), "x");
    }
    let mut tab = tab.reload_idle();
    assert_eq!(tab.engine.entries().count(), 50);
    assert!(tab.bodies.is_empty());
    let members = crate::header::parse_invalidate("t").members;
    tab.input(Input::Invalidate { members, origin: None });
    assert!(tab.stored().is_empty());
}

#[test]
fn p1_the_record_of_an_entry_that_waits_to_be_written_anew_is_removed_too() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "old");
    tab.idle();
    tab.wait(30_000);
    tab.fill("/api/a", "newer, not written yet");
    assert_eq!(tab.stored(), ["/api/a"]);
    let members = crate::header::parse_invalidate("\"/api/a\"").members;
    tab.input(Input::Invalidate { members, origin: None });
    assert!(tab.stored().is_empty());
}
