//! What waits is piled up to its bounds.

use everfresh_core::engine::*;
use fastrand::Rng;

use crate::filling::{edit, mutation, others};
use crate::host::{Host, ORIGIN};

/// Nothing is sent, and nobody looks at what was done: what is to be sent comes to its bounds, and no further.
pub(crate) fn pile_up(host: &mut Host, random: &mut Rng, look: &mut dyn FnMut(&Host)) {
    while let Some(&watch) = host.watches.first() {
        host.abort(watch);
    }
    host.query(
        &format!("{ORIGIN}/api/fails"),
        Kind::Query,
        QueryOptions { retry: Some(1), ..QueryOptions::default() },
    );
    if let Some(flight) = host.flights.pop() {
        host.tell(Input::Failed(flight));
    }
    look(host);
    host.room = usize::MAX;
    host.disk.clear();
    host.tell(Input::CatchUp(host.snapshot()));
    let snapshot = host.snapshot();
    host.tell(Input::Scope { id: "me".into(), snapshot });
    host.tell(Input::Signal(Signal::Focus));
    host.tell(Input::Signal(Signal::Online));
    for _ in 0..50 {
        host.mutate(mutation(random), None);
    }
    host.give_all_up();
    look(host);
    host.withdraw_all();
    let mut reach = |host: &Host, name, bound| {
        look(host);
        assert!(host.engine.census().contains(&(name, bound)), "{name}: {:?}", host.engine.census());
    };
    for write in core::mem::take(&mut host.writes) {
        host.tell(Input::Unanswered(write));
    }
    for page in ["a", "b"].repeat(5) {
        host.tell(Input::Navigate(format!("{ORIGIN}/{page}")));
    }
    for number in 0..300 {
        host.prefetch(&format!("{ORIGIN}/api/ahead/{number}"), Trigger::Script, 0);
        host.respond(ResponseHead { status: 200, ..ResponseHead::default() });
        host.body(1);
    }
    reach(host, "sizes of prefetches", 256);
    host.read(&format!("{ORIGIN}/api/page"), vec![], CacheMode::Default);
    for number in 300..500 {
        host.prefetch(&format!("{ORIGIN}/api/ahead/{number}"), Trigger::Script, 0);
    }
    reach(host, "prefetches that wait", 100);
    host.tell(Input::Signal(Signal::Offline));
    for (size, name, bound) in [(10_000, "size of edits", 1_500_000), (1, "edits", 200)] {
        host.withdraw_all();
        for _ in 0..=bound / size as usize {
            host.mutate(mutation(random), Some(size));
        }
        reach(host, name, bound);
    }
    for _ in 0..1_000 {
        host.mutate(mutation(random), None);
    }
    reach(host, "mutations", 1_000);
    reach(host, "edits", 200);
    host.withdraw_all();
    // Documents that are told of each other's too late have made more than one may.
    for number in 0..1_100 {
        host.disk.insert(others(number), edit(random));
    }
    host.tell(Input::CatchUp(host.snapshot()));
    reach(host, "edits", 1_000);
}
