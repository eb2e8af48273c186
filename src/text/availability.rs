//! What the product says about availability.

use super::{Phrase, Words, words};

/// Label of a cut set.
pub const CUT_SET: Words = words("同時に起きると止まる組合せ", "cut set");
/// Label of what the contracts promise together: a refund below it, no limit to what happens.
pub const CEILING: Words = words("契約が返金を約束する水準(SLA)", "refunds promised below (SLA)");
/// Label of the expectation.
pub const EXPECTED: Words = words("故障データからの期待値", "expected from failure data");
/// Label of the expectation without brown-outs.
pub const WITHOUT_BROWNOUTS: Words =
    words("過負荷の時間帯を除いた稼働率", "availability without overloaded hours");

/// Below which the contracts, taken together, promise a refund. They limit nothing: it may be worse, and it may be better.
pub fn ceiling(percent: &str, because_of: &str) -> Phrase {
    Phrase::new(
        format!(
            "契約をすべて合わせて {percent} を下回れば返金されるだけで、止まらない保証ではない。約束が最も弱いのは {because_of}"
        ),
        format!(
            "together the contracts promise a refund below {percent}, {because_of} the least: money back, no limit to what fails"
        ),
    )
}

/// These promise nothing: beside those that do, or with nobody that does.
pub fn no_ceiling(without: &[String], some_promise: bool) -> Phrase {
    let (ja, en) = (without.join("、"), without.join(", "));
    if some_promise {
        return Phrase::new(
            format!("これは契約のあるものだけの話。SLA がない: {ja}"),
            format!("that is of those that are known; there is no SLA for {en}"),
        );
    }
    Phrase::new(
        format!("どこから返金されるかは不明: {ja} に SLA がない"),
        format!("below what the contracts refund is unknown: no SLA for {en}"),
    )
}

/// These count as never failing since nothing is known about them.
pub fn without_data(components: &[String]) -> Phrase {
    Phrase::new(
        format!("故障データがないため故障しないものとして計算: {}", components.join("、")),
        format!("no failure data, so counted as never failing: {}", components.join(", ")),
    )
}

/// So many hours of the week are down because even all units are too few.
pub fn brownouts(hours: &str) -> Phrase {
    Phrase::new(
        format!("週に {hours} 時間は、全台が正常でも性能目標を満たせず停止として数えている"),
        format!("{hours} hours a week count as down because not even all units meet the objectives"),
    )
}

/// What a line of the ledger rests on.
pub fn basis(word: &str) -> Phrase {
    let (ja, en) = match word {
        "stated" => ("記載", "stated"),
        "computed" => ("計算", "computed"),
        "left-out" => ("数えていない", "left out"),
        _ => ("仮定", "assumption"),
    };
    Phrase::new(ja, en)
}
