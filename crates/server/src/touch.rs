//! Asking the resolver about a write, before and after it.

use everfresh_core::engine::Fields;
use everfresh_core::policy::Policy;
use everfresh_core::serve::Write;
use serde_json::Value;

use crate::resolver::Resolver;

/// Asks for all that has to be known now.
pub(crate) async fn ask<R: Resolver>(write: &mut Write, policy: &Policy, resolver: &R) {
    loop {
        let asks = write.asks(policy);
        if asks.is_empty() {
            return;
        }
        for (kind, id) in asks {
            let found = resolver.parents(&kind, &id).await;
            write.tell(kind, id, found);
        }
    }
}

/// These fields of a JSON object, as far as they are there and are texts or numbers.
pub(crate) fn pick(json: &[u8], fields: &[String]) -> Fields {
    let Ok(Value::Object(object)) = serde_json::from_slice(json) else { return Fields::new() };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        // There is no such parent.
        Value::Null => Some(String::new()),
        _ => None,
    };
    let found = fields.iter().filter_map(|name| Some((name.clone(), text(object.get(name)?)?)));
    found.collect()
}
