//! Invalidating costs what it matches, not what there is (design sections 6 and 13).

use everfresh_core::engine::*;
use everfresh_core::header::parse_invalidate;
use everfresh_core::json;

use crate::count::{STEPS_ARE_COUNTED, Work, measure};

const OPTIONS: &str = r#"{
  "scope": { "id": "me" }, "maxEntries": 200000, "maxBytes": 2000000000, "maxStorage": 2000000000,
  "rules": [{ "match": "/api/*", "staleTime": 30000 }]
}"#;

/// Entries of each tag `ten:N`; `hundred:N` has ten times as many.
const TEN: usize = 10;

/// An engine with so many entries in memory, and in storage if `stored`.
struct Filled {
    engine: Engine,
    next: u32,
}

impl Filled {
    fn new(entries: usize, stored: bool) -> Self {
        let environment =
            Environment { origin: "https://a.test".into(), document: "document1".into(), hash_key: [1, 2] };
        let engine = Engine::new(&json::parse(OPTIONS).unwrap(), environment).unwrap();
        let mut filled = Self { engine, next: 0 };
        filled.tell(Input::Start(stored.then(Snapshot::default)));
        for at in 0..entries {
            filled.fill(at);
        }
        filled.tell(Input::Flush { all: true });
        assert_eq!(filled.engine.entries().count(), entries);
        filled
    }

    fn fill(&mut self, at: usize) {
        self.next += 1;
        let request = Request {
            method: "GET".into(),
            url: format!("https://a.test/api/{}/{at}", at / TEN),
            ..Request::default()
        };
        let mut effects = self.tell(Input::Read { read: ReadId(self.next), request });
        if let Some(Effect::Load { item }) =
            effects.iter().find(|effect| matches!(effect, Effect::Load { .. }))
        {
            effects = self.tell(Input::Loaded { item: item.to_string(), found: None });
        }
        let fetch = effects.iter().find_map(|effect| match effect {
            Effect::Fetch { flight, .. } => Some(*flight),
            _ => None,
        });
        let (flight, body) = (fetch.unwrap(), BodyId(self.next));
        let tags = format!("ten:{}, hundred:{}", at / TEN, at / TEN / 10);
        let headers = vec![("x-cache-tags".into(), tags)];
        self.tell(Input::Responded {
            flight,
            head: ResponseHead { status: 200, headers, ..ResponseHead::default() },
        });
        self.tell(Input::Body { flight, body, size: 100, text: true, fields: vec![] });
    }

    fn tell(&mut self, input: Input) -> Vec<Effect> {
        self.engine.handle(1_000_000, input);
        core::iter::from_fn(|| self.engine.poll()).collect()
    }

    /// What invalidating takes, and how many effects it has.
    fn invalidate(&mut self, targets: &str) -> (Work, usize) {
        let members = parse_invalidate(targets).members;
        let mut effects = 0;
        let work = measure(|| effects = self.tell(Input::Invalidate { members, origin: None }).len());
        (work, effects)
    }
}

/// Targets that name 10 entries, and ten times as many.
const TARGETS: [(&str, &str); 4] = [
    ("ten:42", "hundred:6"),
    ("ten:43;mode=stale", "hundred:7;mode=stale"),
    ("\"/api/44/*\"", "\"/api/8*\""),
    ("ten:45, \"/api/45/450\"", "hundred:9, \"/api/90/900\""),
];

#[test]
fn p10_invalidating_ten_costs_the_same_among_any_number() {
    for stored in [false, true] {
        let number = if STEPS_ARE_COUNTED { 100_000 } else { 10_000 };
        let mut few = Filled::new(1_000, stored);
        let mut many = Filled::new(number, stored);
        for (ten, hundred) in TARGETS {
            let (among_few, effects) = few.invalidate(ten);
            let (among_many, same) = many.invalidate(ten);
            println!("{ten} among 1,000: {among_few:?}; among {number}: {among_many:?}; {effects} effects");
            assert_eq!(effects, same, "{ten}");
            // Where a name is to be found, a doubling costs a step more.
            among_many.assert_at_most(1, among_few, ten);
            let (for_ten_times, _) = few.invalidate(hundred);
            for_ten_times.assert_at_most(12, among_few, hundred);
        }
    }
}
