//! Whatever comes in from outside (headers, records, journals, messages), no read hangs and no body is lost.

use everfresh_core::engine::{CacheMode, Input, Kind, QueryOptions, ReadId, ResponseHead, Signal};
use everfresh_core::header::parse_invalidate;
use everfresh_core::journal::Claim;
use everfresh_core::key::{ENTRY_PREFIX, HEAD, JOURNAL_PREFIX, SENTINEL, item_prefix};

use crate::host::{Host, ORIGIN, RETRIES};

const OPTIONS: &str = r#"{
  "scope": { "id": "me" }, "buster": "b", "maxEntries": 8, "maxBytes": 20000,
  "rules": [
    { "match": "/swr/*", "staleTime": 1000, "mode": "swr" },
    { "match": "/headers/*" },
    { "match": "/api/*", "staleTime": 30000 }
  ],
  "entities": { "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
    "chapter": { "path": "/api/chapters/:id", "lists": ["chapters"] } }
}"#;

/// Steps that a text is read for.
const STEPS: usize = 60;

/// Lives through what the text tells: a letter says what happens, the text up to the next `|` what with.
pub(crate) fn check(text: &str) {
    let mut host = Host::new(OPTIONS, "document1");
    host.tell(Input::Start(Some(host.snapshot())));
    for step in text.split('|').take(STEPS) {
        let mut rest = step.chars();
        let what = rest.next();
        live(&mut host, what.unwrap_or_default(), rest.as_str());
        host.now += 700;
    }
    host.end();
}

fn live(host: &mut Host, what: char, with: &str) {
    let url = format!("{ORIGIN}{with}");
    match what {
        'r' => host.read(&url, vec![], CacheMode::Default),
        'R' => host.read(&url, headers(with), CacheMode::Reload),
        'Q' | 'p' | 'W' => {
            let kind = match what {
                'Q' => Kind::Query,
                'p' => Kind::Peek,
                _ => Kind::Watch,
            };
            let options = QueryOptions {
                retry: Some(with.len() as u32 % RETRIES),
                tags: vec![with.into()],
                refetch_interval: with.contains('2').then_some(5_000),
                ..QueryOptions::default()
            };
            host.query(&url, kind, options);
        }
        'd' => host.set_data(&url, with.len() as u32, QueryOptions::default()),
        'x' => host.tell(Input::Remove(url)),
        'S' => {
            let signals = [Signal::Focus, Signal::Hidden, Signal::Online, Signal::Offline];
            host.tell(Input::Signal(signals[with.len() % signals.len()]));
        }
        'u' => {
            if let Some(&watch) = host.watches.first() {
                host.tell(Input::Refetch(watch));
                host.abort(watch);
            }
        }
        'a' => {
            if let Some(&read) = host.reads.last() {
                host.abort(read);
            }
        }
        'w' => host.write("PATCH", &url),
        'h' => host.respond(ResponseHead { status: 200, headers: headers(with), ..ResponseHead::default() }),
        'b' => host.body(with.len() as u32),
        'f' => {
            if let Some(flight) = host.flights.pop() {
                host.tell(Input::Failed(flight));
            }
        }
        'A' => {
            if let Some(write) = host.writes.pop() {
                let head = ResponseHead { status: 200, headers: headers(with), ..ResponseHead::default() };
                host.tell(Input::Answered { write, head, fields: vec![("chapterId".into(), with.into())] });
            }
        }
        'i' => {
            let members = parse_invalidate(with).members;
            host.tell(Input::Invalidate { members, origin: None });
        }
        'm' => host.tell(Input::Heard(with.into())),
        'j' => {
            host.disk.insert(format!("{JOURNAL_PREFIX}other678"), (with.into(), 0));
            host.disk.insert(HEAD.into(), (with.into(), 0));
        }
        'J' => drop(host.disk.insert(format!("{JOURNAL_PREFIX}{with}"), ("1 0\n".into(), 0))),
        's' => drop(host.disk.insert(SENTINEL.into(), (with.into(), 0))),
        'H' => drop(host.disk.insert(HEAD.into(), (with.into(), 0))),
        // As the entry of a path, with the epoch in its place.
        'e' => {
            let epoch = host.disk.get(SENTINEL).map(|(epoch, _)| epoch.clone()).unwrap_or_default();
            let claim = Claim::default().followed_by(0, "document1", "me");
            let name = format!("{}{ORIGIN}/api/stored", item_prefix(&claim));
            host.disk.insert(name, (with.replace('@', &epoch.replace('=', "%3D")), 1 << 20));
        }
        'o' => {
            let items = host.snapshot().items;
            host.tell(Input::Scope { id: with.into(), items });
        }
        'E' => drop(host.disk.insert(format!("{ENTRY_PREFIX}{with}"), (with.into(), 9))),
        'F' => host.tell(Input::Flush { all: with.is_empty() }),
        'q' => host.room = with.len(),
        'g' => host.tell(Input::Gone(with.into())),
        'c' => host.tell(Input::Clear),
        't' => {
            host.now += (with.len() as u64) << 14;
            host.tell(Input::Wake);
        }
        _ => host.abort(ReadId(with.len() as u32)),
    }
}

/// Lines of a name and a value.
fn headers(text: &str) -> Vec<(String, String)> {
    let pairs = text.lines().filter_map(|line| line.split_once(": "));
    pairs.map(|(name, value)| (name.into(), value.into())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// What a step may carry.
    const WITH: &str = "(/api/(scenes/[12]|stored|a)|/swr/a|\\*|scene:1|\n\
        (x-cache-invalidate|x-cache-tags|cache-control|vary|date|age): [a-z0-9:\",*=/ -]{0,12}\n|\
        other678:[0-9]\nother678\n1 [0-9]\n[0-9] [0-9]{6,7} [iwd] (-|https://a\\.test) (\\*|scene:1)\n|\
        1 [0-9]\n[0-9] [0-9]{6,7} [iwd] - scene\n|2\tb\t@\tother678:1\t1000000,1,2000000,1,9000000,5\ta\t\t)";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(80))]
        #[test]
        fn p7_p10_no_read_hangs_and_no_body_is_lost(
            steps in prop::collection::vec(("[rRawhhhbbbfAimjJsHeEFqgct?QpWWdxSuo]", WITH), 0..30)
        ) {
            let steps: Vec<String> = steps.into_iter().map(|(what, with)| what + &with).collect();
            super::check(&steps.join("|"));
        }

        #[test]
        fn p7_no_text_breaks_it(text in any::<String>()) {
            super::check(&text);
        }
    }
}
