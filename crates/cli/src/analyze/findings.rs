//! What stands out, what to change, and what that would bring, as docs/analyze.md specifies it.

use serde::Serialize;

use super::grade::FEW;
use super::metrics::{Group, Metrics, share};

/// What is looked for among groups that are worth it.
const LOW: f64 = 0.5;
/// What a rule that fits is taken to reach.
const WITHIN_REACH: f64 = 0.8;
/// Entries that one invalidation should meet at the most.
const BROAD: f64 = 20.0;
/// Kilobytes that an answer should have at the most, on average: localStorage holds some 5,000 in all.
const LARGE: f64 = 100.0;

/// Something to change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// The name of what was found; stable.
    pub(crate) code: &'static str,
    /// Route, tag, layer; nothing where it concerns all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) about: Option<String>,
    pub(crate) found: String,
    pub(crate) change: String,
    pub(crate) effect: String,
}

/// All that stands out, what concerns most first.
pub(crate) fn look(metrics: &Metrics) -> Vec<Finding> {
    let mut found: Vec<(u64, Finding)> = vec![];
    for group in metrics.by("route").iter().filter(|group| group.sums.reads() >= FEW) {
        found.extend(route(group));
    }
    for group in metrics.by("tag") {
        found.extend(broad(group));
    }
    found.extend(all(metrics));
    found.sort_by_key(|(much, _)| std::cmp::Reverse(*much));
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// What is wrong with a route; each with how much it concerns.
fn route(Group { name, sums }: &Group) -> Vec<(u64, Finding)> {
    let mut found = vec![];
    let rate = sums.hit_rate().unwrap_or(0.0);
    let saved = (WITHIN_REACH * sums.reads() as f64) as u64;
    let saved = saved.saturating_sub(sums.hits);
    if name == "other" {
        found.push((
            sums.misses,
            Finding {
                code: "no-rule",
                about: None,
                found: format!("{} reads of URLs that no rule is for", sums.reads()),
                change: "add a rule whose \"match\" is for them".into(),
                effect: format!("up to {saved} requests fewer, if 80 % of them are hits"),
            },
        ));
        return found;
    }
    let churn = share(sums.invalidations, sums.reads()).unwrap_or(0.0);
    if rate < LOW && churn > LOW {
        found.push((
            saved,
            Finding {
                code: "invalidated-often",
                about: Some(name.clone()),
                found: format!(
                    "{} invalidations and {} reads: {}",
                    sums.invalidations,
                    sums.reads(),
                    percent(rate)
                ),
                change: format!(
                    "see which writes name {name:?} (the overlay's log says why), and let them name less"
                ),
                effect: format!("up to {saved} requests fewer, if 80 % of its reads are hits"),
            },
        ));
    } else if rate < LOW {
        found.push((saved, Finding {
            code: "few-hits",
            about: Some(name.clone()),
            found: format!("{} of {} reads are hits", percent(rate), sums.reads()),
            change: format!("a longer \"staleTime\" in the rule for {name:?}; what writes touch goes at once in any case"),
            effect: format!("up to {saved} requests fewer, if 80 % of its reads are hits"),
        }));
    }
    let failed = share(sums.errors, sums.requests).unwrap_or(0.0);
    if failed > 0.05 {
        found.push((sums.errors, Finding {
            code: "fails-often",
            about: Some(name.clone()),
            found: format!("{} of {} requests fail", percent(failed), sums.requests),
            change: format!("mend the server's {name:?}; \"stale-if-error\" in its Cache-Control hands out what is there meanwhile"),
            effect: format!("{} failures fewer", sums.errors),
        }));
    }
    let each = share(sums.stored_kilobytes, sums.stores).unwrap_or(0.0);
    if each > LARGE {
        found.push((sums.stores, Finding {
            code: "oversized",
            about: Some(name.clone()),
            found: format!("{} stored answers have {each:.0} KB each", sums.stores),
            change: format!("pages, or fewer fields, in the answers of {name:?}; \"persist\": false in its rule leaves localStorage to others"),
            effect: format!("up to {} KB fewer are kept, at {LARGE:.0} KB each", sums.stored_kilobytes - (LARGE as u64) * sums.stores),
        }));
    }
    found
}

/// A tag that meets too much at once.
fn broad(Group { name, sums }: &Group) -> Option<(u64, Finding)> {
    let each = sums.invalidated as f64 / sums.invalidations as f64;
    (sums.invalidations > 0 && each > BROAD).then(|| {
        let spared = sums.invalidated.saturating_sub(sums.invalidations * BROAD as u64);
        (spared, Finding {
            code: "broad-tag",
            about: Some(name.clone()),
            found: format!("an invalidation of {name:?} meets {each:.0} entries"),
            change: format!("name the thing (\"{name}:42\") rather than its kind, or give the map its parents, so that a write needn't widen"),
            effect: format!("up to {spared} entries fewer are fetched again"),
        })
    })
}

/// What concerns all.
fn all(metrics: &Metrics) -> Vec<(u64, Finding)> {
    let total = &metrics.total;
    let mut found = vec![];
    let mut tell = |much: u64, code, found_: String, change: &str, effect: String| {
        let finding = Finding { code, about: None, found: found_, change: change.into(), effect };
        found.push((much, finding));
    };
    if total.evictions > FEW && share(total.evictions, total.stores).is_some_and(|share| share > 0.2) {
        tell(
            total.evictions,
            "evicted-early",
            format!("{} of {} stored answers had to go", total.evictions, total.stores),
            "more room: \"maxEntries\" and \"maxBytes\" in the page, the store's bytes on the server",
            format!("up to {} requests fewer", total.evictions),
        );
    }
    if share(total.late_fills, total.late_fills + total.stores).is_some_and(|share| share > 0.1) {
        tell(
            total.late_fills,
            "late-fills",
            format!("{} answers were not stored, since an invalidation had met them", total.late_fills),
            "fewer writes at once of what is read most, or answers that come sooner",
            format!("up to {} requests fewer", total.late_fills),
        );
    }
    let prefetches = total.prefetches_used + total.prefetches_wasted;
    if prefetches >= FEW && share(total.prefetches_wasted, prefetches).is_some_and(|share| share > 0.6) {
        tell(
            total.prefetches_wasted,
            "prefetched-in-vain",
            format!("{} of {prefetches} prefetches were of no use", total.prefetches_wasted),
            "higher \"thresholds\" of \"prefetch\", or hover in place of visible",
            format!("up to {} requests fewer", total.prefetches_wasted),
        );
    }
    let layers = metrics.by("layer");
    let of = |name: &str| layers.iter().find(|group| group.name == name).map_or(0, |group| group.sums.hits);
    if of("memory") > FEW && of("storage") == 0 {
        tell(
            of("memory") / 10,
            "nothing-stored",
            "no read was answered from localStorage".into(),
            "\"persist\": true in rules whose answers may stay over a reload, and a \"scope\"",
            "pages that are reloaded show what they had at once".into(),
        );
    }
    found
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{Value, json};

    fn codes(reports: &[Value]) -> Vec<(&'static str, Option<String>)> {
        let mut metrics = Metrics::default();
        for report in reports {
            metrics.add("a test", &report.to_string()).unwrap();
        }
        look(&metrics).into_iter().map(|finding| (finding.code, finding.about)).collect()
    }

    fn report(by: &str, total: Value, groups: Value) -> Value {
        json!({ "range": "1h", "groupBy": by, "total": total, "groups": groups })
    }

    #[test]
    fn each_thing_is_found_where_it_is() {
        let routes = json!([
            { "name": "/good/*", "hits": 900, "misses": 100, "requests": 100 },
            { "name": "/few/*", "hits": 10, "misses": 30 },
            { "name": "/cold/*", "hits": 10, "misses": 90, "requests": 90 },
            { "name": "/written/*", "hits": 10, "misses": 190, "invalidations": 150, "requests": 190 },
            { "name": "/broken/*", "hits": 90, "misses": 10, "requests": 10, "errors": 1 },
            { "name": "/large/*", "hits": 90, "misses": 10, "stores": 3, "storedKilobytes": 301 },
            { "name": "/fine/*", "hits": 90, "misses": 10, "stores": 3, "storedKilobytes": 300 },
            { "name": "other", "hits": 0, "misses": 60 },
        ]);
        let found = codes(&[report("route", json!({}), routes)]);
        let named = |code, name: &str| (code, Some(name.to_owned()));
        assert_eq!(
            found,
            [
                named("invalidated-often", "/written/*"),
                named("few-hits", "/cold/*"),
                ("no-rule", None),
                named("oversized", "/large/*"),
                named("fails-often", "/broken/*"),
            ]
        );
    }

    #[test]
    fn tags_that_meet_too_much_are_named() {
        let tags = json!([
            { "name": "story", "invalidations": 3, "invalidated": 900 },
            { "name": "scene", "invalidations": 300, "invalidated": 900 },
            { "name": "list", "invalidations": 0, "invalidated": 0 },
        ]);
        assert_eq!(codes(&[report("tag", json!({}), tags)]), [("broad-tag", Some("story".to_owned()))]);
    }

    #[test]
    fn what_concerns_all_is_found() {
        let total = json!({
            "stores": 100, "evictions": 60, "lateFills": 20, "prefetchesUsed": 10, "prefetchesWasted": 90
        });
        let layers = json!([{ "name": "memory", "hits": 100 }]);
        let found: Vec<&str> =
            codes(&[report("layer", total, layers)]).iter().map(|(code, _)| *code).collect();
        assert_eq!(found, ["prefetched-in-vain", "evicted-early", "late-fills", "nothing-stored"]);
        assert_eq!(codes(&[report("layer", json!({ "stores": 100 }), json!([]))]), []);
    }
}
