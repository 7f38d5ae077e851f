//! Cache-Control and dates: any header of an answer gives a lifetime that holds together.

use everfresh_core::engine::ResponseHead;
use everfresh_core::freshness::{CacheControl, lifetime};
use everfresh_core::http_date;

/// The text is a `Cache-Control`, a date, or lines of headers.
pub(crate) fn check(text: &str) {
    let control = CacheControl::parse(text);
    let stricter = CacheControl::parse(&format!("no-store,max-age=0,{text}"));
    assert!(stricter.no_store && stricter.max_age == Some(0), "the most restrictive counts");
    let twice = CacheControl::parse(&format!("{},{}", closed(text), closed(text)));
    assert_eq!(twice, CacheControl::parse(&closed(text)), "saying it twice changes nothing");

    if let Some(date) = http_date::parse(text) {
        assert_eq!(date % 1000, 0);
        assert_eq!(http_date::parse(&format!(" {text} ")), Some(date));
    }

    let mut headers = vec![("cache-control".to_owned(), text.to_owned())];
    headers.extend(
        text.lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())),
    );
    let head = ResponseHead { status: 200, headers, ..ResponseHead::default() };
    let (sent, now) = (1_000_000_000_000, 1_000_000_000_300);
    for stale_time in [None, Some(0), Some(30_000), Some(u64::MAX)] {
        let life = lifetime(&head, stale_time, sent, now);
        assert!(life.generated <= sent);
        assert!(life.stale_while_revalidate_until >= life.fresh_until);
        assert!(!life.must_revalidate || life.stale_while_revalidate_until == life.fresh_until);
        assert!(!control.no_store || !life.storable, "P8: no-store is never stored");
        assert!(!control.private || !life.public);
    }
}

/// With no quotation left open, which would take in what follows.
fn closed(text: &str) -> String {
    text.replace(['"', '\\'], "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const CONTROL: &str = "((no-store|no-cache|must-revalidate|private|public|max-age|stale-while-revalidate|x)\
        (=\"?[0-9a]{0,11}\"?)?[, ]{1,2}){0,4}";
    const HEADERS: &str =
        "((age|date|expires|vary): ([0-9]{1,12}|\\*|accept|Sun, 0[1-9] Nov [0-9]{4} 08:49:37 GMT)\n){0,3}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]
        #[test]
        fn p8_any_headers_give_a_lifetime(control in CONTROL, headers in HEADERS) {
            super::check(&control);
            super::check(&format!("\ncache-control: {control}\n{headers}"));
        }

        #[test]
        fn p7_any_text_gives_a_lifetime(text in any::<String>()) {
            super::check(&text);
        }

        /// Against a count of days, year by year and month by month.
        #[test]
        fn dates_read_as_they_are_counted(year in 1970_u32..2400, month in 1_u32..=12, day in 1_u32..=31) {
            let leap = |year: u32| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
            let long = |year: u32, month: u32| match month {
                2 => 28 + u32::from(leap(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let years: u32 = (1970..year).map(|year| 365 + u32::from(leap(year))).sum();
            let months: u32 = (1..month).map(|month| long(year, month)).sum();
            let days = u64::from(years + months + day - 1);
            let name = &"JanFebMarAprMayJunJulAugSepOctNovDec"[month as usize * 3 - 3..month as usize * 3];
            let read = everfresh_core::http_date::parse(&format!("Mon, {day:02} {name} {year} 00:00:01 GMT"));
            prop_assert_eq!(read, (day <= long(year, month)).then_some(days * 86_400_000 + 1000));
        }
    }
}
