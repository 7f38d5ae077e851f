//! A site to read and write stories, and somebody who visits it, from a seed.
//!
//! Popularity is by Zipf's law. The visitor has favourites, which change over time, and habits: what comes after a page
//! often depends on the one before it. In between, any link may be followed.

use everfresh_core::pattern::Route;
use everfresh_core::url::Url;
use fastrand::Rng;

const STORIES: usize = 300;
const POSTS: usize = 400;
const AUTHORS: usize = 60;
const SESSIONS: u64 = 500;
const HOUR: u64 = 60 * 60 * 1_000;

/// What the rules of the site name, and how many bytes such a page has.
const ROUTES: [(&str, u32); 12] = [
    ("/", 18_000),
    ("/stories", 24_000),
    ("/stories/:id", 12_000),
    ("/stories/:id/chapters", 9_000),
    ("/stories/:id/chapters/:n", 45_000),
    ("/authors/:id", 15_000),
    ("/community", 30_000),
    ("/community/posts/:id", 20_000),
    ("/inbox", 8_000),
    ("/search", 14_000),
    ("/studio", 11_000),
    ("/help/:topic", 10_000),
];

/// The rules of the site.
pub(crate) struct Rules(Vec<(Route, u32)>);

impl Rules {
    pub(crate) fn new() -> Self {
        let route = |(text, size): &(&str, u32)| (Route::parse(text).unwrap(), *size);
        Self(ROUTES.iter().map(route).collect())
    }

    /// The route of a page, and its size.
    pub(crate) fn of(&self, url: &Url) -> (&Route, u32) {
        let (route, size) = self.0.iter().find(|(route, _)| route.match_url(url, None).is_some()).unwrap();
        // Pages of a kind differ in size, each always by the same.
        let part =
            url.as_str().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        (route, size / 2 + part % size)
    }
}

/// A step of a session.
pub(crate) struct Visit {
    pub(crate) time: u64,
    pub(crate) url: Url,
    /// What the page shows without scrolling.
    pub(crate) links: Vec<Url>,
}

/// All sessions of a visitor.
pub(crate) fn sessions(seed: u64) -> Vec<Vec<Visit>> {
    let mut visitor = Visitor::new(seed);
    (0..SESSIONS).map(|at| visitor.session(at * 9 * HOUR)).collect()
}

fn url(path: &str) -> Url {
    Url::parse(&format!("https://a.test{path}")).unwrap()
}

struct Visitor {
    random: Rng,
    /// Stories that are being read, and the chapter that is next.
    reading: [(usize, usize); 3],
    author: usize,
}

impl Visitor {
    fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let reading = [0; 3].map(|_| (zipf(&mut random, STORIES), 1));
        Self { author: random.usize(..AUTHORS), reading, random }
    }

    fn session(&mut self, start: u64) -> Vec<Visit> {
        // Tastes drift.
        if self.random.f64() < 0.03 {
            let slot = self.random.usize(..self.reading.len());
            self.reading[slot] = (zipf(&mut self.random, STORIES), 1);
        }
        if self.random.f64() < 0.01 {
            self.author = self.random.usize(..AUTHORS);
        }
        let mut visits: Vec<Visit> = Vec::new();
        let mut time = start + self.random.u64(..3 * HOUR);
        let (mut before, mut path) = (String::new(), String::from("/"));
        loop {
            let links = self.links(&path);
            let habit = self.random.f64() < 0.75;
            let next = if habit { self.habit(&before, &path) } else { self.any(&links) };
            let links = links.iter().map(|link| url(link)).collect();
            visits.push(Visit { time, url: url(&path), links });
            if visits.len() > 2 && self.random.f64() < 0.10 {
                return visits;
            }
            time += self.random.u64(3_000..120_000);
            before = std::mem::replace(&mut path, next);
        }
    }

    /// What comes next by habit.
    fn habit(&mut self, before: &str, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts[..] {
            // The inbox is left for where one was not: no page alone tells.
            ["inbox"] if before == "/" => "/community".into(),
            ["inbox"] if before == "/community" => "/studio".into(),
            ["inbox"] => "/".into(),
            [""] if before == "/inbox" => "/stories".into(),
            [""] => {
                let (story, _) = self.favourite();
                self.pick(&[(0.5, "/inbox"), (0.2, "/stories"), (0.3, &format!("/stories/{story}"))])
            }
            ["stories"] if before == "/" => format!("/stories/{}", zipf(&mut self.random, STORIES)),
            ["stories"] => "/search?q=new".into(),
            // Who comes from the list looks at the author; who comes from elsewhere reads on.
            ["stories", id] if before == "/stories" => format!("/authors/{}", author_of(id)),
            ["stories", id] => format!("/stories/{id}/chapters"),
            ["stories", id, "chapters"] => format!("/stories/{id}/chapters/{}", self.chapter(id)),
            // One chapter, then back to the story or home.
            ["stories", id, "chapters", _] => self.pick(&[(0.6, &format!("/stories/{id}")), (0.4, "/")]),
            ["authors", _] if before.starts_with("/stories/") => before.into(),
            ["authors", _] => "/stories".into(),
            ["community"] if before == "/inbox" => {
                format!("/community/posts/{}", zipf(&mut self.random, POSTS))
            }
            ["community"] => "/inbox".into(),
            ["community", "posts", _] => "/community".into(),
            ["studio"] => format!("/authors/{}", self.author),
            _ => "/".into(),
        }
    }

    fn any(&mut self, links: &[String]) -> String {
        // What stands first is followed more often.
        links[zipf(&mut self.random, links.len()) - 1].clone()
    }

    /// What a page shows: the same five everywhere, and what it is about.
    fn links(&mut self, path: &str) -> Vec<String> {
        let mut links: Vec<String> =
            ["/", "/stories", "/community", "/inbox", "/help/start"].map(String::from).into();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let random = &mut self.random;
        match parts[..] {
            [""] => links.extend(self.reading.map(|(story, _)| format!("/stories/{story}"))),
            ["stories"] => links.extend((1..=12).map(|at| format!("/stories/{at}"))),
            ["stories", id] => {
                links.extend([format!("/stories/{id}/chapters"), format!("/authors/{}", author_of(id))])
            }
            ["stories", id, "chapters"] => {
                links.extend((1..=10).map(|n| format!("/stories/{id}/chapters/{n}")))
            }
            ["stories", id, "chapters", _] => {
                links.extend([format!("/stories/{id}"), format!("/stories/{id}/chapters")])
            }
            ["community"] => {
                links.extend((0..10).map(|_| format!("/community/posts/{}", zipf(random, POSTS))))
            }
            ["authors", id] => {
                let author: usize = id.parse().unwrap();
                links.extend((0..5).map(|at| format!("/stories/{}", author + 1 + at * AUTHORS)));
            }
            ["studio"] => links.extend(["/search?q=new".into(), format!("/authors/{}", self.author)]),
            _ => links.push("/help/more".into()),
        }
        links.retain(|link| link != path);
        links
    }

    fn favourite(&mut self) -> (usize, usize) {
        // The first is the dearest.
        let place = self.random.f64();
        self.reading[if place < 0.6 {
            0
        } else if place < 0.85 {
            1
        } else {
            2
        }]
    }

    /// The chapter that comes next of a story that is being read, and the first one of another.
    fn chapter(&mut self, story: &str) -> usize {
        match self.reading.iter_mut().find(|(id, _)| id.to_string() == story) {
            Some((_, chapter)) => {
                *chapter += 1;
                *chapter
            }
            None => 1,
        }
    }

    fn pick(&mut self, choices: &[(f64, &str)]) -> String {
        let mut place = self.random.f64();
        for (part, choice) in choices {
            if place < *part {
                return (*choice).to_owned();
            }
            place -= part;
        }
        choices[0].1.to_owned()
    }
}

/// The author of a story.
fn author_of(story: &str) -> usize {
    (story.parse::<usize>().unwrap() - 1) % AUTHORS
}

/// One of 1 to `count`, the n-th with a weight of 1/n.
fn zipf(random: &mut Rng, count: usize) -> usize {
    let whole: f64 = (1..=count).map(|rank| 1.0 / rank as f64).sum();
    let mut place = random.f64() * whole;
    for rank in 1..count {
        place -= 1.0 / rank as f64;
        if place < 0.0 {
            return rank;
        }
    }
    count
}
