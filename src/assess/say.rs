//! The sentences of the verdicts, Japanese and English side by side. One sentence each: what is, against what, because
//! of what.

use crate::answer::availability::AvailabilityAnswer;
use crate::answer::bill::{BillAnswer, Unpriced};
use crate::answer::shown;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::flow::rundown::Rundown;
use crate::stats::figure::{Figure, FigureKind};
use crate::text::numbers::{both, count, duration, money, plain, uptime_tick};
use crate::text::numbers::{percent as percent_of, uptime as uptime_of};
use crate::text::{Lang, Phrase};
use crate::units::Money;
use crate::units::grammar::number;

/// What settles a preview.
pub fn by_simulation() -> Phrase {
    Phrase::new("シミュレーション", "simulation")
}

/// What settles a sampling interval that touches the limit.
pub fn by_replications() -> Phrase {
    Phrase::new("反復回数を増やす", "more replications")
}

/// What settles an unknown bill.
pub fn by_prices(book: &str) -> Phrase {
    Phrase::new(format!("価格表 {book} の不足行を埋める"), format!("prices for the missing lines of {book}"))
}

/// A figure with its interval: `412 ms (398–427)`.
fn found(figure: &Figure, lang: Lang) -> String {
    shown::figure(figure, lang).join()
}

fn preview(figure: &Figure, lang: Lang) -> &'static str {
    match (figure.kind, lang) {
        (FigureKind::Analytic, Lang::Ja) => "(速報値)",
        (FigureKind::Analytic, Lang::En) => " (preview)",
        _ => "",
    }
}

/// The largest part of an attribution, as "61 % of it is waiting at rds".
fn largest(answer: &TargetAnswer, lang: Lang) -> String {
    let Some(top) = answer.attribution.iter().max_by(|a, b| a.share.total_cmp(&b.share)) else {
        return String::new();
    };
    let share = percent(top.share);
    match lang {
        Lang::Ja => format!("内訳の最大は {} の{}({share})。", top.cause, part(&top.part, lang)),
        Lang::En => format!("The largest part is {} at {} ({share}).", part(&top.part, lang), top.cause),
    }
}

fn part(code: &str, lang: Lang) -> &str {
    let (ja, en) = match code {
        "waiting" => ("待ち", "waiting"),
        "service" => ("処理", "service"),
        "network" => ("通信", "network"),
        "stream" => ("生成", "token streaming"),
        "retry" => ("再試行", "retries"),
        "failover" => ("切り替え", "failover"),
        "outage" | "" => ("停止", "outage"),
        other => (other, other),
    };
    if lang == Lang::Ja { ja } else { en }
}

/// A latency target, by its quantile.
pub fn latency(answer: &TargetAnswer) -> Phrase {
    let of = answer.percentile.clone().unwrap_or_default();
    let Some(value) = answer.value.value else {
        return Phrase::new(
            "応答時間がまだ求まっていないため、判定できない。",
            "The response time is not known yet, so nobody can say.",
        );
    };
    both(|lang| {
        let (v, limit) = (found(&answer.value, lang), time(answer.target, lang));
        let mark = preview(&answer.value, lang);
        let gap = time((value - answer.target).abs(), lang);
        let tail = largest(answer, lang);
        match (answer.verdict, lang) {
            (Verdict::Pass, Lang::Ja) => {
                format!("{of} は {v}{mark}で、目標 {limit} まで {gap} の余裕がある。{tail}")
            }
            (Verdict::Pass, Lang::En) => {
                format!("{of} is {v}{mark}, {gap} inside the target of {limit}. {tail}")
            }
            (Verdict::Fail, Lang::Ja) => format!("{of} は {v}{mark}で、目標 {limit} を {gap} 超える。{tail}"),
            (Verdict::Fail, Lang::En) => {
                format!("{of} is {v}{mark}, {gap} over the target of {limit}. {tail}")
            }
            (Verdict::Unsure, Lang::Ja) => {
                format!("{of} は {v}{mark}で、目標 {limit} が区間の中にあり、まだ決められない。{tail}")
            }
            (Verdict::Unsure, Lang::En) => format!(
                "{of} is {v}{mark}; the target of {limit} lies inside the interval, so it is open. {tail}"
            ),
        }
        .trim_end()
        .to_owned()
    })
}

/// Too many requests fail for the quantile to exist.
pub fn latency_errors(failing: &Figure, quantile: f64) -> Phrase {
    let share = percent(failing.value.unwrap_or(1.0));
    let allowed = percent(1.0 - quantile);
    Phrase::new(
        format!("要求の {share} が失敗し、許される {allowed} を超える。"),
        format!("{share} of the requests fail, more than the {allowed} this percentile allows."),
    )
}

/// What to look at where nothing says why requests fail.
pub fn bottleneck(component: Option<&str>) -> Phrase {
    let at = component.unwrap_or("–");
    Phrase::new(format!("ボトルネックは {at}。"), format!("The bottleneck is {at}."))
}

/// Flow finds no steady state.
pub fn latency_overload(component: Option<&str>, utilisation: Option<f64>) -> Phrase {
    let at = component.unwrap_or("–");
    let busy = utilisation.map_or_else(|| "–".to_owned(), percent);
    Phrase::new(
        format!("{at} の使用率が {busy} で飽和し、待ち行列は伸び続ける。"),
        format!("{at} is saturated at {busy} utilisation: its queue grows without end."),
    )
}

/// An error target.
pub fn errors(answer: &TargetAnswer) -> Phrase {
    if answer.value.value.is_none() {
        return Phrase::new("失敗率がまだ求まっていない。", "The share of failed requests is not known yet.");
    }
    both(|lang| {
        let (v, limit) = (found(&answer.value, lang), percent(answer.target));
        let mark = preview(&answer.value, lang);
        match (answer.verdict, lang) {
            (Verdict::Pass, Lang::Ja) => format!("失敗率は {v}{mark}で、目標 {limit} の内側。"),
            (Verdict::Pass, Lang::En) => {
                format!("{v}{mark} of the requests fail, inside the target of {limit}.")
            }
            (Verdict::Fail, Lang::Ja) => format!("失敗率は {v}{mark}で、目標 {limit} を超える。"),
            (Verdict::Fail, Lang::En) => {
                format!("{v}{mark} of the requests fail, over the target of {limit}.")
            }
            (Verdict::Unsure, Lang::Ja) => {
                format!("失敗率は {v}{mark}で、目標 {limit} との差をまだ決められない。")
            }
            (Verdict::Unsure, Lang::En) => {
                format!("{v}{mark} of the requests fail; the target of {limit} lies inside the interval.")
            }
        }
    })
}

/// An uptime target.
pub fn uptime(answer: &TargetAnswer, found: &AvailabilityAnswer) -> Phrase {
    let missing = super::missing::words(answer);
    let missing = |lang: Lang| missing.as_ref().map_or("", |words| words.get(lang));
    let Some(value) = answer.value.value else {
        return both(|lang| match lang {
            Lang::Ja => format!("故障データがないため、稼働率は不明。{}", missing(lang)),
            Lang::En => {
                format!("No failure data, so the uptime is unknown. {}", missing(lang)).trim_end().to_owned()
            }
        });
    };
    let minutes = |share: f64| plain((1.0 - share) * crate::units::MINUTES_PER_30_DAYS);
    let top = found.attribution.first();
    both(|lang| {
        let (v, limit) = (nines(value), uptime_tick(answer.target));
        let (down, allowed) = (minutes(value), minutes(answer.target));
        let cause = top.map_or_else(String::new, |t| {
            let of = match t.part.as_str() {
                "" | "outage" => t.cause.clone(),
                part => crate::text::ledger::what(part, &t.cause).get(lang).to_owned(),
            };
            match lang {
                Lang::Ja => format!("最大の要因は {of}({})。", percent(t.share)),
                Lang::En => format!("The largest cause is {of} ({}).", percent(t.share)),
            }
        });
        let ceiling = match (found.sla_ceiling.value, found.sla_ceiling_of_promises.value, lang) {
            (Some(c), _, Lang::Ja) => format!("契約で返金されるのは {} を下回ったとき。", nines(c)),
            (Some(c), _, Lang::En) => format!("The vendors' contracts promise a refund below {}.", nines(c)),
            _ if found.without_sla.is_empty() => String::new(),
            (None, Some(c), Lang::Ja) => {
                format!(
                    "契約のあるものだけでは、返金されるのは {} を下回ったとき。{} には契約がない。",
                    nines(c),
                    list(&found.without_sla, lang)
                )
            }
            (None, Some(c), Lang::En) => format!(
                "The contracts that are known promise a refund below {}, and none for {}.",
                nines(c),
                list(&found.without_sla, lang)
            ),
            (None, None, Lang::Ja) => {
                format!("SLA のない要素({})には返金の約束がない。", list(&found.without_sla, lang))
            }
            (None, None, Lang::En) => {
                format!("No contract promises a refund for {}.", list(&found.without_sla, lang))
            }
        };
        let missing = missing(lang);
        match lang {
            Lang::Ja => format!("稼働率の見込みは {v}(30日で {down} 分の停止、目標 {limit} の許容は {allowed} 分)。{missing}{cause}{ceiling}"),
            Lang::En => format!("Expected uptime is {v}, {down} min down per 30 days; the target of {limit} allows {allowed} min. {missing} {cause} {ceiling}").split_whitespace().collect::<Vec<_>>().join(" "),
        }
        .trim_end()
        .to_owned()
    })
}

fn list(ids: &[String], lang: Lang) -> String {
    let shown = ids.iter().take(4).cloned().collect::<Vec<_>>();
    let rest = ids.len().saturating_sub(shown.len());
    let joined = shown.join(if lang == Lang::Ja { "、" } else { ", " });
    match (rest, lang) {
        (0, _) => joined,
        (n, Lang::Ja) => format!("{joined} ほか {n} 件"),
        (n, Lang::En) => format!("{joined} and {n} more"),
    }
}

/// Name of the claim of a tier.
pub fn claim_name() -> Phrase {
    Phrase::new("計画の費用", "The plan's cost claim")
}

/// The judged book does not exist.
pub fn no_book(book: &str) -> Phrase {
    Phrase::new(format!("価格表 {book} が見つからない。"), format!("There is no price book {book}."))
}

/// A cost target or claim, with the list bill beside it.
///
/// `bare`: components of a bill that has no line at all.
pub fn cost(answer: &TargetAnswer, bill: &BillAnswer, list: Option<&BillAnswer>, bare: &[String]) -> Phrase {
    let money = |amount: f64| money(amount, &bill.currency);
    let limit = money(answer.target);
    let book = &bill.book;
    let beside = |lang: Lang| {
        let Some(list) = list else { return String::new() };
        let (amount, more) = match (list.total.value, list.known.value) {
            (Some(total), _) => (total, false),
            (None, Some(known)) => (known, true),
            _ => return String::new(),
        };
        let amount = money(amount);
        match (lang, more) {
            (Lang::Ja, false) => format!("定価({})では {amount}。", list.book),
            (Lang::Ja, true) => format!("定価({})では {amount} 以上。", list.book),
            (Lang::En, false) => format!("At list prices ({}) it is {amount}.", list.book),
            (Lang::En, true) => format!("At list prices ({}) it is {amount} or more.", list.book),
        }
    };
    let holes = bill.unpriced.len();
    both(|lang| {
        let hole = match (holes, lang) {
            (0, _) => String::new(),
            (n, Lang::Ja) => format!("この価格表にない項目が {n} 件ある。"),
            (1, Lang::En) => "The book leaves one used item without a price.".to_owned(),
            (n, Lang::En) => format!("The book leaves {n} used items without a price."),
        };
        let first = match (answer.value.value, answer.below, lang) {
            (Some(v), true, Lang::Ja) => format!("{book} では {}、上限 {limit}。", money(v)),
            (Some(v), true, Lang::En) => format!("{book} gives {} against {limit}.", money(v)),
            (Some(v), false, Lang::Ja) => {
                format!("{book} では {}、計画は {limit} 以上とだけ述べている。", money(v))
            }
            (Some(v), false, Lang::En) => {
                format!("{book} gives {}; the plan only says {limit} or more.", money(v))
            }
            (None, ..) => unknown_total(answer, bill, bare, &limit, lang),
        };
        [first, hole, beside(lang)]
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(if lang == Lang::Ja { "" } else { " " })
    })
}

/// That a total is not known, with what has no price.
fn unknown_total(
    answer: &TargetAnswer,
    bill: &BillAnswer,
    bare: &[String],
    limit: &str,
    lang: Lang,
) -> String {
    let book = &bill.book;
    let uses: Vec<String> =
        bill.unpriced.iter().map(|one| format!("{} {}", one.component, one.item)).collect();
    let names = |all: &[String]| list(all, lang);
    let known = bill.lines.iter().any(|line| line.amount.value.is_some());
    let what = match (lang, bare.is_empty(), uses.is_empty() || !known && bill.as_of.is_none()) {
        (Lang::Ja, false, _) => format!("{book} で値段の付くものがない({})", names(bare)),
        (Lang::En, false, _) => {
            format!("nothing of this design ({}) is an item that {book} prices", names(bare))
        }
        (Lang::Ja, true, true) => format!("{book} はこの規模の金額を定めていない"),
        (Lang::En, true, true) => format!("{book} states no amounts for this size"),
        (Lang::Ja, true, false) => format!("{book} に値段がない({})", names(&uses)),
        (Lang::En, true, false) => format!("{book} has no price for {}", names(&uses)),
    };
    let claim = answer.kind == crate::answer::verdict::TargetKind::Claim;
    match (lang, claim) {
        (Lang::Ja, false) => format!("{what}ため、合計は不明(上限は {limit})。"),
        (Lang::Ja, true) => format!("{what}ため、合計は不明(計画の主張は {limit})。"),
        (Lang::En, false) => format!("The total is unknown, as {what}; the limit is {limit}."),
        (Lang::En, true) => format!("The total is unknown, as {what}; the plan claims {limit}."),
    }
}

/// That the limit lies within what everything may come to.
pub fn cost_between(low: f64, high: f64, open: bool, code: &str) -> Phrase {
    let (low, high) = (money(low, code), money(high, code));
    let (ja, en) = if open {
        ("表にない項目も定価で含め", " with what the book leaves out at list prices")
    } else {
        ("", "")
    };
    Phrase::new(
        format!(
            "{ja}価格・数量・為替の幅をすべて取ると {low}〜{high} で、限度がその中にあるため決められない。"
        ),
        format!(
            "Over the ranges of prices, quantities and the exchange rate it comes to {low} to {high}{en}: the limit lies in between, so it is open."
        ),
    )
}

/// That the limit does not hold with what the book leaves out, and what that costs in this plan is not known.
pub fn cost_beyond(low: f64, high: f64, code: &str) -> Phrase {
    let (from, to) = (money(low, code), money(high, code));
    let (ja, en) =
        if from == to { (from.clone(), from) } else { (format!("{from}〜{to}"), format!("{from} to {to}")) };
    Phrase::new(
        format!("表にない項目も定価で含めると {ja} で、限度の向こう側になるため決められない。"),
        format!(
            "With what the book leaves out at list prices it is {en}, on the other side of the limit, so it is open."
        ),
    )
}

/// What settles a bill whose range holds the limit.
pub fn by_narrower_prices() -> Phrase {
    Phrase::new("価格・数量・為替の幅を狭める", "narrower ranges of prices, quantities or the exchange rate")
}

/// The same, with a limit that is stated in another currency.
pub fn exchanged(why: &Phrase, stated: Money, rate: &Figure) -> Phrase {
    let amount = crate::units::grammar::print_money(stated.amount, stated.currency);
    let rate = format!("{} {}", number(rate.value.unwrap_or(f64::NAN)), rate.unit);
    Phrase::new(
        format!("{}上限は {amount} を {rate} で換算した。", why.ja),
        format!("{} The limit is {amount} at {rate}.", why.en),
    )
}

/// What would settle a bill that leaves out what is used: lines for it.
pub fn by_lines(book: &str, unpriced: &[Unpriced]) -> Phrase {
    let names: Vec<String> =
        unpriced.iter().take(3).map(|one| format!("{} {}", one.component, one.item)).collect();
    let (names, more) = (names.join(", "), unpriced.len().saturating_sub(3));
    let (ja, en) = match more {
        0 => (String::new(), String::new()),
        n => (format!(" ほか {n} 件"), format!(" and {n} more")),
    };
    Phrase::new(
        format!("{book} に、使っている項目の行があれば決まる: {names}{ja}"),
        format!("lines of {book} for what is used would settle it: {names}{en}"),
    )
}

/// Credits run out, and what is earned is less than what is wanted.
pub fn runs_down(group: &str, run: &Rundown) -> Phrase {
    let (wanted, earns) = (number(run.wanted), number(run.earns));
    both(|lang| {
        let after = duration(run.after_h * 3600.0, lang).join();
        match lang {
            Lang::Ja => format!(
                "{group} の CPU クレジットは始めから {after} で尽きる。そのあとは {wanted} コアの仕事に {earns} コアしかなく、待ちが延びる。"
            ),
            Lang::En => format!(
                "the CPU credits of {group} are spent after {after}; from then on {earns} cores are there for work of {wanted}, and the queue grows."
            ),
        }
    })
}

/// What settles what happens after that.
pub fn by_days(run: &Rundown) -> Phrase {
    let hours = number((run.after_h + 1.0).ceil());
    Phrase::new(
        format!("simulate --duration {hours}h で、尽きたあとまで見る"),
        format!("simulate --duration {hours}h, which goes beyond that"),
    )
}

/// A capacity target.
pub fn capacity(answer: &TargetAnswer, users: f64, broken: Option<&Phrase>) -> Phrase {
    both(|lang| {
        let at = answer.blame.clone().unwrap_or_else(|| "–".to_owned());
        let limit = count(answer.target);
        let carried = answer.value.value.map_or_else(|| "–".to_owned(), count);
        let name = broken.map_or("", |p| p.get(lang));
        match (answer.verdict, lang) {
            (Verdict::Pass, Lang::Ja) => format!("{limit} 人を収容しても全ての遅延・失敗率の目標を満たす。"),
            (Verdict::Pass, Lang::En) => format!("With {limit} users every latency and error target holds."),
            (Verdict::Fail, Lang::Ja) if answer.value.value == Some(0.0) => {
                format!("「{name}」は負荷がなくても満たせない。主因は {at}。")
            }
            (Verdict::Fail, Lang::En) if answer.value.value == Some(0.0) => {
                format!("\"{name}\" fails even without load, because of {at}.")
            }
            (Verdict::Fail, Lang::Ja) => format!(
                "{limit} 人では「{name}」を満たせない。{at} が先に限界に達する(解析では約 {carried} 人)。"
            ),
            (Verdict::Fail, Lang::En) => format!(
                "With {limit} users \"{name}\" does not hold; {at} gives way first (at about {carried} users, analytically)."
            ),
            (Verdict::Unsure, Lang::Ja) if users < answer.target => {
                format!("この規模は {} 人で、{limit} 人を試していない。", count(users))
            }
            (Verdict::Unsure, Lang::En) if users < answer.target => {
                format!("This tier has {} users, fewer than {limit}.", count(users))
            }
            (Verdict::Unsure, Lang::Ja) => {
                format!("「{name}」が未定のため、{limit} 人を収容できるか決められない。")
            }
            (Verdict::Unsure, Lang::En) => {
                format!("\"{name}\" is open, so whether {limit} users fit is too.")
            }
        }
    })
}

/// The load at which a target first fails.
pub fn breaking(name: &Phrase, users: &Figure, component: Option<&str>, at_zero: bool) -> Phrase {
    let never = users.method.as_deref() == Some(crate::text::flow::NEVER_BREAKS);
    both(|lang| {
        let at = component.unwrap_or("–");
        let what = name.get(lang);
        match (users.value, at_zero, lang) {
            (_, true, Lang::Ja) => format!("「{what}」は負荷がなくても満たせない。主因は {at}。"),
            (_, true, Lang::En) => format!("\"{what}\" fails even without load, because of {at}."),
            (Some(u), _, Lang::Ja) => {
                format!("「{what}」は約 {} 人で破れる。限界に達するのは {at}。", count(u))
            }
            (Some(u), _, Lang::En) => {
                format!("\"{what}\" breaks at about {} users; {at} gives way.", count(u))
            }
            (None, _, Lang::Ja) if never => format!("「{what}」は調べた範囲では破れない。"),
            (None, _, Lang::En) if never => format!("\"{what}\" does not break in the searched range."),
            (None, _, Lang::Ja) => format!("「{what}」が破れる負荷は解析では求まらない。"),
            (None, _, Lang::En) => format!("No formula says at which load \"{what}\" breaks."),
        }
    })
}

/// A flip: `journey.api.rate` beyond a value.
pub fn flip(path: &str, at: &str, above: bool) -> Phrase {
    match above {
        true => Phrase::new(format!("{path} が {at} を超えると逆転"), format!("{path} above {at}")),
        false => Phrase::new(format!("{path} が {at} を下回ると逆転"), format!("{path} below {at}")),
    }
}

/// `12.3 %`.
fn percent(share: f64) -> String {
    percent_of(share).join()
}

/// `99.954 %`.
fn nines(share: f64) -> String {
    uptime_of(share, None).join()
}

/// `412 ms`.
fn time(seconds: f64, lang: Lang) -> String {
    duration(seconds, lang).join()
}
