//! Header values: any is read or widened, and what was read is written so that it reads back.

use everfresh_core::header::structured;
use everfresh_core::header::{
    HeaderProblem, MAX_BYTES, MAX_MEMBERS, clears_cache, format_groups, format_invalidate,
    format_invalidate_within, format_tags, parse_groups, parse_invalidate, parse_invalidate_for, parse_tags,
};
use everfresh_core::target::{Member, Target};

pub(crate) fn check(value: &str) {
    for read in [parse_invalidate(value), parse_invalidate_for(value, "https://h")] {
        assert!(read.members.len() <= MAX_MEMBERS);
        match read.problem {
            None | Some(HeaderProblem::ForeignOrigin) => {}
            Some(_) => assert_eq!(read.members, Member::everything(), "what can't be read names everything"),
        }
        assert_covers(&parse_invalidate(&format_invalidate(&read.members)).members, &read.members);
        let short = format_invalidate_within(&read.members, 40);
        assert!(short.len() <= 40);
        assert!(read.members.is_empty() || !parse_invalidate(&short).members.is_empty());
    }
    if let Ok(tags) = parse_tags(value) {
        assert!(tags.len() <= MAX_MEMBERS);
        if let Some(written) = format_tags(&tags).filter(|written| written.len() <= MAX_BYTES) {
            assert_eq!(parse_tags(&written), Ok(tags));
        }
    }
    if let Ok(groups) = parse_groups(value) {
        let written = format_groups(&groups).expect("a group that was read can be written");
        if written.len() <= MAX_BYTES {
            assert_eq!(parse_groups(&written), Ok(groups));
        }
    }
    let _ = (structured::parse_list(value), clears_cache(value));
}

/// Whether what reads back is what was written, or something wider.
fn assert_covers(read: &[Member], written: &[Member]) {
    for member in written {
        let covers = |read: &Member| {
            (read.target == member.target || read.target == Target::All) && read.mode >= member.mode
        };
        assert!(read.iter().any(covers), "{member:?} is lost: {read:?}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const GRAMMAR: &str = "([ ,;\"\\\\\\[\\]()=*/?:@%a1-]|mode=stale|https?://h|\\\\u00|caf\u{e9}){0,14}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn p10_any_value_is_read_or_widened_and_reads_back(value in GRAMMAR) {
            super::check(&value);
        }

        #[test]
        fn p7_any_text_is_read_or_widened(text in any::<String>()) {
            super::check(&text);
        }
    }
}
