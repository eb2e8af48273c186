//! Work that arrives faster than it is done, and requests that a run leaves without an end.

use super::Phrase;
use super::numbers::{both, duration, percent, plain, rate};

/// A load that cannot be carried: since when, where, how fast the backlog grows.
pub fn overloaded(component: &str, from_s: f64, growth: f64) -> Phrase {
    both(|lang| {
        let (growth, since) = (rate(growth).join(), duration(from_s, lang).join());
        match (from_s >= 0.5, lang) {
            (false, super::Lang::Ja) => {
                format!("過負荷: はじめから {component} が追いつかず、待ちが {growth} ずつ増え続ける。")
            }
            (false, super::Lang::En) => {
                format!(
                    "Overloaded from the start: {component} cannot keep up, its backlog grows by {growth}."
                )
            }
            (true, super::Lang::Ja) => {
                format!("過負荷: {since} 以降 {component} が追いつかず、待ちが {growth} ずつ増え続ける。")
            }
            (true, super::Lang::En) => {
                format!(
                    "Overloaded from {since} on: {component} cannot keep up, its backlog grows by {growth}."
                )
            }
        }
    })
}

/// The pool of a call that is too small.
pub fn pool_full(call: &str, from_s: f64, growth: f64) -> Phrase {
    both(|lang| {
        let (growth, since) = (rate(growth).join(), duration(from_s, lang).join());
        match (from_s >= 0.5, lang) {
            (false, super::Lang::Ja) => {
                format!("過負荷: はじめから {call} のプール(pool)が足りず、待ちが {growth} ずつ増え続ける。")
            }
            (false, super::Lang::En) => {
                format!(
                    "Overloaded from the start: the pool of {call} is too small, its line grows by {growth}."
                )
            }
            (true, super::Lang::Ja) => {
                format!(
                    "過負荷: {since} 以降 {call} のプール(pool)が足りず、待ちが {growth} ずつ増え続ける。"
                )
            }
            (true, super::Lang::En) => {
                format!(
                    "Overloaded from {since} on: the pool of {call} is too small, its line grows by {growth}."
                )
            }
        }
    })
}

/// The runs ended early: more under way at once than a run can hold.
pub fn no_room(component: &str) -> Phrase {
    Phrase::new(
        format!(
            "同時に進む要求と呼び出しが一回の実行で扱える数を超えたため、反復を途中で打ち切った(最も多い所は {component})。過負荷とは限らない。"
        ),
        format!(
            "The runs were cut short: more requests and calls are under way at once than a run can hold (most at {component}). That is not overload."
        ),
    )
}

/// How many replications saw it, where that is not all of them.
pub fn in_some(replications: u32, of: u32) -> Phrase {
    Phrase::new(
        format!("反復 {of} 回のうち {replications} 回で。"),
        format!("So in {replications} of {of} replications."),
    )
}

/// The runs ended early: too many events.
pub fn endless(component: &str) -> Phrase {
    Phrase::new(
        format!(
            "見積もりを大きく超えるイベントになったため、反復を途中で打ち切った(最も混む所は {component})。再試行と呼び出しの数を確かめる。"
        ),
        format!(
            "The runs were cut short: far more events than their requests should take (most is under way at {component}). Look at the retries and the calls of each request."
        ),
    )
}

/// Requests without an end.
pub fn unfinished(of: Option<&str>, share: f64) -> Phrase {
    let name = of.map_or_else(String::new, |id| format!("{id}: "));
    let share = percent(share).join();
    Phrase::new(
        format!("{name}要求の {share} が、実行の終わりまでに答えも失敗も得ていない。"),
        format!("{name}{share} of the requests had neither an answer nor a failure when the run ended."),
    )
}

/// More than the percentile allows fail or do not end.
pub fn unmet(failed: f64, unfinished: f64, allowed: f64) -> Phrase {
    let [failed, unfinished, allowed] = [failed, unfinished, allowed].map(|x| percent(x).join());
    Phrase::new(
        format!("要求の {failed} が失敗し、{unfinished} が終わらず、合わせて許される {allowed} を超える。"),
        format!(
            "{failed} of the requests fail and {unfinished} do not end, together more than the {allowed} this percentile allows."
        ),
    )
}

/// Formulas say that more arrives than is done, and the run was too short to show it.
pub fn beyond_capacity(component: &str, load: f64) -> Phrase {
    let load = percent(load).join();
    Phrase::new(
        format!(
            "{component} には処理能力の {load} の仕事が届くので、いま終わった要求の速さは長くは続かない。"
        ),
        format!(
            "Work arrives at {component} at {load} of what it can do: how fast those were that ended so far will not last."
        ),
    )
}

/// A rate limit whose bucket is full at first and is then overdrawn: what one run of an hour sees will not last.
pub fn bucket_empties(component: &str, after_h: f64, wanted: f64, earns: f64) -> Phrase {
    let [wanted, earns] = [wanted, earns].map(|x| rate(x).join());
    both(|lang| {
        let after = duration(after_h * 3600.0, lang).join();
        match lang {
            super::Lang::Ja => format!(
                "{component} のレート制限は満杯から始めて {after} で空になる。そのあとは {wanted} の要求に {earns} しか通らない。"
            ),
            super::Lang::En => format!(
                "the rate limit of {component} is empty {after} after it was full; from then on {earns} pass of {wanted}."
            ),
        }
    })
}

/// What decides it.
pub fn by_longer_runs() -> Phrase {
    Phrase::new("長い実行(--duration)", "a longer run (--duration)")
}

/// What settles a verdict on a journey without a request in what is looked at; `trace`: its times are listed.
pub fn by_requests(trace: bool) -> Phrase {
    if trace {
        return Phrase::new(
            "ウォームアップのあとにも続く trace(または simulate --warmup 0s)",
            "a trace that goes on after the warm-up (or simulate --warmup 0s)",
        );
    }
    Phrase::new("判定する時間帯に要求を送る頻度", "a rate above 0 in the judged hour")
}

/// Times that grow with the length of a run.
pub fn grows() -> Phrase {
    Phrase::new(
        "この負荷は処理できる量を超えている。下の時間は実行の長さとともに伸びる。",
        "This load is above what can be done: the times below grow with the length of the run.",
    )
}

/// So many events, and about how long they take.
pub fn estimate(events: f64, seconds: f64) -> Phrase {
    both(|lang| {
        let (millions, time) = (plain(events / 1e6), duration(seconds, lang).join());
        match lang {
            super::Lang::Ja => format!("見積もり: 約 {millions} 百万イベント、1 コアで約 {time}"),
            super::Lang::En => format!("Estimate: about {millions} M events, about {time} on one core"),
        }
    })
}
