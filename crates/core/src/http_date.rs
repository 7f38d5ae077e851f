//! Dates as HTTP writes them (RFC 9110, section 5.6.7).

use crate::text::{cut, pieces, small_number};
use crate::time::Millis;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Reads an HTTP date in any of its three forms: the preferred one, the one of RFC 850, and that of
/// C's `asctime`. The name of the day must be one, but is not checked against the date.
///
/// A date before 1970 reads as 0: for a cache it is as long past as a date can be. Two-digit years from
/// 70 are of the 20th century, the others of the 21st; so no clock is needed, and a date that a server
/// of today writes is read rightly until 2069.
pub fn parse(text: &str) -> Option<Millis> {
    let mut parts = [""; 6];
    let mut count = 0;
    for part in pieces(text, ' ') {
        if !part.is_empty() {
            *parts.get_mut(count)? = part;
            count += 1;
        }
    }
    let (year, month, day, clock) = match (count, parts) {
        (6, [name, day, month, year, clock, "GMT"]) if is_day(name.strip_suffix(',')?) => {
            (number(year, 4)?, month, number(day, 2)?, clock)
        }
        (4, [name, date, clock, "GMT", ..]) if DAYS.contains(&name.strip_suffix(',')?) => {
            let (day, date) = cut(date, '-')?;
            let (month, year) = cut(date, '-')?;
            let year = number(year, 2)?;
            (if year >= 70 { 1900 + year } else { 2000 + year }, month, number(day, 2)?, clock)
        }
        (5, [name, month, day, clock, year, _]) if is_day(name) => {
            (number(year, 4)?, month, number(day, if day.len() == 1 { 1 } else { 2 })?, clock)
        }
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| *name == month)? as u32 + 1;
    let seconds = seconds(clock)?;
    if day == 0 || day > days_in(year, month) {
        return None;
    }
    let days = days_since_epoch(year, month, day);
    Some(u64::try_from(days * 86_400 + i64::from(seconds)).unwrap_or(0) * 1000)
}

/// Whether this is the short name of a day.
fn is_day(name: &str) -> bool {
    DAYS.iter().any(|day| day.get(..3) == Some(name))
}

/// A number of just so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    if text.len() == digits { small_number(text) } else { None }
}

/// Seconds since midnight. A leap second, `:60`, is the second after.
fn seconds(clock: &str) -> Option<u32> {
    let (hours, rest) = cut(clock, ':')?;
    let (minutes, seconds) = cut(rest, ':')?;
    let (hours, minutes, seconds) = (number(hours, 2)?, number(minutes, 2)?, number(seconds, 2)?);
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_epoch(year: u32, month: u32, day: u32) -> i64 {
    // Leap days of the years before this one; year 0 counts as one, and is cancelled out below.
    let leap_days = |year: i64| {
        let before = year - 1;
        before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
    };
    let whole = i64::from(year);
    let years = (whole - 1970) * 365 + leap_days(whole) - leap_days(1970);
    let months: u32 = (1..month).map(|month| days_in(year, month)).sum();
    years + i64::from(months) + i64::from(day) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(&str, Option<Millis>)]) {
        for (text, expected) in cases {
            assert_eq!(parse(text), *expected, "{text}");
        }
    }

    #[test]
    fn reads_the_three_forms() {
        check(&[
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777_000)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777_000)),
            ("Sun Nov 16 08:49:37 1994", Some(784_975_777_000)),
            ("  Sun, 06 Nov 1994 08:49:37 GMT ", Some(784_111_777_000)),
        ]);
    }

    #[test]
    fn counts_days_rightly() {
        check(&[
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:01 GMT", Some(1000)),
            ("Tue, 29 Feb 2000 12:00:00 GMT", Some(951_825_600_000)),
            ("Wed, 01 Mar 2000 00:00:00 GMT", Some(951_868_800_000)),
            ("Thu, 01 Mar 2100 00:00:00 GMT", Some(4_107_542_400_000)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799_000)),
            ("Sat, 31 Dec 2016 23:59:60 GMT", Some(1_483_228_800_000)),
            ("Friday, 01-Jan-69 00:00:00 GMT", Some(3_124_224_000_000)),
        ]);
    }

    #[test]
    fn before_1970_is_the_epoch() {
        check(&[("Wed, 31 Dec 1969 23:59:59 GMT", Some(0)), ("Sat, 01 Jan 0000 00:00:00 GMT", Some(0))]);
    }

    #[test]
    fn refuses_everything_else() {
        check(&[
            ("", None),
            ("0", None),
            ("-1", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 08:49:37 UTC", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT+1", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT x", None),
            ("Sun, 6 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 nov 1994 08:49:37 GMT", None),
            ("Xyz, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 31 Nov 1994 08:49:37 GMT", None),
            ("Sun, 00 Nov 1994 08:49:37 GMT", None),
            ("Wed, 29 Feb 2023 00:00:00 GMT", None),
            ("Sun, 29 Feb 1900 00:00:00 GMT", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:60:00 GMT", None),
            ("Sun, 06 Nov 1994 08:49:61 GMT", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 06 Nov 94 08:49:37 GMT", None),
            ("Sunday, 06-Nov-1994 08:49:37 GMT", None),
            ("Sunday, 06-Nov-94-01 08:49:37 GMT", None),
            ("Sun Nov 006 08:49:37 1994", None),
            ("Sun, +6 Nov 1994 08:49:37 GMT", None),
            ("١٢, 06 Nov 1994 08:49:37 GMT", None),
        ]);
    }
}
