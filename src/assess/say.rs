//! The sentences of the verdicts, Japanese and English side by side. One sentence each: what is, against what, because
//! of what.

use crate::answer::availability::AvailabilityAnswer;
use crate::answer::shown;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::flow::rundown::Rundown;
use crate::stats::figure::{Figure, FigureKind};
use crate::text::flow::because;
use crate::text::numbers::{both, count, duration, plain, uptime_tick};
use crate::text::numbers::{percent as percent_of, uptime as uptime_of};
use crate::text::{Lang, Phrase};
use crate::units::grammar::number;

/// What settles a preview.
pub fn by_simulation() -> Phrase {
    Phrase::new("シミュレーション", "simulation")
}

/// What settles a sampling interval that touches the limit.
pub fn by_replications() -> Phrase {
    Phrase::new("反復回数を増やす", "more replications")
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
        let why = because(answer.value.method.as_deref());
        return Phrase::new(
            format!("応答時間が求まっていない({})。", why.ja),
            format!("The response time is not known: {}.", why.en),
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
        let why = because(answer.value.method.as_deref());
        return Phrase::new(
            format!("失敗率が求まっていない({})。", why.ja),
            format!("The share of failed requests is not known: {}.", why.en),
        );
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

pub(super) fn list(ids: &[String], lang: Lang) -> String {
    let shown = ids.iter().take(4).cloned().collect::<Vec<_>>();
    let rest = ids.len().saturating_sub(shown.len());
    let joined = shown.join(if lang == Lang::Ja { "、" } else { ", " });
    match (rest, lang) {
        (0, _) => joined,
        (n, Lang::Ja) => format!("{joined} ほか {n} 件"),
        (n, Lang::En) => format!("{joined} and {n} more"),
    }
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
