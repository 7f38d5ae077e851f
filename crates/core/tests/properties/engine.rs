//! Whatever comes in from outside (headers, records, journals, messages), no read hangs and no body is lost.

use everfresh_core::engine::{
    CacheMode, Input, Kind, NewMutation, QueryOptions, ReadId, ResponseHead, Signal, Source, Trigger,
};
use everfresh_core::header::parse_invalidate;
use everfresh_core::journal::Claim;
use everfresh_core::key::{EDIT_PREFIX, ENTRY_PREFIX, HEAD, JOURNAL_PREFIX, SENTINEL, item_prefix};
use everfresh_core::predict::Connection;

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
        'P' => {
            let trigger = Trigger::ALL[with.len() % Trigger::ALL.len()];
            host.prefetch(&url, trigger, with.len() as u8);
        }
        'K' => {
            let connection = if with.contains('2') { Connection::TwoG } else { Connection::FourG };
            host.tell(Input::Connection { connection, saves: with.contains('s') });
        }
        'V' => host.tell(Input::Navigate(url)),
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
                // The first line may be a status.
                let status = with.lines().next().and_then(|line| line.parse().ok()).unwrap_or(200);
                let head = ResponseHead { status, headers: headers(with), ..ResponseHead::default() };
                host.tell(Input::Answered { write, head, fields: vec![("chapterId".into(), with.into())] });
            }
        }
        'U' => {
            if let Some(write) = host.writes.pop() {
                host.tell(Input::Unanswered(write));
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
        'J' => drop(host.disk.insert(format!("{JOURNAL_PREFIX}{with}"), ("1 0 0\n".into(), 0))),
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
            let snapshot = host.snapshot();
            host.tell(Input::Scope { id: with.into(), snapshot });
        }
        'E' => drop(host.disk.insert(format!("{ENTRY_PREFIX}{with}"), (with.into(), 9))),
        'F' => host.tell(Input::Flush { all: with.is_empty() }),
        'q' => host.room = with.len(),
        'g' => host.tell(Input::Gone(with.into())),
        'c' => host.tell(Input::Clear),
        'X' => host.tell(Input::Forget(if with.is_empty() { Source::Memory } else { Source::Storage })),
        't' => {
            host.now += (with.len() as u64) << 14;
            host.tell(Input::Wake);
        }
        _ => mutate(host, what, with),
    }
}

fn mutate(host: &mut Host, what: char, with: &str) {
    match what {
        'M' => host.mutate(mutation(with), None),
        'D' => host.mutate(mutation(with), Some(with.len() as u32)),
        'N' => host.mutate(NewMutation { url: String::new(), ..mutation(with) }, None),
        'n' => host.submit(with.is_empty()),
        'O' | 'k' => {
            let Some(&mutation) = host.mutations.sent.last() else { return };
            if what == 'k' {
                return host.tell(Input::Rename { mutation, id: with.into() });
            }
            let (body, size, url) = (host.keep(), with.len() as u32, format!("{ORIGIN}{with}"));
            host.tell(Input::Adopt { mutation, body, size, url });
        }
        'l' => host.tell(Input::Leading(with.is_empty())),
        'z' | 'y' => {
            let one = host.mutations.pending().get(with.len() % 3).copied();
            if let Some(one) = one {
                host.tell(if what == 'z' { Input::Withdraw(one) } else { Input::RetryDead(one) });
            }
        }
        // Another document's: the name behind that of the user, and the line.
        'v' => {
            let (name, line) = with.split_once('\n').unwrap_or((with, ""));
            host.disk.insert(format!("{EDIT_PREFIX}me|{name}"), (line.into(), line.len() as u32));
            host.disk.insert(HEAD.into(), (with.into(), 0));
        }
        // Another document has sent them all.
        'V' => {
            host.disk.retain(|name, _| !name.starts_with(EDIT_PREFIX));
            host.disk.insert(HEAD.into(), (with.into(), 0));
        }
        _ => host.abort(ReadId(with.len() as u32)),
    }
}

/// A path, a lane, and names of what it makes and needs, with blanks between.
fn mutation(text: &str) -> NewMutation {
    let mut words = text.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let url = format!("{ORIGIN}{}", word());
    NewMutation {
        method: "POST".into(),
        url: url.clone(),
        lane: word().into(),
        temp: word().into(),
        needs: word().into(),
        retries: text.len() as u32 % 3,
        continues: text.len().is_multiple_of(2),
        urls: vec![url, format!("{ORIGIN}/api/a")],
        ..NewMutation::default()
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

    /// What a step about mutations may carry.
    const MUTATION: &str = "(|/api/(a|temp1|scenes/1)( |  temp1| x| x temp1| x  temp1)?|[12]|\
        (200|401|409|425|503|404)(\nretry-after: 1)?|000000100000[0-9]\\.other678\\|k[12]\n\
        1\tPOST\thttps://a\\.test/api/a\tx?\t(temp1)?\t\t(scene:1)?\tc?\t(999999)?\t(0|404)?\tr?\thttps://a\\.test/api/a)";

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
        fn p5_p6_p10_mutations_end_once_and_leave_nothing(
            steps in prop::collection::vec(
                prop_oneof![3 => ("[MMDDDNnnnnAAAUOkllzyvvV]", MUTATION), 1 => ("[rWhbFocqSt]", WITH)], 0..50)
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
