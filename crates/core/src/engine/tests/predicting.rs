//! The predictor in the engine: it learns where somebody goes, for them alone, and says what to prefetch.

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::tab::*;
use crate::engine::*;
use crate::key;
use crate::predict::Verdict;

impl Tab {
    fn navigate(&mut self, path: &str) -> Vec<String> {
        self.predicted.clear();
        self.input(Input::Navigate(url(path)));
        self.predicted.iter().flat_map(|pages| pages.split('\n')).map(String::from).collect()
    }

    /// Goes from the one page to the other, a few times.
    fn learn(&mut self, from: &str, to: &str) {
        for _ in 0..4 {
            self.navigate(from);
            self.navigate(to);
            self.wait(1_000);
        }
    }
}

#[test]
fn p9_what_came_next_before_is_predicted_and_at_first_nothing() {
    let mut tab = Tab::new();
    assert_eq!(tab.navigate("/a"), NO_TEXTS);
    tab.learn("/a", "/b");
    assert_eq!(tab.navigate("/a"), [url("/b")]);
    assert_eq!(tab.engine.predict(tab.now, 3).len(), 1);
    let explained = tab.engine.explain(tab.now, &url("/b")).unwrap();
    assert_eq!((explained.verdict, explained.order), (Verdict::Prefetch, 2));
    assert_eq!(tab.engine.explain(tab.now, "no url"), None);
}

#[test]
fn p9_what_is_there_or_must_not_be_prefetched_is_not_named() {
    let mut tab = Tab::new();
    tab.learn("/a", "/api/b");
    tab.fill("/api/b", "b");
    assert_eq!(tab.navigate("/a"), NO_TEXTS);
    tab.learn("/c", "/logout");
    assert_eq!(tab.navigate("/c"), NO_TEXTS);
    let explained = tab.engine.explain(tab.now, &url("/logout")).unwrap();
    assert_eq!(explained.verdict, Verdict::Unwanted);
}

#[test]
fn p4_what_was_learnt_is_there_after_a_reload() {
    let mut tab = Tab::new();
    tab.learn("/a", "/b");
    tab.idle();
    let mut tab = tab.reload();
    assert_eq!(tab.navigate("/a"), [url("/b")]);
}

#[test]
fn p8_it_is_learnt_for_one_user_alone() {
    let mut tab = Tab::new();
    tab.learn("/a", "/b");
    tab.idle();
    let snapshot = tab.disk.borrow().snapshot();
    tab.input(Input::Scope { id: "you".into(), snapshot });
    assert_eq!(tab.navigate("/a"), NO_TEXTS);
    assert_eq!(tab.engine.predict(tab.now, 3), []);
    // Nor is anything stored of nobody.
    let mut tab = Tab::open(Rc::default(), 1_000_000, "{}");
    tab.learn("/a", "/b");
    assert_eq!(tab.navigate("/a"), [url("/b")]);
    tab.input(Input::Flush { all: true });
    assert!(!tab.disk.borrow().items.keys().any(|item| item.starts_with(key::WAYS_PREFIX)));
}

#[test]
fn p10_what_storage_refuses_or_holds_of_others_does_no_harm() {
    for text in ["", "1", "1\tx", "\r\r", "9\t1\t1"] {
        let mut tab = Tab::new();
        let item = Item { header: text.into(), body: String::new() };
        tab.disk.borrow_mut().items.insert(format!("{}me", key::WAYS_PREFIX), item);
        tab.learn("/a", "/b");
        assert_eq!(tab.navigate("/a"), [url("/b")], "{text:?}");
    }
    let mut tab = Tab::new();
    tab.learn("/a", "/b");
    let room = tab.disk.borrow().items.len();
    tab.disk.borrow_mut().room = Some(room);
    tab.idle();
    assert_eq!((tab.problems(), tab.navigate("/a")), (alloc::vec!["quota"], alloc::vec![url("/b")]));
}

#[test]
fn p10_where_storage_was_given_up_nothing_is_written() {
    let mut tab = Tab::new();
    tab.disk.borrow_mut().remove_journals();
    tab.disk.borrow_mut().room = Some(0);
    tab.write("PATCH", "/api/x", alloc::vec![]);
    tab.disk.borrow_mut().room = None;
    tab.learn("/a", "/b");
    tab.idle();
    assert!(!tab.disk.borrow().items.keys().any(|item| item.starts_with(key::WAYS_PREFIX)));
}

const NO_TEXTS: [&str; 0] = [];
