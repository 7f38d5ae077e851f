//! Prefetches: asked for when the page has nothing else to do, kept for their first use, and accounted for.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};

use super::tab::{Outcome, *};
use crate::engine::PrefetchOutcome::*;
use crate::engine::*;
use crate::header::parse_invalidate;
use crate::predict::Connection::{self, *};

const ONE: &str = "/api/one";
/// Its rule says that it is fresh for a second.
const SHORT: &str = "/api/swr/short";

impl Tab {
    pub(super) fn prefetch(&mut self, path: &str) -> ReadId {
        self.prefetch_by(path, Trigger::Hover, 100)
    }

    pub(super) fn prefetch_by(&mut self, path: &str, trigger: Trigger, priority: u8) -> ReadId {
        self.next += 1;
        let read = ReadId(self.next);
        let url = if path.starts_with('/') { url(path) } else { path.into() };
        self.input(Input::Prefetch { read, url, trigger, priority });
        read
    }

    /// Prefetches a path, and has it answered.
    pub(super) fn prefetched(&mut self, path: &str) {
        let read = self.prefetch(path);
        self.respond(self.flight(), ok(), "ahead");
        assert_eq!(self.came_to(read), Some(Fetched));
    }

    pub(super) fn invalidate(&mut self, targets: &str) {
        let members = parse_invalidate(targets).members;
        self.input(Input::Invalidate { members, origin: None });
    }

    pub(super) fn came_to(&self, read: ReadId) -> Option<PrefetchOutcome> {
        match self.outcomes.get(&read.0)? {
            Outcome::Prefetched(outcome) => Some(*outcome),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn account(&self, trigger: Trigger) -> Account {
        self.engine.prefetches(self.now)[trigger as usize]
    }

    /// How those by hover have ended: the names, in turn.
    pub(super) fn ends(&self) -> Vec<&'static str> {
        let account = self.account(Trigger::Hover);
        let ends = End::ALL.iter().zip(account.ends);
        let ends: Vec<&str> = ends.flat_map(|(end, count)| (0..count).map(|_| end.name())).collect();
        let told = self.events.iter().filter(|event| matches!(event, Event::Prefetch { end: Some(_), .. }));
        assert!(told.count() <= ends.len(), "each ends once");
        ends
    }
}

fn network(connection: Connection, saves: bool) -> Input {
    Input::Connection { connection, saves }
}

pub(super) fn configured(prefetch: &str) -> Tab {
    let options = CONFIG.replacen('{', &format!("{{ {prefetch},"), 1);
    Tab::open(Rc::default(), 1_000_000, &options)
}

#[test]
fn p1_its_first_use_may_come_later_than_the_rule_says() {
    let mut tab = Tab::new();
    tab.prefetched(SHORT);
    tab.wait(29_000);
    let before = tab.flights.len();
    assert!(matches!(tab.get(SHORT), Some(Outcome::Cached { body, .. }) if body == "ahead"));
    assert_eq!((tab.flights.len(), tab.ends()), (before, vec!["used"]));
    assert_eq!(tab.changed.len(), 1, "what a peek was told of its time holds no longer");
    // Then its rule alone counts: it is stale, and fetched anew.
    tab.get(SHORT);
    assert_eq!(tab.flights.len(), before + 1);
    assert_eq!(tab.account(Trigger::Hover).used_bytes, 5);
}

#[test]
fn p1_its_first_use_comes_in_time_or_not_at_all() {
    let mut tab = configured(r#""prefetchStaleTime": 5000"#);
    tab.prefetched(SHORT);
    tab.wait(5_000);
    let before = tab.flights.len();
    tab.get(SHORT);
    assert_eq!(tab.flights.len(), before + 1, "it is stale");
    assert_eq!(tab.ends(), ["expired"]);
}

#[test]
fn p1_a_query_takes_it_once_whatever_it_says_of_freshness_itself() {
    let mut tab = Tab::new();
    tab.prefetched("/api/swr/two");
    tab.wait(10_000);
    let before = tab.flights.len();
    let watch = tab.watch("/api/swr/two", r#"{ "staleTime": 0, "dedupingInterval": 0 }"#);
    assert_eq!((tab.view(watch).body, tab.flights.len()), (Some("ahead".into()), before));
    assert_eq!(tab.ends(), ["used"]);
}

#[test]
fn p1_what_was_invalidated_is_not_used() {
    for mode in ["", ";mode=stale"] {
        let mut tab = Tab::new();
        tab.prefetched(SHORT);
        tab.invalidate(&format!("\"{SHORT}\"{mode}"));
        let before = tab.flights.len();
        tab.get(SHORT);
        assert_eq!((tab.flights.len(), tab.ends()), (before + 1, vec!["invalidated"]), "{mode}");
    }
}

#[test]
fn p2_an_answer_that_an_invalidation_crossed_is_not_kept() {
    let mut tab = Tab::new();
    let read = tab.prefetch(ONE);
    tab.invalidate(&format!("\"{ONE}\""));
    tab.respond(tab.flight(), ok(), "old");
    assert_eq!((tab.came_to(read), tab.ends()), (Some(Late), vec!["invalidated"]));
    assert_eq!(tab.cached(ONE), None);
}

#[test]
fn p8_nothing_is_used_by_another_user() {
    let mut tab = Tab::new();
    tab.prefetched(ONE);
    let snapshot = tab.disk.borrow().snapshot();
    tab.input(Input::Scope { id: "you".into(), snapshot });
    assert_eq!(tab.cached(ONE), None);
    assert_eq!(tab.ends(), ["evicted"]);
}

#[test]
fn p9_an_answer_that_must_not_be_stored_is_not() {
    let mut tab = Tab::new();
    let read = tab.prefetch(ONE);
    tab.respond(tab.flight(), head(200, &[("cache-control", "no-store")]), "secret");
    assert_eq!((tab.came_to(read), tab.ends()), (Some(Failed), vec!["failed"]));
    assert_eq!(tab.cached(ONE), None);
}

#[test]
fn p9_an_error_is_no_answer() {
    let mut tab = Tab::new();
    let [answered, broken] = [ONE, "/api/two"].map(|path| (tab.prefetch(path), tab.flight()));
    tab.respond(answered.1, head(500, &[]), "");
    tab.input(Input::Failed(broken.1));
    assert_eq!([answered.0, broken.0].map(|read| tab.came_to(read)), [Some(Failed); 2]);
    assert_eq!(tab.ends(), ["failed"; 2]);
    assert_eq!(tab.cached(ONE), None);
}

#[test]
fn p9_what_is_there_or_under_way_is_not_asked_for_again() {
    let mut tab = Tab::new();
    tab.fill(ONE, "1");
    let fresh = tab.prefetch(ONE);
    tab.get("/api/two");
    let joined = tab.prefetch("/api/two");
    let before = tab.flights.len();
    assert_eq!([fresh, joined].map(|read| tab.came_to(read)), [Some(Cached), Some(Joined)]);
    assert_eq!((tab.flights.len(), tab.account(Trigger::Hover).sent), (before, 0));
}

#[test]
fn p9_what_storage_holds_is_not_asked_for_again() {
    let mut tab = Tab::new();
    tab.fill(ONE, "1");
    tab.idle();
    let mut tab = tab.reload();
    let read = tab.prefetch(ONE);
    assert_eq!((tab.came_to(read), tab.flights.len()), (Some(Cached), 0));
}

#[test]
fn p9_a_read_that_comes_while_it_is_under_way_has_its_answer() {
    let mut tab = Tab::new();
    let read = tab.prefetch(ONE);
    tab.wait(300);
    let before = tab.flights.len();
    assert_eq!(tab.get(ONE), None);
    assert_eq!((tab.flights.len(), tab.ends()), (before, vec!["used"]));
    // It is the page's own by now: who gives the prefetch up does it no harm.
    tab.input(Input::Abort(read));
    assert_eq!((tab.came_to(read), tab.aborted.len()), (Some(Aborted), 0));
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.cached(ONE), Some("1".into()));
    let account = tab.account(Trigger::Hover);
    assert_eq!((account.sent, account.used_bytes, account.saved), (1, 1, 300));
}

#[test]
fn p9_a_page_that_gives_it_up_aborts_it_where_nobody_else_wants_it() {
    let mut tab = Tab::new();
    let read = tab.prefetch(ONE);
    tab.input(Input::Abort(read));
    assert_eq!(
        (tab.came_to(read), tab.aborted.clone(), tab.ends()),
        (Some(Aborted), vec![tab.flight()], vec!["aborted"])
    );
}

#[test]
fn p9_the_requests_of_the_page_come_first() {
    let mut tab = Tab::new();
    tab.get("/api/page");
    let own = tab.flight();
    let read = tab.prefetch(ONE);
    assert_eq!((tab.flights.len(), tab.came_to(read)), (1, None));
    tab.respond(own, ok(), "");
    assert_eq!(tab.flights.len(), 2, "nothing else is under way");
    tab.respond(tab.flight(), ok(), "");
    // A write, too.
    let write = tab.write("POST", "/api/other", vec![]);
    tab.prefetch("/api/two");
    assert_eq!(tab.flights.len(), 2);
    tab.answer(write, ok());
    assert_eq!(tab.flights.len(), 3);
}

#[test]
fn p9_what_was_asked_for_while_it_waited_is_not_sent() {
    let mut tab = Tab::new();
    tab.get("/api/page");
    let own = tab.flight();
    let read = tab.prefetch(ONE);
    tab.get(ONE);
    let theirs = tab.flight();
    tab.respond(own, ok(), "");
    tab.respond(theirs, ok(), "1");
    assert_eq!((tab.came_to(read), tab.flights.len()), (Some(Joined), 2));
}

#[test]
fn p10_so_many_at_a_time_and_the_one_that_matters_most_first() {
    let mut tab = Tab::new();
    for path in ["/api/1", "/api/2", "/api/3", "/api/4"] {
        tab.prefetch(path);
    }
    let urgent = tab.prefetch_by("/api/5", Trigger::Batch, 200);
    assert_eq!(tab.flights.len(), 3);
    tab.respond(tab.flights[0].0, ok(), "");
    assert_eq!((tab.flights.len(), tab.account(Trigger::Batch).sent), (4, 1));
    tab.respond(tab.flight(), ok(), "");
    assert_eq!(tab.came_to(urgent), Some(Fetched));
    assert_eq!(tab.flights.len(), 5);
}

#[test]
fn p10_as_many_wait_as_fit() {
    let mut tab = Tab::new();
    tab.get("/api/page");
    let reads: Vec<ReadId> = (0..101).map(|at| tab.prefetch(&format!("/api/{at}"))).collect();
    assert_eq!(reads.iter().filter(|read| tab.came_to(**read) == Some(Full)).count(), 1);
    assert_eq!(tab.came_to(reads[100]), Some(Full));
    tab.input(Input::Abort(reads[0]));
    assert_eq!(tab.came_to(reads[0]), Some(Aborted));
}

#[test]
fn p10_a_minute_costs_so_much_and_no_more() {
    let mut tab = configured(r#""prefetch": { "bytesPerMinute": 12 }"#);
    tab.prefetched("/api/1");
    tab.prefetched("/api/2");
    let read = tab.prefetch("/api/3");
    assert_eq!(tab.came_to(read), Some(Budget), "it may be as large as those before");
    tab.wait(60_000);
    tab.prefetched("/api/4");
}

#[test]
fn p9_what_may_do_harm_or_cost_somebody_is_left_alone() {
    for (path, outcome) in
        [("https://b.test/x", Origin), ("/account/Logout", Path), ("/x?action=delete", Path), ("no url", Off)]
    {
        let mut tab = Tab::new();
        let read = tab.prefetch(path);
        assert_eq!((tab.came_to(read), tab.flights.len()), (Some(outcome), 0), "{path}");
    }
    let mut tab = configured(r#""prefetch": { "origins": ["https://b.test"], "avoid": ["Danger"] }"#);
    tab.prefetch("https://b.test/logout");
    assert_eq!(tab.flights.len(), 1);
    let read = tab.prefetch("/api/danger");
    assert_eq!(tab.came_to(read), Some(Path));
}

#[test]
fn p9_nothing_is_sent_where_it_is_not_wanted_and_what_waits_is_given_up() {
    for (begins, ends, outcome) in [
        (network(FourG, true), network(FourG, false), DataSaver),
        (network(TwoG, false), network(ThreeG, false), DataSaver),
        (Input::Signal(Signal::Hidden), Input::Signal(Signal::Focus), Hidden),
        (Input::Signal(Signal::Offline), Input::Signal(Signal::Online), Offline),
    ] {
        let mut tab = Tab::new();
        tab.get("/api/page");
        let waiting = tab.prefetch(ONE);
        tab.input(begins);
        let read = tab.prefetch("/api/two");
        assert_eq!([waiting, read].map(|read| tab.came_to(read)), [Some(outcome); 2]);
        tab.respond(tab.flight(), ok(), "");
        tab.input(ends);
        tab.prefetched(ONE);
    }
}

#[test]
fn p10_what_nobody_has_used_when_its_time_is_out_was_for_nothing() {
    let mut tab = Tab::new();
    tab.prefetched(SHORT);
    assert_eq!(tab.account(Trigger::Hover).ends, [0; 6]);
    tab.wait(30_000);
    assert_eq!((tab.ends(), tab.account(Trigger::Hover).wasted_bytes), (vec!["expired"], 5));
    // It counts once, also when it goes.
    tab.now = tab.deadline.unwrap();
    tab.wake();
    assert_eq!((tab.ends(), tab.account(Trigger::Hover).wasted_bytes), (vec!["expired"], 5));
}

#[test]
fn p10_what_has_to_give_way_was_for_nothing() {
    let mut tab = configured(r#""maxEntries": 1, "persist": false"#);
    tab.prefetched(ONE);
    tab.fill("/api/two", "2");
    assert_eq!(tab.ends(), ["evicted"]);
}

#[test]
fn p10_a_look_without_use_is_none() {
    let mut tab = Tab::new();
    tab.prefetched(ONE);
    tab.prefetch(ONE);
    assert_eq!(tab.account(Trigger::Hover).ends, [0; 6]);
    let names: Vec<String> = Trigger::ALL.iter().map(|trigger| trigger.name().into()).collect();
    assert_eq!(names, ["script", "hover", "visible", "idle", "batch", "predicted"]);
}

#[test]
fn p4_what_is_stored_is_not_fresh_for_longer_than_its_rule_says() {
    let mut tab = Tab::new();
    tab.prefetched(SHORT);
    tab.idle();
    let mut tab = tab.reload();
    tab.wait(2_000);
    tab.get(SHORT);
    assert_eq!(tab.flights.len(), 1, "it is stale");
}

#[test]
fn what_is_wrong_in_the_options_is_told_with_its_path() {
    for (options, message) in [
        (
            r#"{"prefetch":{"speed":1}}"#,
            "prefetch.speed: is not known here; known are \"origins\", \"avoid\", \"concurrency\", \"bytesPerMinute\", \"wastePerMinute\", \"halfLife\", \"thresholds\"",
        ),
        (r#"{"prefetch":{"avoid":[1]}}"#, "prefetch.avoid[0]: must be a text"),
        (r#"{"prefetch":{"origins":"a"}}"#, "prefetch.origins: must be a list"),
        (r#"{"prefetch":{"thresholds":{"4g":2}}}"#, "prefetch.thresholds.4g: must be a number from 0 to 1"),
        (r#"{"prefetchStaleTime":-1}"#, "prefetchStaleTime: must be a number of milliseconds, not negative"),
    ] {
        let environment =
            Environment { origin: ORIGIN.into(), document: "document1".into(), hash_key: [1, 2] };
        assert_eq!(Engine::new(&value(options), environment).unwrap_err().message(), message);
    }
}
