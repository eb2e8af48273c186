//! Where and why requests fail.

use super::numbers::percent;
use super::{Lang, Phrase};

/// The parts of the failures, most first: share, cause by its id, component.
pub fn because(parts: &[(f64, &str, &str)]) -> Phrase {
    let each = |lang: Lang, between: &str| {
        let one = |(share, cause, at): &(f64, &str, &str)| {
            format!("{} {}", percent(*share).join(), happens(cause, at, lang))
        };
        parts.iter().map(one).collect::<Vec<_>>().join(between)
    };
    Phrase::new(
        format!("失敗の内訳: {}。", each(Lang::Ja, "、")),
        format!("Of the failures, {}.", each(Lang::En, ", ")),
    )
}

fn happens(cause: &str, at: &str, lang: Lang) -> String {
    match (cause, lang) {
        ("timeout", Lang::Ja) => format!("は {at} の応答が間に合わない"),
        ("timeout", Lang::En) => format!("get no answer of {at} in time"),
        ("rejected", Lang::Ja) => format!("は {at} が受け付けないか、そこで待ちきれない"),
        ("rejected", Lang::En) => format!("are turned away at {at} or give up waiting there"),
        ("throttled", Lang::Ja) => format!("は {at} のレート制限を超える"),
        ("throttled", Lang::En) => format!("exceed the rate limit of {at}"),
        ("unavailable", Lang::Ja) => format!("は {at} の停止による"),
        ("unavailable", Lang::En) => format!("find {at} down"),
        (_, Lang::Ja) => format!("は {at} 自身のエラー"),
        (_, Lang::En) => format!("are errors of {at} itself"),
    }
}
