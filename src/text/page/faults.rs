//! Words of the faults tab: the kinds of faults, and what became of one.

use crate::text::{Lang, Phrase, Words, words};

/// Label of the tab.
pub const TAB: Words = words("障害", "Faults");
/// No fault is put in.
pub const NONE: Words = words("障害なし", "No fault");
/// Choice of the fault that is put in.
pub const CHOICE: Words = words("起こす障害", "Fault to put in");
/// Head of the library.
pub const LIBRARY: Words = words("障害を加える", "Add a fault");
/// Choice of a kind.
pub const KIND: Words = words("種類", "Kind");
/// Choice of a place.
pub const PLACE: Words = words("場所", "Where");
/// The button.
pub const ADD: Words = words("シナリオに書き込む", "Write it into the scenario");
/// How the gesture works.
pub const DRAG: Words = words(
    "時間の上をドラッグすると、選んだ障害の時刻と長さが書き換わる。何も選んでいなければ、負荷が 3 倍になる障害が書き込まれる。",
    "Drag over the time to move the chosen fault and set how long it lasts; with none chosen, a spike of three times the load is written.",
);
/// The run has not been simulated yet.
pub const PENDING: Words = words("シミュレーション中…", "Being simulated…");

/// Name of a kind, as the file writes it.
pub fn kind(word: &str) -> Words {
    match word {
        "zone-outage" => words("ゾーン停止", "Zone outage"),
        "region-outage" => words("リージョン停止", "Region outage"),
        "component-down" => words("要素の停止", "Component down"),
        "replica-crash" => words("複製の停止", "Replica crash"),
        "latency-added" => words("遅延", "Latency added"),
        "error-rate" => words("エラー", "Error rate"),
        "cache-flush" => words("キャッシュ消失", "Cache flush"),
        "load-spike" => words("負荷の急増", "Load spike"),
        "capacity-loss" => words("能力の低下", "Capacity loss"),
        "provider-429" => words("429(流量制限)", "429s from a provider"),
        "ddos" => words("DDoS", "DDoS"),
        "credential-stuffing" => words("パスワード総当たり", "Credential stuffing"),
        "bad-deploy" => words("不良リリース", "Bad deploy"),
        "partition" => words("ネットワーク分断", "Network partition"),
        _ => words("ディスク満杯", "Disk full"),
    }
}

/// A share of a journey's requests fails, with its p95 meanwhile.
pub fn journey(name: &str, failed: &str, p95: Option<&str>, lang: Lang) -> String {
    match (p95, lang) {
        (Some(p95), Lang::Ja) => format!("{name}: {failed} が失敗、p95 {p95}"),
        (Some(p95), Lang::En) => format!("{name}: {failed} fail, p95 {p95}"),
        (None, Lang::Ja) => format!("{name}: {failed} が失敗"),
        (None, Lang::En) => format!("{name}: {failed} fail"),
    }
}

/// What the firewall let through of an attack, and what it cost.
pub fn attack(sent: &str, through: &str, cost: &str) -> Phrase {
    Phrase::new(
        format!("攻撃の要求 {sent} のうち {through} が通る。費用 {cost}"),
        format!("{through} of {sent} requests of the attack get through; it costs {cost}"),
    )
}
