//! Which cache an answer came from.

use reqwest::header::{AGE, HeaderMap};
use sfv::{BareItem, List, ListEntry, Parser};

/// The name of a cache that says `hit` in `Cache-Status` (RFC 9211), the one nearest to the user; of one that says
/// nothing but an `Age` it is `unnamed`. `None`: no cache answered.
pub(crate) fn hit(headers: &HeaderMap) -> Option<String> {
    let values: Vec<&str> =
        headers.get_all("cache-status").iter().filter_map(|value| value.to_str().ok()).collect();
    if values.is_empty() {
        let age: Option<u64> = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok());
        return age.filter(|age| *age > 0).map(|_| "unnamed".to_owned());
    }
    let list: List = Parser::new(&values.join(", ")).parse().ok()?;
    // Each cache adds itself behind those before it.
    list.iter().rev().find_map(|member| {
        let ListEntry::Item(item) = member else { return None };
        let is_hit = item.params.get("hit").is_some_and(|hit| *hit == BareItem::Boolean(true));
        is_hit.then(|| name(&item.bare_item))
    })
}

fn name(item: &BareItem) -> String {
    match item {
        BareItem::Token(name) => name.as_str().to_owned(),
        BareItem::String(name) => name.as_str().to_owned(),
        _ => "unnamed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[(&'static str, &'static str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, reqwest::header::HeaderValue::from_static(value));
        }
        hit(&headers)
    }

    #[test]
    fn the_nearest_cache_that_says_hit_is_named() {
        for (value, name) in [
            ("everfresh; hit", Some("everfresh")),
            ("everfresh; fwd=miss; stored", None),
            ("origin; hit, \"The CDN\"; hit; ttl=3", Some("The CDN")),
            ("origin; hit, cdn; fwd=stale", Some("origin")),
            ("a; hit=?0", None),
            ("(no list)=", None),
        ] {
            assert_eq!(found(&[("cache-status", value)]).as_deref(), name, "{value}");
        }
        let two = [("cache-status", "a; hit"), ("cache-status", "b; fwd=miss")];
        assert_eq!(found(&two).as_deref(), Some("a"));
    }

    #[test]
    fn an_age_is_of_some_cache() {
        assert_eq!(found(&[("age", "3")]).as_deref(), Some("unnamed"));
        assert_eq!(found(&[("age", "0")]), None);
        assert_eq!(found(&[("age", "3"), ("cache-status", "a; fwd=miss")]), None);
        assert_eq!(found(&[]), None);
    }
}
