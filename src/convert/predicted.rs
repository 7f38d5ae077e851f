//! Predictions, and why. Shares and counts are in thousandths: floats take much room to write.

use everfresh_core::json::{Object, separate};
use everfresh_core::predict::{Explanation, Prediction, Verdict};

/// What is likely to come next, the likeliest first.
pub(crate) fn predictions(predictions: &[Prediction]) -> String {
    let mut list = String::new();
    for prediction in predictions {
        let written = Object::new()
            .text("url", prediction.url.as_str())
            .number("probability", thousandths(prediction.probability))
            .number("order", prediction.order.into())
            .finish();
        separate(&mut list);
        list.push_str(&written);
    }
    list.insert(0, '[');
    list.push(']');
    list
}

/// Why a page would be prefetched, or would not.
pub(crate) fn explanation(explained: &Explanation) -> String {
    let mut list = String::new();
    for evidence in &explained.evidence {
        let written = Object::new()
            .text("context", &evidence.context)
            .number("order", evidence.order.into())
            .number("share", thousandths(evidence.share))
            .number("count", thousandths(evidence.count))
            .number("total", thousandths(evidence.total))
            .finish();
        separate(&mut list);
        list.push_str(&written);
    }
    let verdict = match explained.verdict {
        Verdict::Prefetch => "prefetch",
        Verdict::Cold => "cold",
        Verdict::Unlikely => "unlikely",
        Verdict::Unwanted => "unwanted",
        Verdict::OverBudget => "budget",
    };
    Object::new()
        .text("verdict", verdict)
        .number("probability", thousandths(explained.probability))
        .number("threshold", thousandths(explained.threshold))
        .number("order", explained.order.into())
        .number("size", explained.size as i64)
        .number("waste", explained.waste as i64)
        .number("allowance", explained.allowance as i64)
        .list("evidence", &list)
        .finish()
}

fn thousandths(number: f64) -> i64 {
    (number * 1_000.0 + 0.5) as i64
}
