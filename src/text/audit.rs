//! Findings that are computed: each a cause with its numbers, and a fix.

use super::numbers::{both, count, duration, money, money_per_month, percent, plain};
use super::{Lang, Phrase};

/// A share as people read it.
fn share(x: f64) -> String {
    percent(x).join()
}

/// Money per month: the value, and the ends of its range where it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// Central value.
    pub value: f64,
    /// Low and high end.
    pub range: Option<(f64, f64)>,
}

/// An amount per month, with its range where it has one.
fn ranged(amount: Amount, code: &str, lang: Lang) -> String {
    let value = money_per_month(amount.value, code, lang);
    match amount.range {
        Some((low, high)) if low < high => format!("{value} ({}–{})", money(low, code), money(high, code)),
        _ => value,
    }
}

/// Machines that the pods' limits cannot use.
pub fn idle_machines(id: &str, there: f64, used: f64, of: f64) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` の CPU は合わせて {} コアだが、そこで動く Pod の上限は増やせる分を含めても合計 {} コア({})。機種や台数を増やしても性能は変わらない。",
            plain(there),
            plain(used),
            share(of)
        ),
        format!(
            "`{id}` has {} cores, but the CPU limits of all pods that may run there add up to {} ({}): bigger or more machines carry nothing more.",
            plain(there),
            plain(used),
            share(of)
        ),
    )
}

/// Fewer machines, or more pods.
pub fn fewer_machines(id: &str, needed: u32) -> Phrase {
    Phrase::new(
        format!(
            "`component.{id}.count = {needed}` で足りる。または Pod の `replicas` か `cpu.limit` を増やす。"
        ),
        format!(
            "`component.{id}.count = {needed}` carries the same pods; or raise the pods' `replicas` or `cpu.limit`."
        ),
    )
}

/// An alert on machines that cannot become so busy.
pub fn alert_never(id: &str, when: &str, machines: &str, most: f64) -> Phrase {
    Phrase::new(
        format!(
            "アラート `{id}` は `{when}` を待つが、Pod の上限のため `{machines}` は {} までしか使われない。決して鳴らない。",
            share(most)
        ),
        format!(
            "Alert `{id}` waits for `{when}`, but the pods' limits let `{machines}` reach {} at most: it can never fire.",
            share(most)
        ),
    )
}

/// Watch the pods instead.
pub fn watch_pods(id: &str) -> Phrase {
    Phrase::new(
        format!("ノードではなく `{id}.cpu` を見る。"),
        format!("Watch `{id}.cpu` instead of the machines."),
    )
}

/// Machines that may be added and never are.
pub fn nodes_never_added(id: &str, there: u32, most: u32, pods: u32) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` は {there} 台から {most} 台に増えるはずだが、ノードが増えるのは Pod が収まらないときだけで、{pods} 個の Pod は増えない。決して増えない。"
        ),
        format!(
            "`{id}` may grow from {there} to {most} machines, but machines are added only when pods do not fit, and the {pods} pods are fixed: it never grows."
        ),
    )
}

/// Let pods scale.
pub fn scale_pods(id: &str) -> Phrase {
    Phrase::new(
        format!(
            "`component.{id}.scale = {{ cpu = \"70%\", min = ..., max = ... }}` で Pod を増やせるようにする。"
        ),
        format!("Let the pods grow: `component.{id}.scale = {{ cpu = \"70%\", min = ..., max = ... }}`."),
    )
}

/// Pods whose limit lies below what their autoscaler waits for.
pub fn pods_never_added(id: &str, aim: f64, limit: f64) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` の自動拡張は 1 Pod あたり {} コアを超えるのを待つが、CPU の上限は {} コア。決して増えない。",
            plain(aim),
            plain(limit)
        ),
        format!(
            "Autoscaling of `{id}` waits for more than {} cores a pod, but the CPU limit is {}: it never scales up.",
            plain(aim),
            plain(limit)
        ),
    )
}

/// Raise the limit or lower the aim.
pub fn raise_limit(id: &str, above: f64) -> Phrase {
    let cores = format!("{}m", plain((above * 1000.0).ceil()));
    Phrase::new(
        format!("`component.{id}.cpu.limit` を {cores} より大きくするか、目標を下げる。"),
        format!("Raise `component.{id}.cpu.limit` above {cores}, or lower the target."),
    )
}

/// Uses that the plan's own book has no line for.
pub fn priced_nowhere(book: &str, n: usize, total: Amount, named: &[(&str, f64)], code: &str) -> Phrase {
    both(|lang| {
        let parts: Vec<String> =
            named.iter().map(|(id, amount)| format!("`{id}` {}", money(*amount, code))).collect();
        let sum = ranged(total, code, lang);
        match lang {
            Lang::Ja => format!(
                "価格表 `{book}` には、使っている {n} 件の行がない。定価で {sum}: {}。",
                parts.join("、")
            ),
            Lang::En => format!(
                "Price book `{book}` has no line for {n} things in use, {sum} at list prices: {}.",
                parts.join(", ")
            ),
        }
    })
}

/// State what is missing.
pub fn add_lines(book: &str, largest: &str) -> Phrase {
    Phrase::new(
        format!(
            "`book.{book}` に行を足す。最大は `line.{largest} = {{ pays = \"{largest}\", amount = ... }}`。"
        ),
        format!(
            "Add lines to `book.{book}`, the largest first: `line.{largest} = {{ pays = \"{largest}\", amount = ... }}`."
        ),
    )
}

/// A claim below one line's list price.
pub fn claim_below_line(tier: &str, claim: f64, id: &str, list: Amount, code: &str) -> Phrase {
    both(|lang| {
        let (claimed, listed) = (money_per_month(claim, code, lang), ranged(list, code, lang));
        let off = share(1.0 - claim / list.value.max(claim));
        match lang {
            Lang::Ja => format!(
                "`{tier}` は全体で {claimed} と書くが、`{id}` だけで定価 {listed}。{off} の割引を先に使っても、ほかに何も残らない。"
            ),
            Lang::En => format!(
                "`{tier}` claims {claimed} for everything; `{id}` alone is {listed} at list prices. A discount of {off} is spent before anything else is paid."
            ),
        }
    })
}

/// Mend the claim.
pub fn raise_claim(tier: &str, id: &str) -> Phrase {
    Phrase::new(
        format!("`tier.{tier}.claim` を改めるか、`component.{id}` を小さくする。"),
        format!("Raise `tier.{tier}.claim`, or make `component.{id}` smaller."),
    )
}

/// A line that already holds a discount.
pub fn discount_spent(
    book: &str,
    id: &str,
    (paid, listed): (f64, f64),
    spent: f64,
    (best, way): (f64, &str),
    code: &str,
) -> Phrase {
    both(|lang| {
        let (paid, listed) = (money_per_month(paid, code, lang), money_per_month(listed, code, lang));
        let (spent, best) = (share(spent), share(best));
        match lang {
            Lang::Ja => format!(
                "価格表 `{book}` は `{id}` に {paid} を見込み、定価 {listed} より {spent} 安い。記録にある最大の割引({way})は {best} で、予約の割引はもう織り込まれている。もう一度は引けない。"
            ),
            Lang::En => format!(
                "Price book `{book}` pays {paid} for `{id}`, {spent} below the list price of {listed}; the largest discount on record ({way}) is {best}. A commitment is already in the price and cannot be saved again."
            ),
        }
    })
}

/// Say how it is bought.
pub fn state_purchase(id: &str, way: &str) -> Phrase {
    Phrase::new(
        format!("`component.{id}.purchase = \"{way}\"` と書くか、行の金額を定価にする。"),
        format!("State `component.{id}.purchase = \"{way}\"`, or put the list price into the line."),
    )
}

/// A region that nothing stands in.
pub fn region_unpaid(id: &str, role: Option<&Phrase>, copies: bool) -> Phrase {
    both(|lang| {
        let role = role.map(|role| role.get(lang)).unwrap_or_default();
        match (lang, copies) {
            (Lang::Ja, false) => format!("リージョン `{id}`({role})には何も置かれず、費用もない。"),
            (Lang::Ja, true) => {
                format!("リージョン `{id}`({role})にあるのはバックアップの写しだけ。計算資源も費用もない。")
            }
            (Lang::En, false) => {
                format!("Region `{id}` ({role}) is named, but nothing stands there and nothing is paid for.")
            }
            (Lang::En, true) => format!(
                "Region `{id}` ({role}) only holds copies of backups: nothing runs there and nothing is paid for."
            ),
        }
    })
}

/// Put something there.
pub fn pay_region(id: &str) -> Phrase {
    Phrase::new(
        format!("構成要素を `{id}` に置いて費用を載せるか、`region.{id}` を消す。"),
        format!("Place components in `{id}` and price them, or remove `region.{id}`."),
    )
}

/// A quota that holds on average and not in the peak minute.
pub fn quota_peak(id: &str, tokens: bool, [mean, peak, quota]: [f64; 3], factor: [f64; 3]) -> Phrase {
    let n = count;
    let factors = format!("{} ({}–{})", plain(factor[1]), plain(factor[0]), plain(factor[2]));
    let (ja, en) = if tokens { ("トークン", "tokens") } else { ("リクエスト", "requests") };
    Phrase::new(
        format!(
            "`{id}` の利用枠は毎分 {} {ja}。最繁時の平均は {} だが、山の一分は {factors} 倍の {} で、枠を超えて 429 になる。",
            n(quota),
            n(mean),
            n(peak)
        ),
        format!(
            "`{id}` allows {} {en} a minute. The busiest hour takes {} on average, but its peak minute, {factors} times that, takes {}: beyond the quota, answered 429.",
            n(quota),
            n(mean),
            n(peak)
        ),
    )
}

/// Ask for more.
pub fn raise_quota(id: &str, tokens: bool, needed: f64) -> Phrase {
    let field = if tokens { "tpm" } else { "rpm" };
    Phrase::new(
        format!(
            "`component.{id}` の枠(`{field}`)を毎分 {} まで引き上げるか、待ち行列で山をならす。",
            count(needed)
        ),
        format!(
            "Have the quota of `component.{id}` (`{field}`) raised to {} a minute, or level the peak with a queue.",
            count(needed)
        ),
    )
}

/// Machines that run out of credits before anything grows.
pub fn credits_threshold(
    id: &str,
    threshold: f64,
    baseline: f64,
    lasts: Option<f64>,
    unlimited: bool,
) -> Phrase {
    both(|lang| {
        let (t, b) = (share(threshold), share(baseline));
        let left = lasts.map_or_else(|| "–".to_owned(), |hours| duration(hours * 3600.0, lang).join());
        match (lang, unlimited) {
            (Lang::Ja, true) => format!(
                "`{id}` は使用率 {t} で増えることになっているが、ずっと使える CPU は {b}。その間の超過分は課金される(満額のクレジットで {left})。"
            ),
            (Lang::Ja, false) => format!(
                "`{id}` は使用率 {t} で増えることになっているが、ずっと使える CPU は {b}。クレジットは {left} で尽き、使用率は {b} を超えなくなる。"
            ),
            (Lang::En, true) => format!(
                "`{id}` is to act at {t} of CPU, but may use {b} for ever: below the threshold the surplus is charged once a full balance is spent, after {left}."
            ),
            (Lang::En, false) => format!(
                "`{id}` is to act at {t} of CPU, but may use {b} for ever: a full balance lasts {left}, then it is throttled to {b} and never reaches the threshold."
            ),
        }
    })
}

/// A threshold that can be held.
pub fn below_baseline(id: &str, baseline: f64) -> Phrase {
    Phrase::new(
        format!(
            "しきい値を {} より下げるか、`component.{id}.type` をバースト型でない機種にする。",
            share(baseline)
        ),
        format!(
            "Put the threshold below {}, or give `component.{id}.type` a machine that is not burstable.",
            share(baseline)
        ),
    )
}

/// A call that goes on after the edge has given up.
pub fn beyond_edge(call: &str, longest: f64, edge: &str, limit: f64, fact: &str) -> Phrase {
    both(|lang| {
        let (longest, limit) = (duration(longest, lang).join(), duration(limit, lang).join());
        match lang {
            Lang::Ja => format!(
                "呼び出し `{call}` は再試行と代替先を含めて最長 {longest} 続くが、`{edge}` は {limit} で打ち切る({fact})。その後の答えは届かない。"
            ),
            Lang::En => format!(
                "Call `{call}` may take {longest} with its retries and fallback, but `{edge}` gives up after {limit} ({fact}): what comes later reaches nobody."
            ),
        }
    })
}

/// Shorten the call.
pub fn shorter(call: &str, limit: f64) -> Phrase {
    both(|lang| {
        let half = duration(limit / 3.0, lang).join();
        match lang {
            Lang::Ja => {
                format!("`call.\"{call}\".timeout` を、全体が打ち切りより前に終わる長さにする(例: {half})。")
            }
            Lang::En => format!(
                "Shorten `call.\"{call}\".timeout` so that all of it ends before the edge gives up (such as {half})."
            ),
        }
    })
}

/// A recovery that nobody has tried.
pub fn unrehearsed(target: &str, [low, mid, high]: [f64; 3]) -> Phrase {
    let (low, mid, high) = (share(low), share(mid), share(high));
    Phrase::new(
        format!(
            "目標 `{target}` の復旧は一度も訓練されていない。試していない切り替えが失敗するか時間に間に合わない確率は {mid}({low}–{high}、rate.dr.untested_fail、推定)。"
        ),
        format!(
            "Nobody has rehearsed the recovery that target `{target}` promises: an untested failover fails or is late with a chance of {mid} ({low}–{high}; rate.dr.untested_fail, an estimate)."
        ),
    )
}

/// Rehearse it.
pub fn rehearse() -> Phrase {
    Phrase::new(
        "訓練し、`[control.dr-test]` に `done = true` と `evidence` を書く。",
        "Rehearse it, and state `[control.dr-test]` with `done = true` and its `evidence`.",
    )
}

/// An audit that takes longer than the roadmap.
pub fn audit_late(control: &str, [low, high]: [f64; 2], weeks: f64) -> Phrase {
    Phrase::new(
        format!(
            "`control.{control}` の SOC 2 Type II は {} から {} か月の観察期間を要するが、ロードマップは全体で {} 週間しかない。",
            plain(low),
            plain(high),
            plain(weeks)
        ),
        format!(
            "`control.{control}`: a SOC 2 Type II report needs {} to {} months of observation, and the whole roadmap is {} weeks long.",
            plain(low),
            plain(high),
            plain(weeks)
        ),
    )
}

/// Plan the observation.
pub fn observe(control: &str) -> Phrase {
    Phrase::new(
        format!("観察期間を `[task.*]` として足し、`delivers = [\"{control}\"]` とする。公開の後になる。"),
        format!(
            "Add the observation as a `[task.*]` that `delivers = [\"{control}\"]`; it ends after the release."
        ),
    )
}

/// A list of tiers, in brackets behind a name.
fn at(tiers: &[String], lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("({})", tiers.join("、")),
        Lang::En => format!(" ({})", tiers.join(", ")),
    }
}

/// A target that fails and that no design in reach mends.
pub fn out_of_reach(name: &Phrase, tiers: &[String], why: &Phrase, best: &Phrase) -> Phrase {
    both(|lang| {
        let best = best.get(lang);
        let (name, at, why) = (name.get(lang), at(tiers, lang), why.get(lang));
        match lang {
            Lang::Ja => {
                format!("{name}{at}: {why}設計をどう変えても届かず、最良で {best}。目標か測り方を改める。")
            }
            Lang::En => format!(
                "{name}{at}: {why} No design in reach mends it, the best comes to {best}: change the target or what it measures."
            ),
        }
    })
}

/// A target that fails.
pub fn fails(name: &Phrase, tiers: &[String], why: &Phrase) -> Phrase {
    both(|lang| format!("{}{}: {}", name.get(lang), at(tiers, lang), why.get(lang)))
}

/// The least change that meets every target in reach.
pub fn least_change(tier: &str, changes: &[&Phrase], dearer: Option<f64>, code: &str) -> Phrase {
    both(|lang| {
        let all: Vec<&str> = changes.iter().map(|change| change.get(lang)).collect();
        let signed = |amount: f64| {
            let sign = if amount < 0.0 { "" } else { "+" };
            format!("{sign}{}", money_per_month(amount, code, lang))
        };
        let cost = dearer.map_or_else(|| "–".to_owned(), signed);
        match lang {
            Lang::Ja => format!(
                "`{tier}` で届く目標をすべて満たす最小の変更(式による): {}。定価で {cost}。",
                all.join("、")
            ),
            Lang::En => format!(
                "The least change that meets every target in reach at `{tier}`, by formulas: {}; {cost} at list prices.",
                all.join("; ")
            ),
        }
    })
}
