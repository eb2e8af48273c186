//! What the product says about platforms.

use super::numbers::{percent, plain};
use super::{Lang, Phrase, Words, words};

/// Columns: what is compared.
pub const COST: Words = words("値段のあるもの(月額)", "what has a price, per month");
/// Without tokens.
pub const WITHOUT_TOKENS: Words = words("うちトークン以外", "of it without tokens");
/// Uses without a price.
pub const UNPRICED: Words = words("値段のない項目", "uses without a price");
/// Ceiling of the contracts.
pub const CEILING: Words = words("契約が返金を約束する水準", "contracts refund below");
/// Nothing promised.
pub const WITHOUT_SLA: Words = words("約束のないもの", "no promise for");
/// Expectation.
pub const EXPECTED: Words = words("稼働率の見込み", "expected uptime");
/// A year's commitment.
pub const ONE_YEAR: Words = words("1 年契約の値引き", "off for a year's commitment");
/// Range of the bill.
pub const SPREAD: Words = words("価格の幅(最高/最低)", "dearest over cheapest price");
/// Regions.
pub const REGIONS: Words = words("日本のリージョン", "regions in Japan");
/// Targets that fail.
pub const FAILS: Words = words("外れる目標", "targets that fail");
/// Equivalents.
pub const EQUIVALENTS: Words = words("置き換えたもの", "what stands for what");
/// Claims.
pub const CLAIMS: Words = words("計画の言い分と数字", "What the plan says, and figures");

/// Figures cannot say.
pub fn no_figures() -> Phrase {
    Phrase::new("数字では確かめられない", "figures cannot say")
}

/// The figures of all platforms about one thing.
pub fn finding(about: &str, values: &[(String, Option<f64>)]) -> Phrase {
    let (ja, en) = match about {
        "regions" => ("日本のリージョン数", "regions in Japan"),
        "price" => ("値段のあるものの月額", "what has a price, per month"),
        "commitment" => ("1 年契約の値引き", "off for a year's commitment"),
        "predictability" => ("請求の幅(最高/最低)", "range of the bill, dearest over cheapest"),
        "contracts" => ("契約が返金を約束する稼働率", "uptime below which contracts refund"),
        _ => ("LLM API も同じ事業者", "runs a language model API itself"),
    };
    let shown = |x: &Option<f64>, lang: Lang| match (x, about) {
        (None, _) if lang == Lang::Ja => "不明".to_owned(),
        (None, _) => "unknown".to_owned(),
        (Some(x), "commitment") => percent(*x).join(),
        (Some(x), "contracts") => super::numbers::uptime(*x, None).join(),
        (Some(x), "llm-provider") => match (*x > 0.5, lang) {
            (true, Lang::Ja) => "はい".to_owned(),
            (false, Lang::Ja) => "いいえ".to_owned(),
            (true, Lang::En) => "yes".to_owned(),
            (false, Lang::En) => "no".to_owned(),
        },
        (Some(x), _) => plain(*x),
    };
    let all = |lang: Lang| {
        let each = values.iter().map(|(id, x)| format!("{id} {}", shown(x, lang)));
        each.collect::<Vec<_>>().join(if lang == Lang::Ja { "、" } else { ", " })
    };
    Phrase::new(format!("{ja}: {}", all(Lang::Ja)), format!("{en}: {}", all(Lang::En)))
}

/// What is the same on all of them, because nothing else is known.
pub fn same() -> Phrase {
    Phrase::new(
        "故障率と遅れは AWS の値をそのまま使っている(ほかの公表値がない)。大きさは同じか、ひとつ上のもの。",
        "Failure rates and latencies are those of AWS on all three, as no others are published. Sizes are the same, or the next larger one on sale.",
    )
}
