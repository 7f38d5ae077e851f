//! How much work is done and how much room is taken, by counters and never by time (P10).
#![allow(clippy::unwrap_used)]

mod count;
mod filling;
#[path = "../properties/host.rs"]
mod host;
mod invalidating;
mod measuring;
#[path = "../properties/mutating.rs"]
mod mutating;
mod piling;
mod reading;

#[test]
fn steps_are_counted_where_they_are_said_to_be() {
    let work = count::measure(|| drop(everfresh_core::url::Url::parse("https://a.test/")));
    assert_eq!(work.steps > 0, count::STEPS_ARE_COUNTED);
    if !count::STEPS_ARE_COUNTED {
        println!("allocations alone are counted in this build; `cargo xtask work` counts steps too");
    }
}
