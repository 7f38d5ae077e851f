//! A document that lives long and through much: nothing of it grows past its bound (P10).

use std::collections::BTreeMap;

use everfresh_core::engine::*;
use everfresh_core::header::parse_invalidate;
use everfresh_core::key::{EDIT_PREFIX, HEAD, JOURNAL_PREFIX};
use everfresh_core::metrics::{MAX_GROUPS, MAX_PAST};
use everfresh_core::predict::{MAX_BYTES, MAX_CONTEXTS, MAX_TEMPLATES};
use fastrand::Rng;

use crate::count::STEPS_ARE_COUNTED;
use crate::host::{EDIT_SIZE, Host, Item, ORIGIN};
use crate::piling::pile_up;

const OPERATIONS: u32 = if STEPS_ARE_COUNTED { 100_000 } else { 2_500 };
/// How often it is looked at what there is.
const LOOK: u32 = 500;

const OPTIONS: &str = r#"{
  "scope": { "id": "me" }, "maxEntries": 200, "maxBytes": 100000, "maxStorage": 150000, "maxEntrySize": 2000,
  "rules": [
    { "match": "/api/swr/*", "staleTime": 1000, "mode": "swr" },
    { "match": "/api/*", "staleTime": 60000, "gcTime": 600000 }
  ],
  "entities": {
    "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
    "chapter": { "path": "/api/chapters/:id", "lists": ["chapters"] }
  }
}"#;

/// At the most, of what the page itself has under way.
const UNDER_WAY: usize = 20;
/// Other documents that live at a time.
const DOCUMENTS: u32 = 20;

/// What each may come to. What is not here counts nothing that could grow without end.
const BOUNDS: [(&str, usize); 33] = [
    // In memory, and those of storage that are known without a body; a size in storage is 1,000 at least.
    ("entries", 200 + 150),
    ("places of entries", 200 + 150 + 1),
    ("bodies in memory", 200),
    ("bytes in memory", 100_000),
    ("size in storage", 150_000),
    ("records", 256),
    ("targets in the journal", 2_048),
    ("marks", 8_192),
    ("positions", 128),
    ("suspects", 64),
    ("peers", DOCUMENTS as usize),
    ("flights", 2 * UNDER_WAY),
    ("writes", 3 + UNDER_WAY),
    ("mutations", 1_000),
    ("functions given up", 1_000),
    ("answers of mutations", 0),
    // Those that were made here, and those that were found in storage, where others have made them.
    ("edits", 1_000),
    ("size of edits", 1_500_000 + 1_000 * EDIT_SIZE as usize),
    ("watches", UNDER_WAY),
    ("prefetches that wait", 100),
    ("sizes of prefetches", 256),
    ("contexts", MAX_CONTEXTS),
    ("bytes of contexts", MAX_BYTES),
    ("sizes of templates", MAX_TEMPLATES + 1),
    ("risks", 32),
    ("parked", UNDER_WAY),
    ("loads", 0),
    ("unscanned", 600),
    ("unwritten", 256),
    ("honoured", 64),
    ("names of groups", MAX_GROUPS),
    ("text of minutes", MAX_PAST),
    ("steps", 1_000),
];

#[test]
fn p10_nothing_grows_past_its_bound() {
    let mut random = Rng::with_seed(7);
    let mut host = Host::new(OPTIONS, "document1");
    host.disk = left_behind(&mut random);
    host.tell(Input::Start(Some(host.snapshot())));
    let mut most = vec![0; BOUNDS.len()];
    look(&host, &mut most, 0);
    // All of it is looked at, and none is written.
    for _ in 0..30 {
        host.tell(Input::Flush { all: false });
        look(&host, &mut most, 0);
    }
    let mut others: Vec<u32> = (0..DOCUMENTS).collect();
    for at in 0..OPERATIONS {
        let times = Times::of(at);
        // What edits take is not what this is about.
        let edits = host.disk.keys().filter(|name| name.starts_with(EDIT_PREFIX)).count();
        host.room = edits + if times.full { 40 } else { 1_000 };
        // When nobody does much, it fills.
        if times.calm && random.u32(0..4) > 0 {
            fill(&mut host, &mut random);
        } else {
            live(&mut host, &mut random, &mut others, times);
        }
        bury(&mut host, &others);
        host.now += random.u64(0..40);
        if at % LOOK == 0 || at + 1 == OPERATIONS {
            look(&host, &mut most, at);
        }
    }
    pile_up(&mut host, &mut random, &mut |host| look(host, &mut most, OPERATIONS));
    for (&(name, bound), most) in BOUNDS.iter().zip(&most) {
        println!("{name}: at the most {most} of {bound}");
        // What other documents say was understood, and some of it stands.
        assert!(*most > 0 || bound == 0, "{name} was never more than nothing");
    }
    host.end();
}

/// What a document with more room left in storage.
fn left_behind(random: &mut Rng) -> BTreeMap<String, Item> {
    let mut former = Host::new(&OPTIONS.replace("150000", "2000000"), "former12");
    former.tell(Input::Start(Some(former.snapshot())));
    for _ in 0..300 {
        fill(&mut former, random);
        former.tell(Input::Flush { all: true });
    }
    assert!(former.disk.len() > 200);
    former.disk
}

fn look(host: &Host, most: &mut [usize], at: u32) {
    let census = host.engine.census();
    assert_eq!(census.len(), BOUNDS.len());
    for (((name, count), (known, bound)), most) in census.iter().zip(BOUNDS).zip(most) {
        assert_eq!(*name, known);
        assert!(*count <= bound, "{name}: {count}, more than {bound}, after {at} operations");
        *most = (*most).max(*count);
    }
    assert!(
        host.bodies.len() <= 200 + UNDER_WAY + host.mutations.payloads(),
        "{} bodies are kept",
        host.bodies.len()
    );
}

/// What a time is like.
#[derive(Clone, Copy)]
struct Times {
    /// Nothing wide is invalidated, and no write is lost.
    calm: bool,
    /// Storage has little room.
    full: bool,
    /// The page is never idle.
    busy: bool,
}

impl Times {
    fn of(at: u32) -> Self {
        let number = at / (OPERATIONS / 32);
        Self { calm: number.is_multiple_of(2), full: number & 2 != 0, busy: number & 4 != 0 }
    }
}

/// Tells of the documents that are gone and that somebody watches.
fn bury(host: &mut Host, others: &[u32]) {
    let lives = |name: &String| others.iter().any(|other| *name == format!("other{other}"));
    while let Some(place) = host.watched.iter().position(|name| !lives(name)) {
        let name = host.watched.swap_remove(place);
        host.tell(Input::Gone(name));
    }
}

/// Has an entry stored.
fn fill(host: &mut Host, random: &mut Rng) {
    host.read(&url(random), vec![], CacheMode::Default);
    host.respond(ResponseHead { status: 200, ..ResponseHead::default() });
    host.body(random.u32(0..1_500));
}

fn live(host: &mut Host, random: &mut Rng, others: &mut [u32], times: Times) {
    match random.u32(0..100) {
        0..30 => read(host, random),
        30..33 => query(host, random),
        33..41 => mutate(host, random, times),
        41..50 => respond(host, random, times),
        50..65 => host.body(random.u32(0..3_000)),
        65..67 => {
            if let Some(flight) = host.flights.pop() {
                host.tell(Input::Failed(flight));
            }
        }
        67..69 => {
            if let Some(&read) = host.reads.first() {
                host.abort(read);
            }
        }
        69..72 if !times.calm => write(host, random, times),
        72..82 => {
            let members = parse_invalidate(&target(random, times.calm)).members;
            host.tell(Input::Invalidate { members, origin: None });
        }
        82..88 => {
            let other = others[random.usize(0..others.len())];
            let text = journal(random, times);
            let message = format!("other{other}:{}\nother{other}\n{text}", random.u32(..));
            if random.bool() {
                host.disk.insert(format!("{JOURNAL_PREFIX}other{other}"), (text, 0));
                host.disk.insert(HEAD.into(), (format!("other{other}:{}", random.u32(..)), 0));
            }
            host.tell(Input::Heard(message));
        }
        88..92 => {
            // Another document goes, and a new one takes its place.
            let place = random.usize(0..others.len());
            others[place] = random.u32(..);
        }
        92..94 => host.tell(Input::Signal([Signal::Online, Signal::Offline][random.usize(0..2)])),
        94..97 if !times.busy => host.tell(Input::Flush { all: random.bool() }),
        97 => host.tell(Input::Wake),
        98 if !times.calm && random.u32(0..100) == 0 => host.tell(Input::Clear),
        98 if !times.calm && random.bool() => {
            let snapshot = host.snapshot();
            host.tell(Input::Scope { id: ["me", "you", ""][random.usize(0..3)].into(), snapshot });
        }
        99 if !times.calm && random.u32(0..200) == 0 => {
            // Somebody clears storage.
            host.disk.clear();
        }
        _ => host.now += 1,
    }
}

fn url(random: &mut Rng) -> String {
    let kind = ["swr", "scenes", "chapters", "x"][random.usize(0..4)];
    let numbers = if random.bool() { 50 } else { 1_000_000 };
    format!("{ORIGIN}/api/{kind}/{}", random.u32(0..numbers))
}

fn read(host: &mut Host, random: &mut Rng) {
    if host.flights.len() + host.to_read.len() < UNDER_WAY {
        host.read(&url(random), vec![], CacheMode::Default);
    }
}

fn query(host: &mut Host, random: &mut Rng) {
    if random.u32(0..4) == 0 {
        return host.set_data(&url(random), random.u32(0..3_000), QueryOptions::default());
    }
    if random.u32(0..8) == 0 {
        // Some of the ways are gone often.
        let page = if random.bool() { random.u32(0..4) } else { random.u32(0..3_000) };
        return host.tell(Input::Navigate(format!("{ORIGIN}/pages/{page}")));
    }
    if random.u32(0..8) == 0 && host.reads.len() < UNDER_WAY {
        let trigger = Trigger::ALL[random.usize(0..Trigger::ALL.len())];
        return host.prefetch(&url(random), trigger, random.u8(0..255));
    }
    let kind = [Kind::Query, Kind::Peek, Kind::Watch][random.usize(0..3)];
    if let Some(&watch) = host.watches.first().filter(|_| host.watches.len() >= UNDER_WAY / 2) {
        host.abort(watch);
    }
    if host.flights.len() + host.to_read.len() < UNDER_WAY {
        host.query(&url(random), kind, QueryOptions { retry: Some(1), ..QueryOptions::default() });
    }
}

fn respond(host: &mut Host, random: &mut Rng, times: Times) {
    let mut headers = vec![("x-cache-tags".into(), format!("story:{}, stories", random.u32(0..1_000_000)))];
    if random.u32(0..20) == 0 {
        headers.push(("x-cache-invalidate".into(), target(random, times.calm)));
        headers.push(("date".into(), format!("Sun, 06 Nov {} 08:49:37 GMT", random.u32(1_970..9_999))));
    }
    let status = if random.u32(0..30) == 0 { 503 } else { 200 };
    host.respond(ResponseHead { status, headers, ..ResponseHead::default() });
}

fn mutate(host: &mut Host, random: &mut Rng, times: Times) {
    let pending = host.mutations.pending();
    let one = (!pending.is_empty()).then(|| pending[random.usize(0..pending.len())]);
    match (random.u32(0..16), one) {
        // Offline, or where it does not lead, they pile up.
        (0..6, _) => {
            for _ in 0..if times.busy { 8 } else { 1 } {
                let durable = random.bool();
                host.mutate(mutation(random), durable.then(|| random.u32(0..20_000)));
            }
        }
        (6..9, _) if host.mutations.open() < UNDER_WAY => host.submit(random.bool()),
        (9..11, _) => {
            let Some(write) = host.writes.pop() else { return };
            let status = [200, 200, 401, 404, 425, 503][random.usize(0..6)];
            host.tell(Input::Answered {
                write,
                head: ResponseHead { status, ..ResponseHead::default() },
                fields: vec![],
            });
        }
        (11, Some(one)) => host.tell(Input::Withdraw(one)),
        (12, Some(one)) => host.tell(Input::RetryDead(one)),
        (13, _) => host.tell(Input::Leading(random.bool())),
        (14, _) => {
            // Another document's, or it has sent some.
            for _ in 0..20 {
                let name = others(random.u32(0..400));
                if times.busy {
                    drop(host.disk.insert(name, edit(random)))
                } else {
                    drop(host.disk.remove(&name))
                }
            }
            host.disk.insert(HEAD.into(), (format!("other:{}", random.u32(..)), 0));
        }
        _ => host.submit(true),
    }
}

/// The name of another document's edit.
pub(crate) fn others(number: u32) -> String {
    format!("{EDIT_PREFIX}me|{number:016}.other|k")
}

pub(crate) fn edit(random: &mut Rng) -> Item {
    (format!("1\tPOST\t{}\t\t\t\t\t\t\t\t\t{}", url(random), url(random)), EDIT_SIZE)
}

pub(crate) fn mutation(random: &mut Rng) -> NewMutation {
    let lane = ["", "", "a", "b"][random.usize(0..4)];
    let urls = vec![url(random), url(random)];
    let function = random.u32(0..4) == 0;
    let [method, url] = if function { ["", ""] } else { ["POST", &urls[0]] }.map(String::from);
    let (retries, continues) = (random.u32(0..3), random.bool());
    NewMutation { method, url, urls, lane: lane.into(), retries, continues, ..NewMutation::default() }
}

fn write(host: &mut Host, random: &mut Rng, times: Times) {
    if host.writes.len() < 3 && random.bool() {
        return host.write("PATCH", &url(random));
    }
    let Some(write) = host.writes.pop() else { return };
    if random.u32(0..30) == 0 {
        return host.tell(Input::Unanswered(write));
    }
    let headers = vec![("x-cache-invalidate".into(), target(random, times.calm))];
    let head = ResponseHead { status: 200, headers, ..ResponseHead::default() };
    host.tell(Input::Answered { write, head, fields: vec![] });
}

/// A value of `X-Cache-Invalidate`, hardly ever the same.
fn target(random: &mut Rng, narrow: bool) -> String {
    let number = random.u32(0..1_000_000);
    match random.u32(0..if narrow { 32 } else { 40 }) {
        0..20 => format!("story:{number}"),
        20..26 => format!("\"/api/x/{number}\""),
        26..32 => format!("\"/api/x/{number}*\""),
        32..36 => "stories;mode=stale".into(),
        36..38 => (0..random.u32(1..250)).map(|at| format!("a:{number}{at}, ")).collect::<String>() + "b",
        38 => "x".repeat(random.usize(0..9_000)),
        _ => "*".into(),
    }
}

/// What another document says of itself.
fn journal(random: &mut Rng, times: Times) -> String {
    let head = random.u32(1..300);
    let kind = ["i", "i", "i", "w", "d"][random.usize(0..if times.calm { 3 } else { 5 })];
    format!("1 {head} 1000000\n{head} 1000000 {kind} - {}\n", target(random, times.calm))
}
