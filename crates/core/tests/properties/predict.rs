//! Predictors: any text is one or none, one reads back, and what it predicts is sound.

use everfresh_core::pattern::Route;
use everfresh_core::predict::{Connection, MAX_BYTES, MAX_CONTEXTS, MAX_TEMPLATES, Options, Predictor};
use everfresh_core::url::Url;

pub(crate) fn check(text: &str) {
    for text in [text.to_owned(), format!("1\t9\t9\r{text}")] {
        let Some(mut predictor) = Predictor::decode(Options::default(), &text) else {
            continue;
        };
        check_text(&predictor);
        let story = Url::parse("https://a.test/stories/1").expect("a URL");
        let route = Route::parse("/stories/:id").expect("a route");
        check_predictions(&mut predictor, 9);
        for (now, url, route) in [
            (10, &story, Some(&route)),
            (60_000, &story.join("/").expect("a URL"), None),
            (u64::MAX, &story, Some(&route)),
            (0, &story.join(&text).unwrap_or_else(|| story.clone()), Some(&route)),
            (1, &story, None),
        ] {
            predictor.navigate(now, url, route);
            predictor.saw_size(now, &text, u32::MAX);
            check_predictions(&mut predictor, now);
            check_text(&predictor);
        }
    }
}

/// What it stores is read, and stored the same again.
fn check_text(predictor: &Predictor) {
    let stored = predictor.encode();
    let again = Predictor::decode(Options::default(), &stored).expect("it reads back");
    assert_eq!(again.encode(), stored);
    let [contexts, bytes, sizes, _] = predictor.census();
    assert!(contexts <= MAX_CONTEXTS && bytes <= MAX_BYTES && sizes <= MAX_TEMPLATES);
}

/// Probabilities are some, in their order; each URL is named once, and explained as it is predicted.
fn check_predictions(predictor: &mut Predictor, now: u64) {
    let found = predictor.predict(now, usize::MAX);
    let sum: f64 = found.iter().map(|next| next.probability).sum();
    assert!(sum < 1.000_001, "{sum}");
    for (at, next) in found.iter().enumerate() {
        assert!(next.probability >= 0.0);
        assert!(
            found[at + 1..]
                .iter()
                .all(|other| other.url != next.url && other.probability <= next.probability)
        );
        let why = predictor.explain(now, Connection::FourG, &next.url, &|_| Some(""));
        assert!((why.probability - next.probability).abs() < 1e-9, "{why:?}");
        assert!(why.evidence.iter().any(|said| said.order == next.order));
    }
    let chosen = predictor.choose(now, Connection::ThreeG, &|_| Some("/stories/:id"));
    assert!(chosen.iter().all(|next| next.probability >= 0.30 && found.contains(next)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const LINES: &str = "(p\thttps://a\\.test/(stories/1)?\t(/stories/:id)?\r){0,2}(s\t(/stories/:id)?\t[0-9]{1,4}\t[0-9]{1,10}\r)?\
        (c\t/stories/:id\t[0-9]{1,5}\t/(\\{<?id\\}|b|%2C)=[0-9]{1,11}(,/(\\{id\\}/c|\\{|d)=[0-9]{1,5}){0,2}\r)?\
        (c\thttps://a\\.test/ /stories/:id\t[0-9]{1,5}\t(https://b\\.test)?/b=[0-9]{1,5}\r)?\
        (c\thttps://a\\.test/stories/1\t[1-9][0-9]{3}\t/[bcd]=[0-9]{1,4}(,/[bd]=[0-9]{4})?\r)?";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn p10_what_reads_as_a_predictor_is_sound(lines in LINES) {
            super::check(lines.trim_end_matches('\r'));
        }

        #[test]
        fn p7_any_text_is_a_predictor_or_none(text in any::<String>()) {
            super::check(&text);
        }
    }
}
