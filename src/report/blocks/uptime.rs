//! The report of `availability`, read like a memo: the verdict, how months come out, what no change can exceed, what would
//! help; then the tables behind it.

use super::figures::{available, figure, value};
use super::{Block, Table, pick};
use crate::answer::Answer;
use crate::answer::availability::{AvailabilityAnswer, YearsAnswer};
use crate::answer::verdict::TargetKind;
use crate::text::availability as say;
use crate::text::numbers::{count, minutes, percent, plain, uptime};
use crate::text::{Lang, Phrase, capital};
use crate::units::MINUTES_PER_30_DAYS;

/// Rows shown of each list.
const SHOWN: usize = 12;
/// Lines of the ledger below this share of it are summed up.
const SMALL: f64 = 0.001;
/// Events that would help, shown.
const HELPFUL: usize = 5;

/// Availability of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    for target in answer.targets.values().filter(|t| t.kind == TargetKind::Uptime) {
        let said = format!("{}: {}", target.name.get(lang), target.why.get(lang));
        blocks.push(Block::Verdict(target.verdict, said));
    }
    let Some(found) = &answer.availability else { return blocks };
    if answer.targets.values().all(|t| t.kind != TargetKind::Uptime) {
        blocks.push(Block::Sentence(match lang {
            Lang::Ja => format!(
                "稼働率の見込み {}(30日あたり {} の停止)。",
                available(&found.availability, lang),
                figure(&found.downtime_min_per_30d, lang)
            ),
            Lang::En => format!(
                "Expected uptime {}: {} of downtime per 30 days.",
                available(&found.availability, lang),
                figure(&found.downtime_min_per_30d, lang)
            ),
        }));
    }
    blocks.extend(months(found, lang));
    blocks.extend(contracts(found, lang));
    if let Some(table) = helpful(found, lang) {
        blocks.push(Block::Heading(2, pick(lang, "何を直すと効くか", "What would help").to_owned()));
        blocks.push(Block::Table(table));
    }
    if let Some(years) = &found.years {
        blocks.push(Block::Heading(2, pick(lang, "月ごとの停止時間", "Downtime by month").to_owned()));
        blocks.push(Block::Table(by_month(found, years, lang)));
    }
    blocks.push(Block::Heading(2, pick(lang, "経路ごと", "By journey").to_owned()));
    let mut journeys = Table::new(&[pick(lang, "経路", "journey"), pick(lang, ">稼働率", ">uptime")]);
    for (id, up) in &found.journeys {
        journeys.row(vec![id.as_str().into(), available(up, lang).into()]);
    }
    blocks.push(Block::Table(journeys));
    if !found.ledger.is_empty() {
        blocks.push(Block::Heading(2, pick(lang, "停止の台帳", "Ledger of downtime").to_owned()));
        blocks.push(Block::Table(ledger(found, lang)));
    }
    blocks.push(Block::Heading(2, pick(lang, "停止の内訳", "Where the downtime comes from").to_owned()));
    blocks.push(Block::Table(causes(found, lang)));
    blocks.push(Block::Heading(2, pick(lang, "最小カットセット", "Minimal cut sets").to_owned()));
    blocks.push(Block::Table(cuts(found, lang)));
    blocks
}

/// What no change can exceed, and what is not known.
fn contracts(found: &AvailabilityAnswer, lang: Lang) -> Vec<Block> {
    let known = found.sla_ceiling.value;
    let most = known.or(found.sla_ceiling_of_promises.value).zip(found.sla_weakest.as_ref());
    let mut said: Vec<Phrase> = Vec::new();
    said.extend(most.map(|(most, weakest)| say::ceiling(&uptime(most, None).join(), weakest)));
    if known.is_none() && !found.without_sla.is_empty() {
        said.push(say::no_ceiling(&found.without_sla, found.sla_ceiling_of_promises.value.is_some()));
    }
    if !found.without_data.is_empty() {
        said.push(say::without_data(&found.without_data));
    }
    let sentence = |said: Phrase| format!("{}{}", capital(said.get(lang)), pick(lang, "。", "."));
    said.into_iter().map(|said| Block::Sentence(sentence(said))).collect()
}

/// How months come out: by formula, and as played.
fn months(found: &AvailabilityAnswer, lang: Lang) -> Option<Block> {
    let years = found.years.as_ref()?;
    let p95 = figure(years.monthly_downtime_min.get("p95")?, lang);
    let quiet = figure(&years.no_downtime_probability, lang);
    let chance = years.meets_target_probability.value.map(|_| figure(&years.meets_target_probability, lang));
    let mut said = match (chance, lang) {
        (Some(chance), Lang::Ja) => format!("月が目標を満たす確率は {chance}。"),
        (Some(chance), Lang::En) => format!("A month meets the target with a chance of {chance}. "),
        (None, _) => String::new(),
    };
    said += &match lang {
        Lang::Ja => format!("停止のない月は {quiet}。20か月に1度は停止が {p95} を超える。"),
        Lang::En => format!("{quiet} of months have no downtime at all; one in twenty has more than {p95}."),
    };
    Some(Block::Sentence(said))
}

/// The events whose end would save most: with one of them never failing the uptime is exactly this.
pub fn helpful(found: &AvailabilityAnswer, lang: Lang) -> Option<Table> {
    let now = found.availability.value?;
    let mut table = Table::new(match lang {
        Lang::Ja => &["これがなければ", ">稼働率", ">減る停止(分/30日)"],
        Lang::En => &["without", ">uptime", ">minutes saved per 30 d"],
    });
    let mut gains: Vec<(&String, f64)> =
        found.importance.iter().map(|(event, i)| (event, i.birnbaum * i.unavailability)).collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (event, gain) in gains.into_iter().filter(|(_, gain)| *gain > 0.0).take(HELPFUL) {
        let with = uptime(now + gain, Some(gain)).join();
        table.row(vec![event.as_str().into(), with.into(), plain(gain * MINUTES_PER_30_DAYS).into()]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Quantiles of a month: played, and by formula.
fn by_month(found: &AvailabilityAnswer, years: &YearsAnswer, lang: Lang) -> Table {
    let played = format!("{}{}", pick(lang, ">実演 ", ">played, "), count(years.months as f64));
    let played = match lang {
        Lang::Ja => format!("{played} か月"),
        Lang::En => format!("{played} months"),
    };
    let mut table = Table::new(&["", &played, pick(lang, ">式", ">by formula")]);
    for (name, of) in &years.monthly_downtime_min {
        let formula = found.monthly_downtime_min.get(name);
        let formula = formula.and_then(|f| f.value).map_or(String::new(), |m| minutes(m, lang).join());
        table.row(vec![name.as_str().into(), figure(of, lang).into(), formula.into()]);
    }
    let rows = [
        (pick(lang, "平均", "mean"), &years.downtime_min_per_30d, Some(&found.downtime_min_per_30d)),
        (pick(lang, "停止の回数/年", "outages a year"), &years.outages_per_year, None),
    ];
    for (name, played, formula) in rows {
        let formula = formula.map_or(String::new(), |f| value(f, lang));
        table.row(vec![name.into(), figure(played, lang).into(), formula.into()]);
    }
    for (name, of) in &years.outage_min {
        let name = format!("{} {name}", pick(lang, "一回の長さ", "length of one"));
        table.row(vec![name.into(), figure(of, lang).into(), String::new().into()]);
    }
    table
}

/// Every line with minutes worth naming, what is ruled out and what is left out; the rest in one line.
fn ledger(found: &AvailabilityAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["停止の原因", ">分/30日", ">幅", "根拠", "出どころ"],
        Lang::En => &["what takes it down", ">min/30 d", ">range", "basis", "source"],
    });
    let total: f64 = found.ledger.iter().filter_map(|line| line.minutes).sum();
    let small = |minutes: f64| minutes > 0.0 && minutes < total * SMALL;
    let (mut rest, mut unnamed) = (0, 0.0);
    for line in &found.ledger {
        if let Some(minutes) = line.minutes.filter(|minutes| small(*minutes)) {
            rest += 1;
            unnamed += minutes;
            continue;
        }
        let range = line.range_low.zip(line.range_high);
        let range = range.map_or_else(String::new, |(low, high)| format!("{}–{}", plain(low), plain(high)));
        let minutes = line.minutes.map_or_else(|| pick(lang, "不明", "unknown").to_owned(), plain);
        let basis = say::basis(&line.basis).get(lang).to_owned();
        let row = [line.what.get(lang).to_owned(), minutes, range, basis, line.source.clone()];
        table.row(row.map(Into::into).into());
    }
    if rest > 0 {
        let what = match lang {
            Lang::Ja => format!("ほか {rest} 件"),
            Lang::En => format!("{rest} more"),
        };
        let row = [what, plain(unnamed), String::new(), String::new(), String::new()];
        table.row(row.map(Into::into).into());
    }
    let row =
        [pick(lang, "合計", "total").to_owned(), plain(total), String::new(), String::new(), String::new()];
    table.row(row.map(Into::into).into());
    table
}

/// Downtime by cause, as computed and as played.
fn causes(found: &AvailabilityAnswer, lang: Lang) -> Table {
    let mut heads = match lang {
        Lang::Ja => vec!["要因", "内容", ">割合", ">分/30日"],
        Lang::En => vec!["cause", "part", ">share", ">min/30 d"],
    };
    if found.years.is_some() {
        heads.push(pick(lang, ">実演", ">played"));
    }
    let mut causes = Table::new(&heads);
    for share in found.attribution.iter().take(SHOWN) {
        let row = [share.cause.clone(), share.part.clone(), percent(share.share).join(), plain(share.amount)];
        let mut row: Vec<_> = row.map(Into::into).into();
        if let Some(years) = &found.years {
            let same = years.attribution.iter().find(|s| s.cause == share.cause && s.part == share.part);
            row.push(plain(same.map_or(0.0, |s| s.amount)).into());
        }
        causes.row(row);
    }
    causes
}

/// The smallest sets of events that take it down.
pub fn cuts(found: &AvailabilityAnswer, lang: Lang) -> Table {
    let mut cuts = Table::new(match lang {
        Lang::Ja => &["同時に起きると止まる事象", ">確率", ">分/30日"],
        Lang::En => &["events that together stop it", ">chance", ">min/30 d"],
    });
    for cut in found.cut_sets.iter().take(SHOWN) {
        let row = [cut.events.join(" + "), chance(cut.probability), plain(cut.minutes_per_30d)];
        cuts.row(row.map(Into::into).into());
    }
    cuts
}

/// A chance that may be far below any percentage that reads well.
fn chance(p: f64) -> String {
    if p < 1e-5 { plain(p) } else { percent(p).join() }
}
