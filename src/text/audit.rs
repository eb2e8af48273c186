//! Findings that are computed: each a cause with its numbers, and a fix.

use super::numbers::{both, count, duration, money, money_per_month, percent, plain};
use super::{Lang, Phrase};

pub use super::never::*;

/// A share as people read it.
pub(super) fn share(x: f64) -> String {
    percent(x).join()
}

/// Money per month: the value, and the ends of its range where it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// Central value.
    pub value: f64,
    /// Low and high end.
    pub range: Option<(f64, f64)>,
    /// Whether it is that much or more.
    pub more: bool,
}

/// An amount per month, with its range where it has one.
fn ranged(amount: Amount, code: &str, lang: Lang) -> String {
    let value = money_per_month(amount.value, code, lang);
    let value = match (amount.more, lang) {
        (false, _) => value,
        (true, Lang::Ja) => format!("{value} 以上"),
        (true, Lang::En) => format!("{value} or more"),
    };
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

/// Uses that the plan's own book has no line for: so many items of so many components.
pub fn priced_nowhere(
    book: &str,
    (items, components): (usize, usize),
    total: Amount,
    named: &[(&str, f64)],
    code: &str,
) -> Phrase {
    both(|lang| {
        let parts: Vec<String> =
            named.iter().map(|(id, amount)| format!("`{id}` {}", money(*amount, code))).collect();
        let sum = ranged(total, code, lang);
        let count = |n: usize, one: &str| if n == 1 { format!("one {one}") } else { format!("{n} {one}s") };
        match lang {
            Lang::Ja => format!(
                "価格表 `{book}` には、使っている {items} 件({components} 要素)の行がない。定価で {sum}: {}。",
                parts.join("、")
            ),
            Lang::En => format!(
                "Price book `{book}` has no line for {} of {}, {sum} at list prices: {}.",
                count(items, "used item"),
                count(components, "component"),
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
        let left = money_per_month(list.value - claim, code, lang);
        match lang {
            Lang::Ja => format!(
                "`{tier}` は全体で {claimed} と書くが、`{id}` だけで定価 {listed}。ほかのすべてが無料でも {left} 足りない。"
            ),
            Lang::En => format!(
                "`{tier}` claims {claimed} for everything; `{id}` alone is {listed} at list prices: {left} more than the claim, even if all the rest were free."
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
    (paid, list): (f64, Amount),
    spent: f64,
    (best, way): (f64, &str),
    code: &str,
) -> Phrase {
    both(|lang| {
        let (best, first) = (share(best), under_list(book, id, (paid, list), spent, code, lang));
        match lang {
            Lang::Ja => format!(
                "{first}記録にある最大の割引({way})は全体の {best} で、予約の割引はもう織り込まれている。もう一度は引けない。"
            ),
            Lang::En => format!(
                "{first}; the largest discount on record ({way}) takes {best} off all of it. A commitment is already in the price and cannot be saved again."
            ),
        }
    })
}

/// `paid` against the list price, as the beginning of a sentence.
fn under_list(
    book: &str,
    id: &str,
    (paid, list): (f64, Amount),
    spent: f64,
    code: &str,
    lang: Lang,
) -> String {
    let paid = money_per_month(paid, code, lang);
    let listed = ranged(Amount { range: None, ..list }, code, lang);
    let spent = share(spent);
    match lang {
        Lang::Ja => {
            format!("価格表 `{book}` は `{id}` に {paid} を見込み、定価 {listed} より {spent} 安い。")
        }
        Lang::En => {
            format!("Price book `{book}` pays {paid} for `{id}`, {spent} below the list price of {listed}")
        }
    }
}

/// A line below the list price, and no discount on record that would explain it.
pub fn below_list(book: &str, id: &str, paid: (f64, Amount), spent: f64, code: &str) -> Phrase {
    both(|lang| {
        let first = under_list(book, id, paid, spent, code, lang);
        match lang {
            Lang::Ja => format!("{first}これだけ安くなる割引は記録にない。"),
            Lang::En => format!("{first}; no discount on record explains that."),
        }
    })
}

/// A line below what a commitment that the scenario states costs: the same discount again.
pub fn discount_twice(
    book: &str,
    id: &str,
    (paid, list): (f64, Amount),
    spent: f64,
    way: &str,
    code: &str,
) -> Phrase {
    both(|lang| {
        let paid = money_per_month(paid, code, lang);
        let listed = ranged(Amount { range: None, ..list }, code, lang);
        let spent = share(spent);
        match lang {
            Lang::Ja => format!(
                "`{id}` は `{way}` で買い、その割引のあとで {listed}。価格表 `{book}` の {paid} はさらに {spent} 安い。割引を二度見込んでいる。"
            ),
            Lang::En => format!(
                "`{id}` is bought `{way}`, {listed} with that discount; price book `{book}` pays {paid}, {spent} below even that: the discount is promised twice."
            ),
        }
    })
}

/// Put the price into the line.
pub fn put_price(book: &str, id: &str) -> Phrase {
    Phrase::new(
        format!("`book.{book}` の `{id}` の行にその金額を入れる。"),
        format!(
            "Put that price into the line of `book.{book}` that pays for `{id}`, or say in the file what the vendor has granted."
        ),
    )
}

/// Say how it is bought.
pub fn state_purchase(id: &str, way: &str) -> Phrase {
    Phrase::new(
        format!("`component.{id}.purchase = \"{way}\"` と書くか、行の金額を定価にする。"),
        format!("State `component.{id}.purchase = \"{way}\"`, or put the list price into the line."),
    )
}

/// A region that nothing stands in.
pub fn region_unpaid(id: &str, role: Option<&Phrase>, code: Option<&str>, copies: bool) -> Phrase {
    both(|lang| {
        let role = match (role.map(|role| role.get(lang)).or(code), lang) {
            (None, _) => String::new(),
            (Some(role), Lang::Ja) => format!("({role})"),
            (Some(role), Lang::En) => format!(" ({role})"),
        };
        match (lang, copies) {
            (Lang::Ja, false) => format!("リージョン `{id}`{role}には何も置かれず、費用もない。"),
            (Lang::Ja, true) => {
                format!("リージョン `{id}`{role}にあるのはバックアップの写しだけ。計算資源も費用もない。")
            }
            (Lang::En, false) => {
                format!("Region `{id}`{role} is named, but nothing stands there and nothing is paid for.")
            }
            (Lang::En, true) => format!(
                "Region `{id}`{role} only holds copies of backups: nothing runs there and nothing is paid for."
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
pub fn raise_quota(id: &str, field: &str, needed: f64) -> Phrase {
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
    (threshold, most): (f64, f64),
    baseline: f64,
    lasts: Option<f64>,
    unlimited: bool,
) -> Phrase {
    both(|lang| {
        let b = share(baseline);
        let t = match (most < threshold, lang) {
            (false, _) => share(threshold),
            (true, Lang::Ja) => format!("{}(Pod が使えるのは {} まで)", share(threshold), share(most)),
            (true, Lang::En) => format!("{} (its pods can use {})", share(threshold), share(most)),
        };
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
pub fn shorter(call: &str, each: f64, limit: f64) -> Phrase {
    let each = if each >= 1.0 { format!("{each}s") } else { format!("{}ms", (each * 1000.0).round()) };
    both(|lang| {
        let limit = duration(limit, lang).join();
        match lang {
            Lang::Ja => {
                format!(
                    "`call.\"{call}\".timeout` を {each} 以下にすれば、再試行と代替先を含めて {limit} までに終わる。"
                )
            }
            Lang::En => format!(
                "Put `call.\"{call}\".timeout` to {each} or less: then all of it, retries and fallback included, ends within {limit}."
            ),
        }
    })
}

/// Fewer attempts, as what is waited between them is too long already.
pub fn fewer_tries(call: &str, limit: f64) -> Phrase {
    both(|lang| {
        let limit = duration(limit, lang).join();
        match lang {
            Lang::Ja => format!(
                "再試行の待ちと代替先だけで {limit} を超える。`call.\"{call}\"` の `retry` か `fallback` を減らす。"
            ),
            Lang::En => format!(
                "The waits between the attempts and the fallback alone exceed {limit}: take `retry` or `fallback` of `call.\"{call}\"` out or shorten them."
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
