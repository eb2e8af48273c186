//! What the ledger of an uptime says.

use super::numbers::{both, minutes, percent, uptime};
use super::{Lang, Phrase};
use crate::units::MINUTES_PER_30_DAYS;

/// A line, by its kind and what it is about.
pub fn what(kind: &str, of: &str) -> Phrase {
    let (ja, en) = match kind {
        "zone" => (format!("{of} の障害"), format!("{of} fails")),
        "zone-leak" => (
            format!("{of} の障害が複数ゾーンの構成にも及ぶ"),
            format!("{of} fails and takes down what is spread over zones too"),
        ),
        "region" | "provider" => (format!("{of} 全体の障害"), format!("all of {of} fails")),
        "vendors" => (
            format!("{of}: 予備のベンダーも同時に止まる"),
            format!("{of}: the stand-in fails at the same time"),
        ),
        "failover" => (format!("{of} の切り替え"), format!("failover of {of}")),
        "failed-failover" => {
            (format!("{of} の切り替えの失敗"), format!("a failover of {of} that does not work"))
        }
        "detection" => {
            (format!("{of} の故障に気づくまで"), format!("until a lost replica of {of} is noticed"))
        }
        "release" => (format!("{of} の不良リリース"), format!("bad releases of {of}")),
        "stopping" => (
            format!("{of} の入れ替えで止まる Pod に届く要求"),
            format!("requests to stopping pods while {of} is released"),
        ),
        "operator" => {
            ("設定や操作の誤り".to_owned(), "wrong configuration or action of an operator".to_owned())
        }
        "certificate" => ("証明書の期限切れ".to_owned(), "an expired certificate".to_owned()),
        "brown-out" => {
            (format!("{of} の能力不足の時間"), format!("hours in which {of} is too small for the load"))
        }
        _ => (format!("{of} の故障"), format!("{of} fails")),
    };
    Phrase::new(ja, en)
}

/// A kind of failure that the file rules out everywhere.
pub fn ruled_out(kind: &str) -> Phrase {
    let (ja, en) = match kind {
        "zone-leak" => (
            "ゾーンの障害が複数ゾーンの構成にも及ぶ",
            "a zone fails and takes down what is spread over zones too",
        ),
        "vendors" => ("予備のベンダーも同時に止まる", "a stand-in fails at the same time"),
        "failed-failover" => ("切り替えの失敗", "a failover that does not work"),
        _ => return what(kind, ""),
    };
    Phrase::new(ja, en)
}

/// Something that is not counted, since the file does not speak of what it concerns.
pub fn left_out(kind: &str) -> Phrase {
    let (ja, en) = match kind {
        "operator" => (
            "設定や操作の誤り(数えていない。ファイルに pipeline も deploy もない)",
            "operator errors, not counted: the file has neither a pipeline nor a deploy",
        ),
        _ => (
            "リリース(数えていない。pipeline はあるが deploy がない)",
            "releases, not counted: the file has a pipeline and no [deploy] that says of what and how",
        ),
    };
    Phrase::new(ja, en)
}

/// A pass that the errors of operators would turn, where the file says nothing of them: what they cost and what is left.
pub fn without_people(share: f64, left: f64) -> Phrase {
    let left = uptime(left, None).join();
    both(|lang| {
        let minutes = minutes(share * MINUTES_PER_30_DAYS, lang).join();
        match lang {
            Lang::Ja => format!(
                "設定や操作の誤りは数えていない。事実 rate.config.human の値なら 30 日に {minutes}、残りは {left} で届かないので、決められない。"
            ),
            Lang::En => format!(
                "Errors of operators are not counted: at the value of rate.config.human they take {minutes} per 30 days, which leaves {left}, below the target, so it is open."
            ),
        }
    })
}

/// What would settle it.
pub fn settled_by_people() -> Phrase {
    Phrase::new(
        "[fact] に \"rate.config.human\" を書く(誰も操作しないなら 0)か、[deploy] を書く",
        "a value of \"rate.config.human\" in [fact] (zero where nobody can break it), or a [deploy]",
    )
}

/// A journey that is not served in the busiest hour while nothing is broken: the share that fails and the share that may.
pub fn unserved(journey: &str, shares: Option<(f64, f64)>) -> Phrase {
    both(|lang| match (shares, lang) {
        (Some((share, may)), Lang::Ja) => format!(
            "何も壊れていない最繁時に `{journey}` の要求の {} が失敗し、許される {} を超える。可用性はこれを数えないので、決められない。",
            percent(share).join(),
            percent(may).join()
        ),
        (Some((share, may)), Lang::En) => format!(
            "In the busiest hour {} of the requests of `{journey}` fail while nothing is broken, more than the {} that may; the uptime does not count them, so it is open.",
            percent(share).join(),
            percent(may).join()
        ),
        (None, Lang::Ja) => {
            format!(
                "何も壊れていなくても `{journey}` は処理しきれない。可用性はこれを数えないので、決められない: "
            )
        }
        (None, Lang::En) => format!(
            "`{journey}` is not served though nothing is broken; the uptime does not count that, so it is open:"
        ),
    })
}

/// Percentiles that are missed and do not count as down.
pub fn slow(targets: &str) -> Phrase {
    Phrase::new(
        format!("{targets} は負荷と関係なく外れている。遅いだけの時間は停止に数えていない。"),
        format!("{targets} is missed whatever fails: time that is only slow is not counted as down."),
    )
}

/// What would settle it.
pub fn settled_by_serving() -> Phrase {
    Phrase::new("最繁時に要求が処理される設計", "a design that serves its requests in the busiest hour")
}

/// How many draws of all facts and assumptions meet a target.
pub fn draws(passing: u32, of: u32) -> Phrase {
    Phrase::new(
        format!("事実と仮定の幅から引いた {of} 通りのうち {passing} 通りが満たす。"),
        format!("{passing} of {of} draws of the facts and assumptions meet it."),
    )
}

/// The assumption that decides and the value that parts passing from failing draws.
pub fn decides(name: &str, at: &str, fails_above: bool) -> Phrase {
    let (ja, en) = if fails_above { ("超えると", "above") } else { ("下回ると", "below") };
    Phrase::new(
        format!("最も効くのは {name} で、{at} を{ja}満たせないことが多い。"),
        format!("{name} decides most: {en} {at} it mostly fails."),
    )
}

/// What would settle it.
pub fn settled_by(name: &str) -> Phrase {
    Phrase::new(format!("{name} の実測値"), format!("a measured value of {name}"))
}
