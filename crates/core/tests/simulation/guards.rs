//! The simulation must be able to fail: without any one of the engine's guards it finds a broken promise.

use everfresh_core::engine::Guard;

use crate::STEPS;
use crate::trace::{Trace, hunt};

/// Seeds that are tried for each guard.
const TRIES: u64 = 4_000;

fn check(guard: Guard) {
    let mut first = 0;
    let seed = loop {
        let Some(seed) = hunt(first..TRIES, STEPS, Some(guard)) else {
            panic!("nothing is found in {TRIES} seeds without {guard:?}");
        };
        // What is found with it, too, says nothing.
        if hunt(seed..seed + 1, STEPS, None).is_none() {
            break seed;
        }
        first = seed + 1;
    };
    let (trace, violation) = Trace::new(seed, STEPS).shrunk(Some(guard));
    println!("without {guard:?}: seed {seed}, shrunk to {} steps: {violation}", trace.len());
}

macro_rules! guards {
    ($($name:ident $guard:ident;)*) => {
        $(
            #[test]
            fn $name() {
                check(Guard::$guard);
            }
        )*
    };
}

guards! {
    p2_the_fence_at_publish_is_missed PublishFence;
    p4_the_fence_at_storage_read_is_missed StorageFence;
    p3_the_fence_vector_is_missed FenceVector;
    p3_catching_up_is_missed CatchUp;
    p3_messages_are_missed Messages;
    p10_the_age_of_records_is_missed Pruning;
    p10_the_sentinel_is_missed Sentinel;
    p4_the_intent_is_missed Intent;
    p4_the_settle_time_is_missed Settle;
    p1_the_http_cache_bypass_is_missed HttpCacheBypass;
    p1_the_join_guard_is_missed Join;
    p1_whole_answers_after_an_invalidation_are_missed Condition;
    p1_what_was_said_to_a_peek_is_missed Said;
    p8_the_fence_of_a_scope_is_missed ScopeFence;
    p8_the_names_of_what_a_scope_stored_are_missed ScopeName;
    p8_following_another_tab_is_missed Follow;
    p5_holding_answers_back_is_missed HoldBack;
    p5_the_layer_of_what_was_done_is_missed LayerKept;
    p6_storing_before_sending_is_missed StoredFirst;
    p6_the_same_key_is_missed SameKey;
    p6_the_order_of_a_lane_is_missed LaneOrder;
    p6_the_one_that_sends_is_missed SingleSender;
}
