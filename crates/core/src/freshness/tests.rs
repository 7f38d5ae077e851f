use alloc::string::{String, ToString};

use proptest::prelude::*;

use super::*;

const SENT: Millis = 784_111_770_000;
const NOW: Millis = SENT + 2_000;
/// Two seconds before `SENT`.
const DATE: &str = "Sun, 06 Nov 1994 08:49:28 GMT";

fn head(status: u16, headers: &[(&str, &str)]) -> ResponseHead {
    let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
    ResponseHead { status, headers: headers.iter().map(own).collect(), ..ResponseHead::default() }
}

/// How long the answer is fresh, counted from `NOW`; negative where it is stale.
fn fresh_for(stale_time: Option<Millis>, headers: &[(&str, &str)]) -> i64 {
    let lifetime = lifetime(&head(200, headers), stale_time, SENT, NOW);
    lifetime.fresh_until.cast_signed() - NOW.cast_signed()
}

#[test]
fn reads_cache_control() {
    let second = 1000;
    for (value, expected) in [
        ("", CacheControl::default()),
        ("max-age=60", CacheControl { max_age: Some(60 * second), ..CacheControl::default() }),
        ("MAX-AGE=60", CacheControl { max_age: Some(60 * second), ..CacheControl::default() }),
        ("max-age=\"60\"", CacheControl { max_age: Some(60 * second), ..CacheControl::default() }),
        ("max-age = 60", CacheControl { max_age: Some(60 * second), ..CacheControl::default() }),
        ("max-age=60, max-age=5", CacheControl { max_age: Some(5 * second), ..CacheControl::default() }),
        ("max-age=60, max-age=x", CacheControl { max_age: Some(0), ..CacheControl::default() }),
        ("max-age", CacheControl { max_age: Some(0), ..CacheControl::default() }),
        ("max-age=", CacheControl { max_age: Some(0), ..CacheControl::default() }),
        ("max-age=-1", CacheControl { max_age: Some(0), ..CacheControl::default() }),
        ("max-age=1.5", CacheControl { max_age: Some(0), ..CacheControl::default() }),
        ("max-age=+5", CacheControl { max_age: Some(0), ..CacheControl::default() }),
        (
            "max-age=99999999999999999999999",
            CacheControl { max_age: Some(MAX_SECONDS * second), ..CacheControl::default() },
        ),
        ("s-maxage=60", CacheControl::default()),
        (",, ,no-store,", CacheControl { no_store: true, ..CacheControl::default() }),
        ("No-Cache", CacheControl { no_cache: true, ..CacheControl::default() }),
        (
            "no-cache=\"set-cookie, max-age=5\", public",
            CacheControl { no_cache: true, public: true, ..CacheControl::default() },
        ),
        ("private=\"x\"", CacheControl { private: true, ..CacheControl::default() }),
        ("ext=\"no-store\"", CacheControl::default()),
        ("ext=\"a\\\", no-store\", public", CacheControl { public: true, ..CacheControl::default() }),
        ("ext=\"a, no-store", CacheControl::default()),
        ("no-store;x", CacheControl::default()),
        (
            "must-revalidate, stale-while-revalidate=30, stale-if-error=40",
            CacheControl {
                must_revalidate: true,
                stale_while_revalidate: Some(30 * second),
                stale_if_error: Some(40 * second),
                ..CacheControl::default()
            },
        ),
    ] {
        assert_eq!(CacheControl::parse(value), expected, "{value}");
    }
}

#[test]
fn an_answer_is_fresh_as_long_as_its_headers_say() {
    for (headers, expected) in [
        (&[("cache-control", "max-age=60")][..], 58_000),
        (&[("cache-control", "max-age=60"), ("age", "10")], 48_000),
        (&[("cache-control", "max-age=60"), ("age", "10, 50")], 48_000),
        (&[("cache-control", "max-age=60"), ("age", "x")], 58_000),
        (&[("cache-control", "max-age=60"), ("date", DATE)], 56_000),
        (&[("cache-control", "max-age=60"), ("date", DATE), ("age", "1")], 56_000),
        (&[("cache-control", "max-age=60"), ("date", DATE), ("age", "9")], 49_000),
        (&[("cache-control", "max-age=60"), ("date", "Sun, 06 Nov 1994 09:00:00 GMT")], 58_000),
        (&[("cache-control", "max-age=60"), ("date", "nonsense")], 58_000),
        (&[("cache-control", "max-age=60"), ("expires", "0")], 58_000),
        (&[("cache-control", "max-age=5"), ("age", "20")], -17_000),
        (&[("cache-control", "max-age=0")], -2_000),
        (&[("expires", "Sun, 06 Nov 1994 08:50:28 GMT"), ("date", DATE)], 56_000),
        (&[("expires", "Sun, 06 Nov 1994 08:50:32 GMT")], 58_000),
    ] {
        assert_eq!(fresh_for(None, headers), expected, "{headers:?}");
    }
}

#[test]
fn without_an_explicit_lifetime_it_is_stale_at_once() {
    for (headers, expected) in [
        (&[][..], -2_000),
        (&[("age", "10")], -12_000),
        (&[("last-modified", "Sun, 06 Nov 1993 08:49:28 GMT"), ("date", DATE)], -2_000),
        (&[("cache-control", "s-maxage=60")], -2_000),
        (&[("cache-control", "max-age=60, no-cache")], -2_000),
        (&[("cache-control", "public")], -2_000),
    ] {
        assert_eq!(fresh_for(None, headers), expected, "{headers:?}");
    }
    for expires in ["0", "-1", "", "tomorrow", "Sun, 06 Nov 1993 08:49:28 GMT"] {
        assert!(fresh_for(None, &[("expires", expires), ("date", DATE)]) <= 0, "{expires}");
    }
}

#[test]
fn a_rule_stands_in_place_of_the_headers() {
    assert_eq!(fresh_for(Some(30_000), &[]), 28_000);
    assert_eq!(fresh_for(Some(30_000), &[("cache-control", "max-age=5, no-cache")]), 28_000);
    assert_eq!(fresh_for(Some(0), &[("cache-control", "max-age=60")]), -2_000);
    assert_eq!(fresh_for(Some(30_000), &[("age", "600")]), 28_000);
}

#[test]
fn p8_what_may_not_be_stored_is_not() {
    let explicit = ("cache-control", "max-age=60");
    for (status, headers, expected) in [
        (200, &[][..], true),
        (203, &[], true),
        (204, &[], true),
        (404, &[], false),
        (404, &[explicit], true),
        (410, &[explicit], true),
        (301, &[explicit], true),
        (308, &[("expires", "0")], true),
        (300, &[explicit], true),
        (302, &[explicit], false),
        (206, &[explicit], false),
        (304, &[explicit], false),
        (401, &[explicit], false),
        (500, &[explicit], false),
        (0, &[explicit], false),
        (200, &[("cache-control", "no-store")], false),
        (200, &[("cache-control", "max-age=60, NO-STORE")], false),
        (200, &[("vary", "*")], false),
        (200, &[("vary", "accept, *")], false),
        (200, &[("vary", "accept")], true),
    ] {
        for stale_time in [None, Some(60_000)] {
            let lifetime = lifetime(&head(status, headers), stale_time, SENT, NOW);
            assert_eq!(lifetime.storable, expected, "{status} {headers:?}");
        }
    }
}

#[test]
fn stale_answers_are_handed_out_only_where_allowed() {
    for (value, grace, must_revalidate) in [
        ("max-age=60, stale-while-revalidate=30", 30_000, false),
        ("max-age=60", 0, false),
        ("max-age=60, stale-while-revalidate=30, must-revalidate", 0, true),
        ("no-cache, stale-while-revalidate=30", 0, true),
    ] {
        let lifetime = lifetime(&head(200, &[("cache-control", value)]), None, SENT, NOW);
        assert_eq!(lifetime.stale_while_revalidate_until - lifetime.fresh_until, grace, "{value}");
        assert_eq!(lifetime.must_revalidate, must_revalidate, "{value}");
    }
}

#[test]
fn p8_public_is_what_says_so_and_nothing_else() {
    for (value, expected) in
        [("public", true), ("public, private", false), ("max-age=60", false), ("private", false)]
    {
        let lifetime = lifetime(&head(200, &[("cache-control", value)]), None, SENT, NOW);
        assert_eq!(lifetime.public, expected, "{value}");
    }
}

#[test]
fn age_counts_from_the_request() {
    assert_eq!(lifetime(&head(200, &[]), None, SENT, NOW).generated, SENT);
    assert_eq!(lifetime(&head(200, &[("age", "10")]), None, SENT, NOW).generated, SENT - 10_000);
    assert_eq!(lifetime(&head(200, &[("age", "10")]), None, 5_000, 6_000).generated, 0);
}

proptest! {
    #[test]
    fn p7_any_header_gives_a_lifetime(
        control in any::<String>(), age in "[0-9]{0,30}", expires in any::<String>(),
        stale_time in any::<Option<u64>>(), sent in any::<u64>(), now in any::<u64>(),
    ) {
        let headers = [("cache-control", control.as_str()), ("age", &age), ("expires", &expires)];
        let lifetime = lifetime(&head(200, &headers), stale_time, sent, now);
        prop_assert!(lifetime.generated <= sent);
        prop_assert!(lifetime.stale_while_revalidate_until >= lifetime.fresh_until);
    }
}

#[test]
fn reads_what_a_request_says() {
    let second = 1000;
    for (value, expected) in [
        ("max-stale", CacheControl { max_stale: Some(Millis::MAX), ..CacheControl::default() }),
        ("max-stale=10", CacheControl { max_stale: Some(10 * second), ..CacheControl::default() }),
        ("max-stale, max-stale=10", CacheControl { max_stale: Some(10 * second), ..CacheControl::default() }),
        ("max-stale=x", CacheControl { max_stale: Some(0), ..CacheControl::default() }),
        ("min-fresh=10, min-fresh=20", CacheControl { min_fresh: 20 * second, ..CacheControl::default() }),
        ("min-fresh", CacheControl::default()),
        ("Only-If-Cached", CacheControl { only_if_cached: true, ..CacheControl::default() }),
    ] {
        assert_eq!(CacheControl::parse(value), expected, "{value}");
    }
}

#[test]
fn a_rule_with_a_stale_time_speaks_of_stale_answers_too() {
    for (value, stale_time, grace, must_revalidate) in [
        ("max-age=60, stale-if-error=30", None, 30_000, false),
        ("max-age=60, stale-if-error=30, must-revalidate", None, 0, true),
        ("no-cache, stale-if-error=30", None, 0, true),
        ("no-cache, stale-if-error=30", Some(1), 0, false),
        ("must-revalidate", Some(1), 0, false),
        ("stale-if-error=30", Some(1), 30_000, false),
    ] {
        let lifetime = lifetime(&head(200, &[("cache-control", value)]), stale_time, SENT, NOW);
        assert_eq!(lifetime.stale_if_error_until - lifetime.fresh_until, grace, "{value}");
        assert_eq!(lifetime.must_revalidate, must_revalidate, "{value}");
    }
}

/// RFC 9110, section 8.8.2.2: a date tells two answers apart only where the clock has moved on since.
#[test]
fn validators_are_those_that_tell_answers_apart() {
    let modified = ("last-modified", DATE);
    for (headers, expected) in [
        (&[][..], &[][..]),
        (&[("etag", "W/\"1\"")], &["etag"]),
        (&[modified], &[]),
        (&[modified, ("date", DATE)], &[]),
        (&[modified, ("date", "Sun, 06 Nov 1994 08:49:29 GMT")], &["last-modified"]),
        (&[("last-modified", "x"), ("date", DATE)], &[]),
        (&[("etag", "\"1\""), modified, ("content-length", "3")], &["etag", "content-length"]),
    ] {
        let validators = validators(&head(200, headers));
        assert!(validators.iter().map(|(name, _)| name.as_str()).eq(expected.iter().copied()), "{headers:?}");
    }
}
