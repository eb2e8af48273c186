//! Says in one sentence between which loads a component can stay collapsed, and which retries keep it so.

use crate::answer::times::BistableAnswer;
use crate::stats::figure::Figure;
use crate::text::numbers::{both, rounded};
use crate::text::{Phrase, findings};

/// The sentence for a component.
pub fn words(component: &str, found: &BistableAnswer) -> Phrase {
    let rate = |f: &Figure| f.value.map(|x| format!("{}/s", rounded(x, None)));
    match (rate(&found.from), rate(&found.to), rate(&found.now)) {
        (Some(from), Some(to), Some(now)) => {
            both(|lang| findings::bistable(component, &found.call, &found.journey, [&from, &to, &now], lang))
        }
        _ => {
            let why = found.from.method.as_deref().unwrap_or_default();
            both(|lang| findings::maybe_bistable(component, &found.call, why, lang))
        }
    }
}
