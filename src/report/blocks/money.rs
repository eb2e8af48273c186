//! The reports of `cost` and `tiers`: bills line by line, books side by side, and the ladder.

use super::check::{summary_row, tier_title};
use super::figures::{available, figure, number, unknown, value};
use super::{Block, Cell, Table, pick};
use crate::answer::bill::BillAnswer;
use crate::answer::verdict::TargetKind;
use crate::answer::{Answer, TierAnswer};
use crate::stats::figure::Figure;
use crate::text::Lang;
use crate::text::numbers::{count, money_per_month, plain};
use crate::text::optimise as say;

/// The bills of one tier in the asked books.
pub fn cost(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    for bill in answer.books.values() {
        blocks.push(Block::Heading(2, book_title(bill, lang)));
        blocks.push(Block::Table(lines(bill, lang)));
        blocks.push(Block::Sentence(total(bill, lang)));
        if !bill.unpriced.is_empty() {
            let mut table = Table::new(&[
                pick(lang, "値段のない項目", "used, without a price"),
                pick(lang, ">定価では", ">by list price"),
                pick(lang, "理由", "why"),
            ]);
            for item in &bill.unpriced {
                table.row(vec![
                    format!("{} {}", item.component, item.item).into(),
                    value(&item.list_amount, lang).into(),
                    item.why.get(lang).into(),
                ]);
            }
            blocks.push(Block::Table(table));
        }
    }
    blocks
}

fn book_title(bill: &BillAnswer, lang: Lang) -> String {
    match (&bill.as_of, lang) {
        (Some(date), Lang::Ja) => format!("{}({date} 時点)", bill.book),
        (Some(date), Lang::En) => format!("{} as of {date}", bill.book),
        (None, _) => bill.book.clone(),
    }
}

fn lines(bill: &BillAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["行", "構成要素", ">数量", "単位", ">単価", ">月額"],
        Lang::En => &["line", "component", ">quantity", "unit", ">unit price", ">per month"],
    });
    for line in &bill.lines {
        let name = line.name.get(lang);
        let price = match line.unit_price.value {
            Some(x) => number(x, line.unit_price.unit.split('/').next().unwrap_or(""), lang),
            None => String::new(),
        };
        let price = if price.contains("0.00") || price == "¥0" {
            line.unit_price.value.map_or_else(String::new, crate::text::numbers::plain)
        } else {
            price
        };
        table.row(vec![
            if name.is_empty() { line.id.as_str().into() } else { name.into() },
            line.component.clone().unwrap_or_default().into(),
            line.quantity.value.map_or_else(|| unknown(lang).to_owned(), crate::text::numbers::plain).into(),
            line.unit.as_str().into(),
            price.into(),
            value(&line.amount, lang).into(),
        ]);
    }
    table
}

fn total(bill: &BillAnswer, lang: Lang) -> String {
    let each = |figure: &Figure| figure.value.map(|x| money_per_month(x, &bill.currency, lang));
    let shares = match (each(&bill.per_tenant), each(&bill.per_user), lang) {
        (Some(tenant), Some(user), Lang::Ja) => {
            format!("(テナントあたり {tenant}、ユーザーあたり {user})")
        }
        (Some(tenant), Some(user), Lang::En) => format!(" ({tenant} per tenant, {user} per user)"),
        _ => String::new(),
    };
    match (bill.total.value, lang) {
        (Some(_), Lang::Ja) => format!("合計 {}{shares}", value(&bill.total, lang)),
        (Some(_), Lang::En) => format!("Total {}{shares}", value(&bill.total, lang)),
        (None, Lang::Ja) => format!("合計は不明(値段のある行だけで {})", value(&bill.known, lang)),
        (None, Lang::En) => {
            format!("The total is unknown; the priced lines alone are {}", value(&bill.known, lang))
        }
    }
}

/// The ladder.
pub fn tiers(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, answer.scenario.get(lang).to_owned())];
    let mut table = Table::new(match lang {
        Lang::Ja => &[
            "規模",
            ">テナント",
            ">ユーザー",
            ">計画の費用",
            ">定価",
            ">稼働率の見込み",
            ">停止/30日",
            ">限界(テナント)",
            "先に折れる要素",
        ],
        Lang::En => &[
            "tier",
            ">tenants",
            ">users",
            ">plan's book",
            ">list price",
            ">expected uptime",
            ">down/30 d",
            ">breaks at (tenants)",
            "gives way first",
        ],
    });
    for (id, tier) in &answer.tiers {
        table.row(rung(id, tier, lang));
    }
    blocks.push(Block::Table(table));
    let mut verdicts = Table::new(&[
        pick(lang, "規模", "tier"),
        pick(lang, "判定", "verdict"),
        pick(lang, "問題", "because of"),
    ]);
    for (id, tier) in &answer.tiers {
        verdicts.row(summary_row(id, tier, lang));
    }
    blocks.push(Block::Table(verdicts));
    blocks.extend(ladder(answer, lang));
    blocks
}

/// Between the rungs: dates, the next cheapest steps, how far assumptions move the targets, and what breaks first.
pub fn ladder(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks: Vec<Block> = calendar(answer, lang).into_iter().collect();
    for (id, tier) in &answer.tiers {
        if let Some(step) = &tier.next_step {
            let (wanted, carries) = (count(step.wanted), value(&step.carries, lang));
            let money = step.cost.value.unwrap_or(0.0);
            let currency = step.cost.unit.split('/').next().unwrap_or("");
            let sign = if money > 0.0 { "+" } else { "" };
            let cost = format!("{sign}{}", money_per_month(money, currency, lang));
            let said = say::next_step(&step.change.words, &cost, &wanted, &carries, step.enough);
            blocks.push(Block::Sentence(format!("{}: {}", tier_title(id, tier, lang), said.get(lang))));
        }
    }
    blocks.extend(bands(answer, lang));
    for (id, tier) in &answer.tiers {
        let sentences: Vec<&str> = tier.breaking_load.values().map(|load| load.why.get(lang)).collect();
        if !sentences.is_empty() {
            blocks.push(Block::Heading(2, tier_title(id, tier, lang)));
            blocks.extend(sentences.into_iter().map(|s| Block::Sentence(s.to_owned())));
        }
    }
    blocks
}

/// When each tier is reached and outgrown.
fn calendar(answer: &Answer, lang: Lang) -> Option<Block> {
    let mut table = Table::new(match lang {
        Lang::Ja => &["規模", "到達", "目標が外れ始める", "次の段階に取りかかる"],
        Lang::En => &["tier", "reached", "first target fails", "begin the next step by"],
    });
    for (id, tier) in &answer.tiers {
        let Some(growth) = &tier.growth else { continue };
        let when = |date: &Option<String>, months: &Figure| match (date, months.value) {
            (Some(date), _) => date.clone(),
            (None, Some(months)) => {
                say::after_months(&plain((months * 10.0).round() / 10.0)).get(lang).to_owned()
            }
            (None, None) => unknown(lang).to_owned(),
        };
        let start = growth.start_by.clone().unwrap_or_else(|| unknown(lang).to_owned());
        table.row(vec![
            id.as_str().into(),
            when(&growth.reached, &growth.reached_months).into(),
            when(&growth.holds_until, &growth.holds_months).into(),
            start.into(),
        ]);
    }
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

/// How far the assumptions' ranges move each target of each tier.
fn bands(answer: &Answer, lang: Lang) -> Option<Block> {
    let mut table = Table::new(match lang {
        Lang::Ja => &["規模", "目標", ">値", ">仮定の幅で", ">上限・下限"],
        Lang::En => &["tier", "target", ">value", ">over the ranges assumed", ">limit"],
    });
    for (id, tier) in &answer.tiers {
        for (target, found) in &tier.targets {
            let (Some(low), Some(high)) = (found.value.range_low, found.value.range_high) else { continue };
            let of = |x: f64| match found.kind {
                TargetKind::Uptime => available(&Figure::exact(x, "1"), lang),
                _ => value(&Figure::exact(x, &found.value.unit), lang),
            };
            table.row(vec![
                id.as_str().into(),
                target.as_str().into(),
                found.value.value.map_or_else(|| unknown(lang).to_owned(), of).into(),
                format!(
                    "{} – {}",
                    of(low),
                    if found.overloads { say::OVERLOAD.get(lang).to_owned() } else { of(high) }
                )
                .into(),
                of(found.target).into(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn rung(id: &str, tier: &TierAnswer, lang: Lang) -> Vec<Cell> {
    let bill = |bill: Option<&BillAnswer>| match bill {
        Some(bill) if bill.total.value.is_some() => value(&bill.total, lang),
        Some(bill) if bill.known.value.is_some_and(|known| known > 0.0) => {
            format!("≥ {}", value(&bill.known, lang))
        }
        _ => unknown(lang).to_owned(),
    };
    let lowest = tier
        .breaking_load
        .values()
        .filter(|load| load.users.value.is_some())
        .min_by(|a, b| a.users.value.unwrap_or(0.0).total_cmp(&b.users.value.unwrap_or(0.0)));
    let (uptime, down) = match &tier.availability {
        Some(a) => (available(&a.availability, lang), figure(&a.downtime_min_per_30d, lang)),
        None => (unknown(lang).to_owned(), unknown(lang).to_owned()),
    };
    vec![
        id.into(),
        crate::text::numbers::count(tier.tenants).into(),
        crate::text::numbers::count(tier.users).into(),
        bill(tier.cost.as_ref()).into(),
        bill(list_of(tier)).into(),
        uptime.into(),
        down.into(),
        lowest.map_or_else(|| unknown(lang).to_owned(), |load| value(&load.tenants, lang)).into(),
        lowest.and_then(|load| load.component.clone()).unwrap_or_default().into(),
    ]
}

/// The bill at list prices.
fn list_of(tier: &TierAnswer) -> Option<&BillAnswer> {
    // Of several that of the provider that has a price for most of it.
    let lists = tier.books.iter().filter(|(id, _)| id.ends_with("-list")).map(|(_, bill)| bill);
    lists.min_by_key(|bill| bill.unpriced.len())
}
