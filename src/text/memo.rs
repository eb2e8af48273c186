//! The sentences of the memo.

use super::numbers::{both, money_per_month, plain};
use super::{Lang, Phrase};

/// A list of tiers, in brackets behind a name.
fn at(tiers: &[String], lang: Lang) -> String {
    match lang {
        _ if tiers.is_empty() => String::new(),
        Lang::Ja => format!("({})", tiers.join("、")),
        Lang::En => format!(" ({})", tiers.join(", ")),
    }
}

/// A target that fails, and the best that the search comes to: of what it varies, nothing mends it.
pub fn out_of_search(name: &Phrase, tiers: &[String], why: &Phrase, best: Option<&Phrase>) -> Phrase {
    both(|lang| {
        let (name, at, why) = (name.get(lang), at(tiers, lang), why.get(lang));
        match (lang, best.map(|best| best.get(lang))) {
            (Lang::Ja, None) => {
                format!("{name}{at}: {why}探索が変えるもの(台数、機種、冗長化など)では直らない。")
            }
            (Lang::Ja, Some(best)) => {
                format!(
                    "{name}{at}: {why}探索が変えるもの(台数、機種、冗長化など)では直らず、最良で {best}。"
                )
            }
            (Lang::En, None) => format!(
                "{name}{at}: {why} Nothing that the search varies (counts, machines, redundancy) mends it."
            ),
            (Lang::En, Some(best)) => format!(
                "{name}{at}: {why} Nothing that the search varies (counts, machines, redundancy) mends it; it comes to {best} at best."
            ),
        }
    })
}

/// The largest part of the downtime.
pub fn largest_part(what: &Phrase, minutes: f64) -> Phrase {
    Phrase::new(
        format!("停止時間の最大の部分は{}、30日で {} 分。", what.ja, plain(minutes)),
        format!("The largest part of the downtime is {}, {} min per 30 days.", what.en, plain(minutes)),
    )
}

/// Releases of these components as a cause.
pub fn releases_of(ids: &[&str]) -> Phrase {
    let all: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    Phrase::new(
        format!("{} のリリース(不良リリースと止まる Pod)", all.join("、")),
        format!("releases of {} (bad ones, and pods that stop)", all.join(", ")),
    )
}

/// What changes to how releases are made bring the downtime to.
pub fn by_releasing(changes: &[String], minutes: f64, allowed: f64) -> Phrase {
    let all: Vec<String> = changes.iter().map(|change| format!("`{change}`")).collect();
    let (to, most) = (plain(minutes), plain(allowed));
    let ja = all.join("、");
    let en = all.join(", ");
    if minutes <= allowed {
        Phrase::new(
            format!("{ja} で {to} 分になり、許容の {most} 分に収まる(式による)。"),
            format!("With {en} it is {to} min, within the {most} allowed (by formulas)."),
        )
    } else {
        Phrase::new(
            format!("{ja} で {to} 分に減るが、許容の {most} 分にはまだ届かない(式による)。"),
            format!("With {en} it is {to} min, still more than the {most} allowed (by formulas)."),
        )
    }
}

/// What a fault does against what is expected of it; the worst of those that fail.
pub fn fault(name: &Phrase, tiers: &[String], expected: &Phrase, why: &Phrase) -> Phrase {
    both(|lang| {
        let (name, at, expected, why) = (name.get(lang), at(tiers, lang), expected.get(lang), why.get(lang));
        match lang {
            Lang::Ja => format!("障害「{name}」{at}は `{expected}` の見込みに反する。{why}"),
            Lang::En => format!("Fault \"{name}\"{at} breaks what is expected of it, `{expected}`: {why}"),
        }
    })
}

/// A component that stands in one zone alone.
pub fn one_zone(id: &str, multi_az: bool) -> Phrase {
    if multi_az {
        Phrase::new(
            format!(
                "`component.{id}` は一つのゾーンにしかない。`multi-az = true` と `standby` で別のゾーンに待機系を置く。"
            ),
            format!(
                "`component.{id}` stands in one zone only: give it `multi-az = true` and a `standby` in another."
            ),
        )
    } else {
        Phrase::new(
            format!("`component.{id}` は一つのゾーンにしかない。別のゾーンにも置く。"),
            format!("`component.{id}` stands in one zone only: place it in another as well."),
        )
    }
}

/// Money that a finding is about.
pub fn at_stake(figure: &Phrase) -> Phrase {
    Phrase::new(format!("金額にして {}。", figure.ja), format!("That is {}.", figure.en))
}

/// A target that fails.
pub fn fails(name: &Phrase, tiers: &[String], why: &Phrase) -> Phrase {
    both(|lang| format!("{}{}: {}", name.get(lang), at(tiers, lang), why.get(lang)))
}

/// The least change that meets every target in reach, and the faults whose expectations it was not searched for.
pub fn least_change(
    tier: &str,
    changes: &[&Phrase],
    dearer: Option<f64>,
    code: &str,
    faults: &[&Phrase],
) -> Phrase {
    both(|lang| {
        let all: Vec<&str> = changes.iter().map(|change| change.get(lang)).collect();
        let signed = |amount: f64| {
            let sign = if amount < 0.0 { "" } else { "+" };
            format!("{sign}{}", money_per_month(amount, code, lang))
        };
        let cost = dearer.map_or_else(|| "–".to_owned(), signed);
        let named: Vec<&str> = faults.iter().map(|fault| fault.get(lang)).collect();
        let (n, shown) = (named.len(), named.iter().take(3).copied().collect::<Vec<_>>());
        let rest = match (lang, n.saturating_sub(3)) {
            (_, 0) => String::new(),
            (Lang::Ja, n) => format!(" ほか {n} 件"),
            (Lang::En, n) => format!(" and {n} more"),
        };
        let without = match lang {
            _ if n == 0 => String::new(),
            Lang::Ja => {
                format!(
                    "障害への見込みは条件に入っていない。今の計画が満たさないもの: {}{rest}。",
                    shown.join("、")
                )
            }
            Lang::En => format!(
                " What is expected of faults is no part of the search; the plan as it stands fails it at {}{rest}.",
                shown.join(", ")
            ),
        };
        match lang {
            Lang::Ja => format!(
                "`{tier}` で、障害の見込みを除き、届く目標をすべて満たす最小の変更(式による): {}。定価で {cost}。{without}",
                all.join("、")
            ),
            Lang::En => format!(
                "The least change that meets every target in reach at `{tier}`, faults aside, by formulas: {}; {cost} at list prices.{without}",
                all.join("; ")
            ),
        }
    })
}
