//! Findings: what a reader of a plan must know about it.

use super::{Lang, Phrase};

/// Some pods fit on no node.
pub fn unscheduled(id: &str, left: u32, of: u32) -> Phrase {
    Phrase::new(
        format!("`{id}` の Pod {of} 個のうち {left} 個はどのノードにも載らない。載ったものだけで計算した。"),
        format!("{left} of {of} pods of `{id}` fit on no node; only the others are counted."),
    )
}

/// An alert that rings later than a target is broken.
pub fn late_alert(alert: &str, when: &str, target: &str, limit: &str) -> Phrase {
    Phrase::new(
        format!("目標 `{target}` の上限は {limit} だが、アラート `{alert}` は `{when}` まで鳴らない。"),
        format!("Target `{target}` ends at {limit}, but alert `{alert}` stays silent until `{when}`."),
    )
}

/// Data that a regional failure takes, although a recovery point is promised for it.
pub fn no_copy(id: &str, target: &str, limit: &str) -> Phrase {
    Phrase::new(
        format!(
            "目標 `{target}` はリージョン障害で失うデータを {limit} までとするが、`{id}` の写しがほかのリージョンにない。"
        ),
        format!(
            "Target `{target}` allows {limit} of data lost with a region, but `{id}` has no copy in another region."
        ),
    )
}

/// A copy that lags more than the recovery point allows.
pub fn late_copy(backup: &str, lag: &str, target: &str, limit: &str) -> Phrase {
    Phrase::new(
        format!("目標 `{target}` が許すデータの損失は {limit} だが、`{backup}` の写しは {lag} 遅れる。"),
        format!("Target `{target}` allows {limit} of lost data, but the copy of `{backup}` lags by {lag}."),
    )
}

/// Callers that may open more connections than a database accepts.
pub fn connections(id: &str, opened: u64, takes: u32) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` を呼ぶものの接続プールは合わせて {opened} 本までになるが、`{id}` が受けるのは {takes} 本。"
        ),
        format!(
            "The connection pools of those who call `{id}` may open {opened} connections; `{id}` accepts {takes}."
        ),
    )
}

/// A price book whose lines do not add up to what the plan claims.
pub fn wrong_sum(book: &str, sum: &str, claim: &str) -> Phrase {
    Phrase::new(
        format!("価格表 `{book}` の行の合計は {sum} で、計画の書く {claim} と違う。"),
        format!("The lines of price book `{book}` add up to {sum}, not to the {claim} that the plan states."),
    )
}

/// What is stated and read, but not modelled yet.
pub fn not_modelled(what: &[String]) -> Phrase {
    Phrase::new(
        format!("書かれているが、まだ計算に使わないもの: {}", what.join("、")),
        format!("Stated, but not modelled yet: {}", what.join(", ")),
    )
}

/// Loads between which retries can keep a component collapsed: `[from, to, now]` in requests of the journey.
pub fn bistable(id: &str, call: &str, journey: &str, [from, to, now]: [&str; 3], lang: Lang) -> String {
    match lang {
        Lang::Ja => format!(
            "`{journey}` が {from} から {to} の間では、`{id}` は一度乱れると過負荷のまま戻らないことがある(`{call}` の再試行)。現在は {now}。"
        ),
        Lang::En => format!(
            "Between {from} and {to} of `{journey}`, `{id}` can stay collapsed after a disturbance: retries of `{call}`. The load is {now}."
        ),
    }
}

/// The same where only simulation tells.
pub fn maybe_bistable(id: &str, call: &str, why: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!(
            "`{call}` の再試行で `{id}` が過負荷のまま戻らないかどうかは、式では分からない。障害を入れてシミュレーションする({why})。"
        ),
        Lang::En => format!(
            "Whether retries of `{call}` can keep `{id}` collapsed has no formula; simulate a fault ({why})."
        ),
    }
}
