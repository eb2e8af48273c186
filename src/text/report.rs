//! Words of charts and pictures: axes, marks, labels, and the sentences that say what a picture shows.

use super::{Lang, Phrase, Words, words};

/// The current load.
pub const NOW: Words = words("現在", "now");
/// The load is above the lowest load line.
pub const OVER_LINE: Words = words("満載喫水線を超過", "over the load line");
/// The mark of the lowest load line.
pub const LOAD_LINE: Words = words("満載喫水線", "load line");
/// Column captions of the draught scale.
pub const TENANTS: Words = words("テナント", "tenants");
/// Column captions of the draught scale.
pub const USERS: Words = words("ユーザー", "users");
/// A target that no load breaks in the searched range.
pub const NO_LIMIT: Words = words("探索範囲では破れない", "holds in the searched range");
/// A target that fails whatever the load.
pub const ANY_LOAD: Words = words("負荷によらず未達", "fails at any load");
/// A target whose breaking load is not known.
pub const NOT_KNOWN: Words = words("限界は不明", "limit unknown");
/// What is not known.
pub const UNKNOWN: Words = words("不明", "unknown");
/// A bill with lines that have no price.
pub const UNPRICED: Words = words("不明な行あり", "plus unpriced");
/// The plan's own number.
pub const CLAIM: Words = words("計画の主張", "plan's claim");
/// Bills at list prices.
pub const LIST_PRICE: Words = words("定価", "list price");
/// Bills in the judged book.
pub const JUDGED: Words = words("計画の価格表", "plan's prices");
/// A limit.
pub const TARGET: Words = words("目標", "target");
/// Head of the timeline of faults.
pub const LANE_TITLE: Words = words("障害の時刻表", "Faults on the clock");
/// What it shows.
pub const LANE_NOTE: Words = words("失敗する要求の割合", "share of requests that fail");
/// All is as before the fault.
pub const BACK_TO_NORMAL: Words = words("平常に戻る", "back to normal");
/// Column head.
pub const FAULT: Words = words("障害", "fault");
/// Of a minute in which requests fail.
pub const FAILED: Words = words("失敗", "failed");
/// Head of the months as dots.
pub const MONTHS_TITLE: Words = words("ひと月の停止時間", "Downtime of a month");
/// What a dot is.
pub const MONTHS_NOTE: Words = words("同じ確からしさの 20 か月", "20 equally likely months");
/// Downtime that a month may have.
pub const BUDGET: Words = words("許容", "budget");
/// Head of the waterfall of the error budget.
pub const WATERFALL_TITLE: Words = words("許容時間の使われ方", "The error budget");
/// What it counts.
pub const WATERFALL_NOTE: Words = words("30 日の月、分", "minutes of a 30-day month");
/// What remains of the budget.
pub const LEFT: Words = words("残り", "left");
/// What the budget lacks.
pub const MISSING: Words = words("不足", "missing");
/// Causes that are not listed.
pub const OTHERS: Words = words("その他", "others");
/// Column head.
pub const MONTH: Words = words("月", "month");
/// Column head.
pub const DOWNTIME: Words = words("停止", "downtime");
/// Column head.
pub const CAUSE: Words = words("要因", "cause");
/// Column head.
pub const PART: Words = words("内容", "part");
/// Column head.
pub const SHARE: Words = words("割合", "share");
/// Head of the steps of a recovery.
pub const GANTT_TITLE: Words = words("復旧の手順", "Steps of the recovery");
/// Time that 95 % of recoveries stay within.
pub const BACK_P95: Words = words("復旧 p95", "back p95");
/// Column head.
pub const STEP: Words = words("手順", "step");
/// Column head.
pub const STARTS: Words = words("開始", "starts");
/// Column head.
pub const TAKES: Words = words("長さ", "takes");
/// Column head: share of the cases in which a step lies on the critical path.
pub const DECIDES: Words = words("決め手となる割合", "decides");
/// Column head.
pub const TIER: Words = words("段階", "tier");
/// Column head.
pub const VERDICT: Words = words("判定", "verdict");
/// Expected availability.
pub const EXPECTED: Words = words("期待値", "expected");
/// The most that contracts promise.
pub const SLA_CEILING: Words = words("SLA(返金の水準)", "SLA (refund)");
/// Right axis of the availability chart.
pub const DOWN_MINUTES: Words = words("停止 分/30日", "min down/30 d");
/// Says that an axis is logarithmic.
pub const DOWN_LOG: Words = words("停止時間の対数目盛", "log scale of downtime");
/// Says that an axis is logarithmic.
pub const LOG: Words = words("対数目盛", "log scale");
/// More load than a component can serve.
pub const OVERLOADED: Words = words("過負荷", "overloaded");
/// A formula's answer before the simulation has run.
pub const PREVIEW: Words = words("白抜きは解析による速報", "hollow: analytic preview");
/// The hour of the week with the most load.
pub const BUSIEST: Words = words("最繁忙時", "busiest hour");
/// Column head.
pub const HOUR: Words = words("時刻", "hour");
/// All journeys together.
pub const TOTAL: Words = words("合計", "total");
/// Title of the cost chart.
pub const COST_TITLE: Words = words("月額費用", "Monthly cost");
/// What the marks of the cost chart are.
pub const COST_NOTE: Words = words("帯は仮定の幅", "band: range of the assumptions");
/// Title of the availability chart.
pub const AVAILABILITY_TITLE: Words = words("稼働率", "Availability");
/// Title of the latency chart.
pub const LATENCY_TITLE: Words = words("応答時間", "Response time");
/// Title of the load chart.
pub const LOAD_TITLE: Words = words("到着リクエスト", "Requests arriving");
/// Unit of the load chart.
pub const PER_SECOND: Words = words("件/秒", "per second");
/// Column head.
pub const COMPONENT: Words = words("構成要素", "component");
/// Column head.
pub const ZONES: Words = words("配置", "where");
/// Column head.
pub const UTILISATION: Words = words("利用率", "utilisation");
/// Column head.
pub const ARRIVALS: Words = words("到着", "arrivals");
/// A region without a component in it.
pub const NOTHING_HERE: Words = words("配置なし", "nothing placed here");
/// A component that a fault took down.
pub const DOWN: Words = words("停止", "down");

/// Days of the week, Monday first.
pub const DAYS: [Words; 7] = [
    words("月", "Mon"),
    words("火", "Tue"),
    words("水", "Wed"),
    words("木", "Thu"),
    words("金", "Fri"),
    words("土", "Sat"),
    words("日", "Sun"),
];

/// A day by its number, Monday first.
pub fn day_name(day: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{}曜日", DAYS[day % 7].ja),
        Lang::En => DAYS[day % 7].en.to_owned(),
    }
}

/// A phrase made by writing the same numbers in both languages.
pub fn both(write: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(write(Lang::Ja), write(Lang::En))
}

/// A zone by its name.
pub fn zone(name: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("ゾーン {name}"),
        Lang::En => format!("zone {name}"),
    }
}

/// Share of look-ups that a cache answers.
pub fn hits(share: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("ヒット {share}"),
        Lang::En => format!("{share} hits"),
    }
}

/// What the load gauge shows.
pub fn gauge_summary(now: &Phrase, lowest: Option<(&Phrase, &Phrase)>, over: bool) -> Phrase {
    both(|lang| match (lowest, over, lang) {
        (None, _, Lang::Ja) => format!("現在の負荷は{}。負荷で破れる目標は見つかっていない。", now.ja),
        (None, _, Lang::En) => format!("The load is {}; no target is known to break under load.", now.en),
        (Some((name, at)), false, Lang::Ja) => {
            format!("現在の負荷は{}。最初に破れるのは「{}」で、{}のとき。", now.ja, name.ja, at.ja)
        }
        (Some((name, at)), false, Lang::En) => {
            format!("The load is {}; the first target to break is {}, at {}.", now.en, name.en, at.en)
        }
        (Some((name, at)), true, Lang::Ja) => {
            format!("現在の負荷{}は、「{}」の限界{}を超えている。", now.ja, name.ja, at.ja)
        }
        (Some((name, at)), true, Lang::En) => {
            format!("The load, {}, is above the {} at which {} breaks.", now.en, at.en, name.en)
        }
    })
}

/// What the cost chart shows when there is one tier.
pub fn cost_of_one(amount: &Phrase) -> Phrase {
    Phrase::new(format!("定価での月額は{}。", amount.ja), format!("At list prices: {}.", amount.en))
}

/// What the cost chart shows: from the first tier to the last.
pub fn cost_summary(first: &Phrase, low: &Phrase, last: &Phrase, high: &Phrase) -> Phrase {
    both(|lang| match lang {
        Lang::Ja => format!("定価での月額は{}で{}、{}で{}。", first.ja, low.ja, last.ja, high.ja),
        Lang::En => format!("At list prices: {} at {}, {} at {}.", low.en, first.en, high.en, last.en),
    })
}

/// What the availability chart shows.
pub fn availability_summary(worst: &Phrase, uptime: &Phrase, target: Option<&Phrase>) -> Phrase {
    both(|lang| match (target, lang) {
        (Some(t), Lang::Ja) => {
            format!("期待稼働率が最も低いのは{}の{}。目標は{}。", worst.ja, uptime.ja, t.ja)
        }
        (Some(t), Lang::En) => {
            format!(
                "The lowest expected availability is {} at {}; the target is {}.",
                uptime.en, worst.en, t.en
            )
        }
        (None, Lang::Ja) => format!("期待稼働率が最も低いのは{}の{}。", worst.ja, uptime.ja),
        (None, Lang::En) => format!("The lowest expected availability is {} at {}.", uptime.en, worst.en),
    })
}

/// What the latency chart shows.
pub fn latency_summary(misses: usize, of: usize) -> Phrase {
    both(|lang| match lang {
        Lang::Ja => format!("応答時間の目標{of}件(段階ごと)のうち{misses}件が未達。"),
        Lang::En if of == 1 => format!("Of one latency target over all tiers, {misses} fails."),
        Lang::En => format!("Of {of} latency targets over all tiers, {misses} fail."),
    })
}

/// What the load chart shows.
pub fn load_summary(day: Words, hour: usize, rate: &str) -> Phrase {
    both(|lang| match lang {
        Lang::Ja => format!("最も負荷が高いのは{}曜{hour}時台で、毎秒{rate}件。", day.ja),
        Lang::En => format!("The busiest hour is {} {hour}:00 with {rate} requests per second.", day.en),
    })
}

/// What the architecture shows.
pub fn graph_summary(name: &Phrase, components: usize, down: usize) -> Phrase {
    both(|lang| match (down, lang) {
        (0, Lang::Ja) => format!("{}の構成図。構成要素{components}個。", name.ja),
        (0, Lang::En) => format!("Architecture of {}: {components} components.", name.en),
        (n, Lang::Ja) => format!("{}の構成図。構成要素{components}個のうち{n}個が停止。", name.ja),
        (n, Lang::En) => format!("Architecture of {}: {components} components, {n} of them down.", name.en),
    })
}

/// A claim that is a lower bound: `¥500,000+`.
pub fn at_least(amount: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{amount}以上"),
        Lang::En => format!("{amount} or more"),
    }
}

/// A target with its limit: `target 99.9 %`.
pub fn target_at(limit: &str, lang: Lang) -> String {
    format!("{} {limit}", TARGET.get(lang))
}

/// Title of the designs by cost and downtime.
pub const PARETO_TITLE: Words = words("設計: 費用と停止", "Designs: cost and downtime");
/// Its note.
pub const PARETO_NOTE: Words = words(
    "縦: 30日あたりの停止(分)、横: 月額。左下ほど良い",
    "minutes down in 30 days by cost per month; lower left is better",
);
/// Column of costs.
pub const COST: Words = words("月額", "per month");
/// Column of latencies.
pub const OF_LATENCY_LIMIT: Words = words("遅れの上限に対し", "of latency limit");
/// Column of changes.
pub const CHANGES: Words = words("変えること", "changes");
