//! Words of the tabs below the graph.

use super::{Words, words};

/// Tab: why.
pub const TAB_WHY: Words = words("理由", "Why");
/// Tab: tiers.
pub const TAB_TIERS: Words = words("規模別", "Tiers");
/// Tab: latency.
pub const TAB_LATENCY: Words = words("応答時間", "Latency");
/// Tab: cost.
pub const TAB_COST: Words = words("費用", "Cost");
/// Tab: load.
pub const TAB_LOAD: Words = words("負荷", "Load");
/// Tab: assumptions.
pub const TAB_ASSUMPTIONS: Words = words("仮定", "Assumptions");
/// Tab: findings.
pub const TAB_FINDINGS: Words = words("指摘", "Findings");
/// Tab: file.
pub const TAB_FILE: Words = words("ファイル", "File");
/// The set of tabs.
pub const TABS: Words = words("結果の表示", "Results");
/// Table behind a chart.
pub const AS_TABLE: Words = words("表で見る", "As a table");
/// Attribution.
pub const ATTRIBUTION: Words = words("内訳", "What it is made of");
/// Cut sets.
pub const CUT_SETS: Words = words("停止の主な原因", "What takes it down");
/// The plan's words.
pub const QUOTE: Words = words("計画の記述", "The plan says");
/// What settles it.
pub const SETTLED_BY: Words = words("判定に必要なもの", "What would settle it");
/// What flips it.
pub const FLIPS_IF: Words = words("判定が変わる仮定", "It flips if");
/// The component to blame.
pub const BLAME: Words = words("主因", "Blame");
/// Target.
pub const TARGET: Words = words("目標", "Target");
/// Value.
pub const VALUE: Words = words("値", "Value");
/// Verdict.
pub const VERDICT: Words = words("判定", "Verdict");
/// Book.
pub const BOOK: Words = words("価格表", "Price book");
/// Line of a bill.
pub const LINE_ITEM: Words = words("項目", "Item");
/// Amount.
pub const AMOUNT: Words = words("金額", "Amount");
/// Quantity.
pub const QUANTITY: Words = words("数量", "Quantity");
/// Unit price.
pub const UNIT_PRICE: Words = words("単価", "Unit price");
/// Total.
pub const TOTAL: Words = words("合計", "Total");
/// Lower bound of an unknown total.
pub const KNOWN_PART: Words = words("判明分の小計", "Known part");
/// Judged book.
pub const JUDGED: Words = words("判定に使う価格表", "judged");
/// No price.
pub const UNPRICED: Words = words("価格のないもの", "Without a price");
/// Date of prices.
pub const AS_OF: Words = words("価格の時点", "prices as of");
/// Journey.
pub const JOURNEY: Words = words("ジャーニー", "Journey");
/// Path of an assumption.
pub const PATH: Words = words("場所", "Where");
/// Owner.
pub const OWNER: Words = words("担当", "Owner");
/// Nobody.
pub const NO_OWNER: Words = words("担当なし", "no owner");
/// No assumptions.
pub const NO_ASSUMPTIONS: Words = words("仮定の記録はありません。", "No assumptions on record.");
/// Head of the findings that rules make.
pub const FOUND_BY_RULE: Words = words("規則で見つかったこと", "Found by rule");
/// Heads of the other findings, and where there are none.
pub const LEFT_OPEN: Words =
    words("計画が矛盾する点・述べていない点", "What the plan contradicts or leaves open");
/// Heads of the other findings, and where there are none.
pub const NOTES_OF_THE_FILE: Words = words("ファイルに書かれた注記", "Notes typed into the file");
/// Heads of the other findings, and where there are none.
pub const NO_FINDINGS: Words = words("指摘はありません。", "No findings.");
/// Line.
pub const LINE: Words = words("行", "Line");
/// No chart yet.
pub const NO_CHART: Words =
    words("この規模の結果がまだありません。", "There is no result for this tier yet.");
/// Share of failing requests.
pub const ERROR_RATIO: Words = words("失敗率", "Failing");
/// First token.
pub const FIRST_TOKEN: Words = words("最初のトークン", "First token");
/// Simulates all tiers that are not simulated yet.
pub const SIMULATE_ALL: Words = words("全規模をシミュレーション", "Simulate all tiers");

/// What something without a price costs by the list prices.
pub fn by_list_price(amount: &str, lang: super::Lang) -> String {
    match lang {
        super::Lang::Ja => format!("定価では {amount}"),
        super::Lang::En => format!("{amount} by list price"),
    }
}
