#![allow(clippy::unwrap_used)]

use alloc::{format, string::String};

use super::*;

const SECOND: Millis = 1_000;
const DAY: Millis = 24 * 60 * 60 * SECOND;

/// Someone who visits pages, one a second.
struct Visitor {
    predictor: Predictor,
    now: Millis,
}

impl Visitor {
    fn new() -> Self {
        Self { predictor: Predictor::new(Options::default()), now: 1_000 * DAY }
    }

    /// Visits the paths, of which those below `/stories/` and `/forums/` have a template.
    fn visit(&mut self, paths: &[&str]) -> &mut Self {
        for path in paths {
            self.now += SECOND;
            let url = url(path);
            self.predictor.navigate(self.now, &url, route(&url).as_ref());
        }
        self
    }

    /// Visits the paths, and comes back another day.
    fn session(&mut self, paths: &[&str]) -> &mut Self {
        self.now += PAUSE;
        self.visit(paths)
    }

    /// The next pages with their probability in percent.
    fn check(&self, expected: &[(&str, u32)]) {
        self.check_at(self.now, expected);
    }

    fn check_at(&self, now: Millis, expected: &[(&str, u32)]) {
        let found: Vec<(String, u32)> = self
            .predictor
            .predict(now, 9)
            .iter()
            .map(|next| (next.url.path_and_query().into(), percent(next.probability)))
            .collect();
        let expected: Vec<(String, u32)> =
            expected.iter().map(|(path, percent)| ((*path).into(), *percent)).collect();
        assert_eq!(found, expected);
    }

    fn explain(&self, path: &str) -> Explanation {
        self.predictor.explain(self.now, Connection::FourG, &url(path), &|_| Some("/t"))
    }
}

fn url(path: &str) -> Url {
    Url::parse("https://a.test").unwrap().join(path).unwrap()
}

fn route(url: &Url) -> Option<Route> {
    let routes = ["/stories/:id", "/stories/:id/chapters", "/forums/:id"];
    let routes = routes.into_iter().filter_map(|text| Route::parse(text).ok());
    routes.into_iter().find(|route| route.match_url(url, None).is_some())
}

fn percent(probability: f64) -> u32 {
    (probability * 100.0 + 0.5) as u32
}

#[test]
fn p9_a_cold_start_predicts_nothing() {
    let mut visitor = Visitor::new();
    visitor.check(&[]);
    visitor.visit(&["/a", "/b", "/a"]).check(&[]);
    assert_eq!(visitor.explain("/b").verdict, Verdict::Cold);
    visitor.visit(&["/b", "/a"]);
    assert_eq!(visitor.predictor.predict(visitor.now, 9)[0].url, url("/b"));
}

#[test]
fn a_known_sequence_gives_the_estimates_of_witten_and_bell() {
    let mut visitor = Visitor::new();
    for next in ["/b", "/b", "/b", "/c"] {
        visitor.session(&["/a", next]);
    }
    // Four seen, two of them different: 4/6 of 3/4, and of 1/4.
    visitor.session(&["/a"]).check(&[("/b", 50), ("/c", 17)]);
    let why = visitor.explain("/c");
    assert_eq!((percent(why.probability), why.order, why.verdict), (17, 1, Verdict::Prefetch));
    let [said] = &why.evidence[..] else { panic!("one context: {why:?}") };
    assert_eq!((&*said.context, said.order, said.successors), ("https://a.test/a", 1, 2));
    assert_eq!([said.share * 100.0, said.count, said.total].map(|value| (value + 0.5) as u32), [67, 1, 4]);
    assert_eq!(visitor.explain("/x").verdict, Verdict::Unlikely);
}

#[test]
fn order_2_sees_what_order_1_cannot_and_backs_off_to_it() {
    let mut visitor = Visitor::new();
    for _ in 0..4 {
        visitor.session(&["/a", "/m", "/x"]).session(&["/b", "/m", "/y"]);
    }
    // 4/5 by order 2, and of what is left 8/10 by order 1, half of it each.
    visitor.session(&["/a", "/m"]).check(&[("/x", 88), ("/y", 8)]);
    assert_eq!(visitor.explain("/x").order, 2);
    assert_eq!(visitor.explain("/y").order, 1);
    // From elsewhere there is order 1 alone, of which the last one is a bit newer.
    visitor.session(&["/c", "/m"]).check(&[("/y", 40), ("/x", 40)]);
}

#[test]
fn pages_of_a_template_share_what_is_learnt() {
    let mut visitor = Visitor::new();
    for id in 1..=4 {
        visitor.session(&[&format!("/stories/{id}"), &format!("/stories/{id}/chapters"), "/help?a=1"]);
    }
    visitor.session(&["/stories/99"]).check(&[("/stories/99/chapters", 80)]);
    // Of order 2 and then of order 1, both by template.
    visitor.visit(&["/stories/99/chapters"]).check(&[("/help?a=1", 96)]);
}

#[test]
fn a_page_of_a_template_keeps_what_is_its_own() {
    let mut visitor = Visitor::new();
    for _ in 0..4 {
        visitor.session(&["/stories/1", "/x"]).session(&["/stories/2", "/y"]);
    }
    visitor.session(&["/stories/1"]).check(&[("/x", 88), ("/y", 8)]);
    visitor.session(&["/stories/3"]).check(&[("/y", 40), ("/x", 40)]);
}

#[test]
fn the_way_back_is_bound_to_the_page_before() {
    let mut visitor = Visitor::new();
    for id in 1..=4 {
        visitor.session(&[&format!("/forums/{id}"), "/stories/7", &format!("/forums/{id}")]);
    }
    visitor.session(&["/forums/9", "/stories/8"]);
    assert_eq!(visitor.predictor.predict(visitor.now, 1)[0].url, url("/forums/9"));
}

#[test]
fn a_reload_and_a_pause_are_no_transitions() {
    let mut visitor = Visitor::new();
    visitor.visit(&["/a", "/a", "/a", "/a"]);
    assert_eq!(visitor.predictor.census()[0], 0);
    for _ in 0..3 {
        visitor.session(&["/b"]).session(&["/c"]);
    }
    assert_eq!(visitor.predictor.census()[0], 0);
    // Nor does a reload come between two pages.
    for _ in 0..3 {
        visitor.session(&["/a", "/b", "/b", "/c"]);
    }
    visitor.session(&["/a", "/b"]);
    assert_eq!(visitor.explain("/c").order, 2);
}

#[test]
fn what_is_shown_is_not_predicted() {
    let mut visitor = Visitor::new();
    // By template a story is followed by the third one, which is no way from itself.
    for id in ["1", "2", "4", "5"] {
        visitor.session(&[&format!("/stories/{id}"), "/stories/3"]);
    }
    visitor.session(&["/stories/3"]).check(&[]);
    assert_eq!(visitor.explain("/stories/3").probability, 0.0);
}

#[test]
fn what_was_learnt_fades_by_its_half_life() {
    let mut visitor = Visitor::new();
    for _ in 0..6 {
        visitor.session(&["/a", "/old"]);
    }
    visitor.session(&["/a"]).check(&[("/old", 86)]);
    let half_life = Options::default().half_life;
    // 3 of 4, where it was 6 of 7; then 1.5 of 2.5 is just enough, and less is not.
    visitor.check_at(visitor.now + half_life, &[("/old", 75)]);
    visitor.check_at(visitor.now + 2 * half_life - DAY, &[("/old", 61)]);
    visitor.check_at(visitor.now + 2 * half_life + DAY, &[]);
    // Two new ones outweigh six that are old.
    visitor.now += 2 * half_life;
    visitor
        .session(&["/a", "/new"])
        .session(&["/a", "/new"])
        .session(&["/a"])
        .check(&[("/new", 36), ("/old", 27)]);
}

#[test]
fn the_likeliest_come_first_and_equals_by_their_names() {
    let mut visitor = Visitor::new();
    for next in ["/d", "/c", "/b", "/c"] {
        visitor.session(&["/a", next]);
    }
    visitor.session(&["/a"]);
    let paths: Vec<Url> =
        visitor.predictor.predict(visitor.now, 3).into_iter().map(|next| next.url).collect();
    assert_eq!(paths, ["/c", "/b", "/d"].map(url));
    assert_eq!(visitor.predictor.predict(visitor.now, 2).len(), 2);
}

#[test]
fn p10_what_is_chosen_is_likely_enough_for_the_connection() {
    let mut visitor = Visitor::new();
    for next in ["/b", "/b", "/b", "/c"] {
        visitor.session(&["/a", next]);
    }
    visitor.session(&["/a"]);
    let now = visitor.now;
    for (connection, count) in
        [(Connection::FourG, 2), (Connection::ThreeG, 1), (Connection::TwoG, 1), (Connection::Slow2g, 0)]
    {
        assert_eq!(visitor.predictor.choose(now, connection, &|_| Some("")).len(), count);
    }
    let wanted = |next: &Url| (next.path() == "/c").then_some("");
    let chosen = visitor.predictor.choose(now, Connection::FourG, &wanted);
    assert_eq!(chosen.len(), 1);
    assert_eq!(chosen[0].url, url("/c"));
    let why = visitor.predictor.explain(now, Connection::FourG, &url("/b"), &wanted);
    assert_eq!(why.verdict, Verdict::Unwanted);
}

#[test]
fn p10_no_more_waste_is_expected_in_a_minute_than_is_allowed() {
    let mut visitor = Visitor::new();
    for next in ["/b", "/b", "/b", "/c"] {
        visitor.session(&["/a", next]);
    }
    visitor.session(&["/a"]);
    visitor.predictor.saw_size(visitor.now, "/t", 200_000);
    let why = visitor.explain("/b");
    assert_eq!((why.size, why.waste / 1_000, why.allowance), (200_000, 100, 250_000));
    // Half of 200 KB, and five sixths of it, are too much for one minute; the first goes.
    let choose = |visitor: &mut Visitor| -> Vec<Url> {
        let chosen = visitor.predictor.choose(visitor.now, Connection::FourG, &|_| Some("/t"));
        chosen.into_iter().map(|next| next.url).collect()
    };
    assert_eq!(choose(&mut visitor), [url("/b")]);
    assert_eq!(visitor.explain("/c").verdict, Verdict::OverBudget);
    assert_eq!(visitor.explain("/b").verdict, Verdict::Prefetch);
    assert_eq!(choose(&mut visitor), [url("/b")]);
    assert_eq!(choose(&mut visitor), [] as [Url; 0]);
    visitor.now += 60 * SECOND;
    assert_eq!(choose(&mut visitor), [url("/b")]);
}

#[test]
fn p10_nothing_grows_past_its_bound() {
    let mut visitor = Visitor::new();
    let mut random = fastrand::Rng::with_seed(3);
    let mut most = [0; 4];
    for step in 0..6_000_u32 {
        let id = random.u32(..3_000);
        let long = "x".repeat(random.usize(..600));
        visitor.visit(&[&*format!("/stories/{id}"), &*format!("/{id}/{long}")][..1 + (step % 2) as usize]);
        visitor.predictor.saw_size(visitor.now, &format!("/{id}"), id);
        let _ = visitor.predictor.choose(visitor.now, Connection::FourG, &|_| Some(""));
        for (most, now) in most.iter_mut().zip(visitor.predictor.census()) {
            *most = now.max(*most);
        }
    }
    let [contexts, bytes, sizes, risks] = most;
    assert!((200..=MAX_CONTEXTS).contains(&contexts), "{contexts}");
    assert!((MAX_BYTES / 2..=MAX_BYTES).contains(&bytes), "{bytes}");
    assert_eq!(sizes, MAX_TEMPLATES);
    assert!(risks <= 32, "{risks}");
    let text = visitor.predictor.encode();
    assert!(text.len() < 1_000_000);
    assert!(Predictor::decode(Options::default(), &text).is_some());
}

#[test]
fn p10_what_is_too_long_is_not_learnt() {
    let mut visitor = Visitor::new();
    let long = format!("/{}", "x".repeat(600));
    for _ in 0..3 {
        visitor.session(&["/a", &long, "/b"]);
    }
    assert_eq!(visitor.predictor.census()[0], 0);
    visitor.predictor.saw_size(visitor.now, &long, 7);
    assert_eq!(visitor.explain("/b").size, 7, "it counts for all");
    // Short URLs, of parameters with long names.
    let named = Route::parse(&format!("/:{}", "x".repeat(300))).unwrap();
    let later = visitor.now + 2 * PAUSE;
    visitor.predictor.navigate(later, &url("/7"), Some(&named));
    visitor.predictor.navigate(later, &url("/7/7"), None);
    assert_eq!(visitor.predictor.census()[0], 0);
}

#[test]
fn p8_what_was_learnt_reads_back_and_goes_on() {
    let mut visitor = Visitor::new();
    for id in 1..=4 {
        visitor.session(&["/forums/a=b", &format!("/stories/{id}"), &format!("/stories/{id}/chapters")]);
        visitor.predictor.saw_size(visitor.now, "/t", 1_000 * id);
    }
    visitor.session(&["/forums/a=b", "/stories/9"]);
    let text = visitor.predictor.encode();
    let mut back = Predictor::decode(Options::default(), &text).unwrap();
    assert_eq!(back.encode(), text);
    let rounded = |predictor: &Predictor| -> Vec<(Url, u32)> {
        let found = predictor.predict(visitor.now, 9);
        found.into_iter().map(|next| (next.url, percent(next.probability))).collect()
    };
    assert!(!rounded(&back).is_empty());
    assert_eq!(rounded(&back), rounded(&visitor.predictor));
    let size = |predictor: &Predictor| {
        predictor.explain(visitor.now, Connection::FourG, &url("/x"), &|_| Some("/t")).size
    };
    assert_eq!(size(&back), size(&visitor.predictor));
    // The pages are there too: a document that loads anew is on its way from the one before.
    let next = url("/stories/9/chapters");
    back.navigate(visitor.now, &next, route(&next).as_ref());
    visitor.predictor.navigate(visitor.now, &next, route(&next).as_ref());
    assert_eq!(back.encode(), visitor.predictor.encode());
}

#[test]
fn what_has_faded_altogether_is_not_stored() {
    let mut visitor = Visitor::new();
    visitor.session(&["/a", "/b"]);
    visitor.now += 12 * Options::default().half_life;
    visitor.session(&["/c", "/d"]);
    let back = Predictor::decode(Options::default(), &visitor.predictor.encode()).unwrap();
    assert_eq!((visitor.predictor.census()[0], back.census()[0]), (2, 1));
}

#[test]
fn p7_what_was_not_stored_by_us_is_refused() {
    let page = "p\thttps://a.test/\t";
    let context = |at: u32| format!("\rc\t{at:04}\t1000\t/b=500,/c=500");
    let many: String = (0..=MAX_CONTEXTS as u32).map(context).collect();
    let successors: String = (0..=MAX_SUCCESSORS).map(|at| format!(",/{at}=1")).collect();
    let sizes: String = (0..=MAX_TEMPLATES).map(|at| format!("\rs\t/{at}\t1\t1")).collect();
    let long = "x".repeat(MAX_TEXT + 1);
    for text in [
        "",
        "1",
        "1\t5",
        "2\t5\t5",
        "1\t5\t5\t5",
        "1\t5\tx",
        "1\t5\t5\n",
        "1\t5\t5\nx\ta\tb",
        &format!("1\t5\t5\r{page}%2"),
        &format!("1\t5\t5\r{page}/:"),
        &format!("1\t5\t5\r{page}\r{page}\r{page}"),
        "1\t5\t5\np\tjavascript:1\t",
        &format!("1\t5\t5{many}"),
        &format!("1\t5\t5{}{}", context(2), context(1)),
        &format!("1\t5\t5{}{}", context(1), context(1)),
        &format!("1\t5\t5\rc\ta\t9{}", successors.replacen(',', "\t", 1)),
        &format!("1\t5\t5{sizes}"),
        &format!("1\t5\t5\rs\t{long}\t1\t1"),
        &format!("1\t5\t5\rc\ta\t1\t{long}=1"),
        "1\t5\t5\nc\ta\t1\t/b",
        "1\t5\t5\nc\ta\t1\t/b=0",
        "1\t5\t5\nc\ta\t0\t/b=1",
        "1\t5\t5\nc\ta\t1\t/b=9999999999",
        "1\t5\t5\nc\ta\t1\t/b=1\t",
        &format!("1\t5\t5\rp\thttps://a.test/{}\t", "x".repeat(1_000_000)),
    ] {
        let short: String = text.chars().take(80).collect();
        assert!(Predictor::decode(Options::default(), text).is_none(), "{short:?}");
    }
    assert!(Predictor::decode(Options::default(), &format!("1\t5\t5{}{}", context(1), context(2))).is_some());
}

#[test]
fn p7_a_clock_that_jumps_breaks_nothing() {
    let mut visitor = Visitor::new();
    for now in [Millis::MAX, 0, 5 * DAY, Millis::MAX / 2, 1] {
        visitor.now = now.min(Millis::MAX - 100 * SECOND);
        for _ in 0..3 {
            visitor.visit(&["/a", "/b", "/a"]);
        }
        let found = visitor.predictor.predict(visitor.now, 9);
        assert_eq!(found[0].url, url("/b"));
        assert!(found.iter().all(|next| (0.0..=1.0).contains(&next.probability)));
    }
}
