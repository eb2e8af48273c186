//! What the product says about sensitivity.

use super::{Lang, Phrase};

/// There is nothing to vary, or nothing to judge.
pub fn none() -> Phrase {
    Phrase::new("判定できる目標がない。", "There is no target with a value to look at.")
}

/// How firm a verdict is: the assumptions that flip it alone, each with the value at which it does.
pub fn firm(value: &str, flips: &[(&str, &str)], lang: Lang) -> String {
    let list = flips.iter().map(|(path, at)| format!("{path} = {at}")).collect::<Vec<_>>();
    match (flips.is_empty(), lang) {
        (true, Lang::Ja) => format!("中心値で {value}。どの仮定も単独では判定を変えない。"),
        (true, Lang::En) => {
            format!("{value} at the central values. No assumption alone changes the verdict.")
        }
        (false, Lang::Ja) => format!("中心値で {value}。単独で判定を変えるもの: {}。", list.join("、")),
        (false, Lang::En) => {
            format!("{value} at the central values. Alone these change the verdict: {}.", list.join(", "))
        }
    }
}
