//! Reports as JSON and as CSV. `docs/metrics.md` describes both.

use alloc::string::String;

use super::counter::Counter;
use super::report::Report;
use super::sums::Sums;
use crate::json::{Object, separate};
use crate::text::push_number;
use crate::time::Millis;

const PERCENTILES: [(&str, u32); 3] = [("p50", 50), ("p95", 95), ("p99", 99)];

impl Report {
    /// The report as a JSON object.
    pub fn to_json(&self) -> String {
        let mut series = String::new();
        for (at, sums) in &self.series {
            let mut point = Object::new();
            point.number("at", whole(*at));
            separate(&mut series);
            series.push_str(&push_sums(&mut point, sums).finish());
        }
        let mut groups = String::new();
        for (name, sums) in &self.groups {
            let mut group = Object::new();
            group.text("name", name);
            separate(&mut groups);
            groups.push_str(&push_sums(&mut group, sums).finish());
        }
        Object::new()
            .number("version", 1)
            .text("range", self.range.name())
            .text("groupBy", self.by.name())
            .number("from", whole(self.from))
            .number("until", whole(self.until))
            .number("step", whole(self.step))
            .object("total", &push_sums(&mut Object::new(), &self.total).finish())
            .list("series", &series)
            .list("groups", &groups)
            .finish()
    }

    /// The report as CSV (RFC 4180): a row in all, one for each group, and one for each step.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("row,name,at");
        for counter in Counter::ALL {
            text.push(',');
            text.push_str(counter.name());
        }
        text.push_str(",durations");
        for (name, _) in PERCENTILES {
            text.push(',');
            text.push_str(name);
        }
        push_row(&mut text, "total", "", self.from, &self.total);
        for (name, sums) in &self.groups {
            push_row(&mut text, self.by.name(), name, self.from, sums);
        }
        for (at, sums) in &self.series {
            push_row(&mut text, "step", "", *at, sums);
        }
        text.push_str("\r\n");
        text
    }
}

fn push_sums<'o>(object: &'o mut Object, sums: &Sums) -> &'o mut Object {
    for counter in Counter::ALL {
        object.number(counter.name(), whole(sums.get(counter)));
    }
    let mut durations = Object::new();
    durations.number("count", whole(sums.durations.count()));
    for (name, percent) in PERCENTILES {
        match sums.durations.percentile(percent) {
            Some(time) => durations.number(name, whole(time)),
            None => durations.optional(name, None),
        };
    }
    object.object("durations", &durations.finish())
}

fn push_row(text: &mut String, row: &str, name: &str, at: Millis, sums: &Sums) {
    text.push_str("\r\n");
    text.push_str(row);
    text.push(',');
    push_name(text, name);
    text.push(',');
    push_number(text, at);
    for counter in Counter::ALL {
        text.push(',');
        push_number(text, sums.get(counter));
    }
    text.push(',');
    push_number(text, sums.durations.count());
    for (_, percent) in PERCENTILES {
        text.push(',');
        if let Some(time) = sums.durations.percentile(percent) {
            push_number(text, time);
        }
    }
}

/// A name in quotes. One that a spreadsheet would take for a formula has an apostrophe before it.
fn push_name(text: &mut String, name: &str) {
    text.push('"');
    if name.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.push('\'');
    }
    for character in name.chars() {
        if character == '"' {
            text.push('"');
        }
        text.push(character);
    }
    text.push('"');
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
