//! The report of `solve`: what breaks first, and with how little.

use super::figures::{available, figure, value};
use super::{Block, Table, pick};
use crate::answer::Answer;
use crate::answer::solve::{SolveAnswer, WorstFault};
use crate::stats::figure::Figure;
use crate::text::Lang;
use crate::text::numbers::{percent, plain};
use crate::text::solve as say;

/// Answers to the question that was asked.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    let Some(found) = &answer.solve else { return blocks };
    if !found.broken.is_empty() {
        blocks.push(Block::Sentence(say::broken(&found.broken).get(lang).to_owned()));
    }
    blocks.extend(load(found, lang));
    if let Some(least) = found.faults.first() {
        blocks.push(Block::Sentence(say::least(&least.what, &least.breaks).get(lang).to_owned()));
        blocks.push(Block::Table(faults(&found.faults, lang)));
        for fault in found.faults.iter().filter(|f| f.simulated_severity.value.is_some()) {
            blocks.extend(replay(fault, lang));
        }
    }
    blocks.extend(vendors(found, lang));
    if blocks.len() == 1 {
        blocks.push(Block::Sentence(say::nothing().get(lang).to_owned()));
    }
    blocks
}

fn load(found: &SolveAnswer, lang: Lang) -> Vec<Block> {
    let Some((id, first)) = found.load.iter().next() else { return Vec::new() };
    let mut table = Table::new(match lang {
        Lang::Ja => &["目標", ">利用者", ">テナント", ">シミュレーション(満たす–外れる)", "先に詰まる要素"],
        Lang::En => &["target", ">users", ">tenants", ">simulated (holds–fails)", "breaks first"],
    });
    for (id, limit) in &found.load {
        table.row(vec![
            id.as_str().into(),
            figure(&limit.users, lang).into(),
            figure(&limit.tenants, lang).into(),
            bracket(limit.simulated_tenants.low, limit.simulated_tenants.high).into(),
            limit.component.clone().unwrap_or_default().into(),
        ]);
    }
    let mut blocks = Vec::new();
    if first.tenants.value.is_some() {
        let tenants = first.simulated_tenants.value.map_or_else(|| value(&first.tenants, lang), plain);
        let said = say::most_load(&tenants, id, first.component.as_deref());
        blocks.push(Block::Sentence(said.get(lang).to_owned()));
    }
    blocks.push(Block::Table(table));
    blocks
}

/// Two ends of a bracket.
fn bracket(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map_or_else(String::new, |(low, high)| format!("{}–{}", plain(low), plain(high)))
}

fn faults(list: &[WorstFault], lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => {
            &["障害", "外れる目標", ">失われる割合", ">シミュレーション(満たす–外れる)", ">続く時間", ">ずれ"]
        }
        Lang::En => {
            &["fault", "breaks", ">share lost", ">simulated (holds–fails)", ">has to last", ">apart by up to"]
        }
    });
    for fault in list {
        let simulated = fault.simulated_severity.low.zip(fault.simulated_severity.high);
        let simulated = simulated.map(|(a, b)| format!("{}–{}", percent(a).join(), percent(b).join()));
        let time = |figure: &Figure| figure.value.map_or_else(String::new, |_| value(figure, lang));
        let size = fault.lasts_severity.value.filter(|size| {
            let least = fault.simulated_severity.value.unwrap_or(*size);
            *size > least * (1.0 + 1e-9)
        });
        let lasts = match size {
            Some(size) => say::lasts_at(&time(&fault.lasts_s), &percent(size).join()).get(lang).to_owned(),
            None => time(&fault.lasts_s),
        };
        table.row(vec![
            fault.what.get(lang).into(),
            fault.breaks.join(", ").into(),
            figure(&fault.severity, lang).into(),
            simulated.unwrap_or_default().into(),
            lasts.into(),
            time(&fault.apart_s).into(),
        ]);
    }
    table
}

/// The piece of the file and the command that replay a fault.
fn replay(fault: &WorstFault, lang: Lang) -> Vec<Block> {
    let head = format!("{}: {}", pick(lang, "再現", "Replay"), fault.what.get(lang));
    vec![Block::Heading(2, head), Block::Code(fault.patch.clone()), Block::Code(fault.command.clone())]
}

fn vendors(found: &SolveAnswer, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !found.vendor_uptime.is_empty() {
        let short: Vec<&str> =
            found.vendor_uptime.iter().filter(|(_, v)| !v.enough).map(|(id, _)| id.as_str()).collect();
        blocks.push(Block::Sentence(say::vendors(&short).get(lang).to_owned()));
        let mut table = Table::new(match lang {
            Lang::Ja => &["事象", ">必要な稼働率", ">見込み", "足りるか"],
            Lang::En => &["event", ">uptime needed", ">expected", "enough"],
        });
        for (event, vendor) in &found.vendor_uptime {
            let needed = match vendor.needed.value {
                Some(0.0) => pick(lang, "なくてよい", "none").to_owned(),
                _ => available(&vendor.needed, lang),
            };
            table.row(vec![
                event.as_str().into(),
                needed.into(),
                available(&vendor.expected, lang).into(),
                pick(
                    lang,
                    if vendor.enough { "足りる" } else { "足りない" },
                    if vendor.enough { "yes" } else { "no" },
                )
                .into(),
            ]);
        }
        blocks.push(Block::Table(table));
    }
    if !found.outages.is_empty() {
        let head = pick(
            lang,
            "単一障害点が月に止まってよい時間",
            "How long single points of failure may be out in a month",
        );
        blocks.push(Block::Heading(2, head.to_owned()));
        let mut table = Table::new(match lang {
            Lang::Ja => &["事象", ">止まってよい", ">見込み"],
            Lang::En => &["event", ">may be out", ">expected"],
        });
        for (event, outage) in &found.outages {
            table.row(vec![
                event.as_str().into(),
                value(&outage.minutes, lang).into(),
                value(&outage.expected_min, lang).into(),
            ]);
        }
        blocks.push(Block::Table(table));
    }
    blocks
}
