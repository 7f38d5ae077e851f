//! What was measured: any text is some or none, some reads back, and what is said of it is sound.

use everfresh_core::metrics::{Dimension, History, MAX_HISTORY, Range, Recorder, Report};

const NOW: u64 = 1_800_000_000_000;

pub(crate) fn check(text: &str) {
    for text in [text.to_owned(), format!("1\n{text}"), format!("1\nr/a\nm30000000\t{text}")] {
        let Some(history) = History::decode(&text) else {
            continue;
        };
        let again = History::decode(&history.encode()).expect("it reads back");
        assert_eq!(again, history);
        let mut twice = history.clone();
        twice.merge(&history);
        for now in [0, NOW, u64::MAX] {
            check_report(&history, now, text.len());
            let mut bound = history.clone();
            bound.merge(&again);
            bound.bound(now);
            assert!(bound.encode().len() <= MAX_HISTORY);
            assert!(History::decode(&bound.encode()).is_some());
            check_report(&bound, now, text.len() / 2);
        }
    }
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    recorder.group(Dimension::Tag, text);
    recorder.time(&[], text.len() as u64);
    assert!(History::decode(&recorder.encode()).is_some(), "any name reads back");
}

/// What is said of groups and steps is said of all, and percentiles are in their order. A number chooses what is asked for:
/// each text has one, and together they ask for everything.
fn check_report(history: &History, now: u64, chosen: usize) {
    let range = Range::ALL[chosen % Range::ALL.len()];
    let by = Dimension::ALL[chosen / Range::ALL.len() % Dimension::ALL.len()];
    let report = Report::of(history, now, range, by);
    let [p50, p95, p99] = [50, 95, 99].map(|percent| report.total.durations.percentile(percent));
    assert!(p50 <= p95 && p95 <= p99);
    let steps = report.series.iter().fold(0_u64, |sum, (_, sums)| sum.saturating_add(sums.durations.count()));
    assert_eq!(steps, report.total.durations.count());
    let json = report.to_json();
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    assert!(report.to_csv().ends_with("\r\n"));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const LINES: &str = "([lreto]/?(a|%2C|:id){0,2}\n){0,3}(m(29999999|30000000|2)\t(0|1|512|1029|544|959)=[0-9]{1,20}\
        (,(0|2|33|600)=[0-9]{1,3}){0,3}\n){0,3}(h(29999940|0)\t(3|512)=[1-9]\n)?(dx[0-9]\n)?";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn p10_what_reads_as_metrics_is_sound(lines in LINES) {
            super::check(lines.trim_end_matches('\n'));
        }

        #[test]
        fn p7_any_text_is_metrics_or_none(text in any::<String>()) {
            super::check(&text);
        }
    }
}
