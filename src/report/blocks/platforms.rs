//! The report of `platforms`: clouds side by side, what stands for what, and the plan's claims against figures.

use super::figures::{available, value};
use super::{Block, Cell, Table, pick};
use crate::answer::Answer;
use crate::answer::platforms::PlatformAnswer;
use crate::answer::verdict::{TargetKind, Verdict};
use crate::text::numbers::{percent, plain};
use crate::text::{Lang, platforms as say};

/// One tier on every cloud.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    blocks.push(Block::Table(side_by_side(answer, lang)));
    blocks.push(Block::Sentence(say::same().get(lang).to_owned()));
    let mut table = Table::new(match lang {
        Lang::Ja => &["構成要素", "いま", "行き先", "置き換え"],
        Lang::En => &["component", "now", "cloud", "there"],
    });
    for (id, platform) in &answer.platforms {
        for one in &platform.equivalents {
            table.row(vec![
                one.component.as_str().into(),
                one.here.as_str().into(),
                id.as_str().into(),
                one.there.as_str().into(),
            ]);
        }
        for missing in &platform.missing {
            table.row(vec![
                missing.as_str().into(),
                "".into(),
                id.as_str().into(),
                pick(lang, "なし", "none").into(),
            ]);
        }
    }
    if !table.rows.is_empty() {
        blocks.push(Block::Heading(2, say::EQUIVALENTS.get(lang).to_owned()));
        blocks.push(Block::Table(table));
    }
    let claims = claims(answer, lang);
    if !claims.rows.is_empty() {
        blocks.push(Block::Heading(2, say::CLAIMS.get(lang).to_owned()));
        blocks.push(Block::Table(claims));
    }
    blocks
}

fn side_by_side(answer: &Answer, lang: Lang) -> Table {
    let ids: Vec<&str> = answer.platforms.keys().map(String::as_str).collect();
    let mut head = vec![""];
    let right: Vec<String> = ids.iter().map(|id| format!(">{id}")).collect();
    head.extend(right.iter().map(String::as_str));
    let mut table = Table::new(&head);
    let mut row = |name: &str, of: &dyn Fn(&PlatformAnswer) -> String| {
        let mut cells: Vec<Cell> = vec![name.into()];
        cells.extend(answer.platforms.values().map(|p| Cell::from(of(p))));
        table.row(cells);
    };
    row(say::COST.get(lang), &|p| match p.cost.value {
        Some(_) => value(&p.cost, lang),
        None => format!("≥ {}", value(&p.known, lang)),
    });
    row(say::WITHOUT_TOKENS.get(lang), &|p| value(&p.without_tokens, lang));
    row(say::UNPRICED.get(lang), &|p| p.unpriced.len().to_string());
    row(say::CEILING.get(lang), &|p| available(&p.sla_ceiling, lang));
    row(say::WITHOUT_SLA.get(lang), &|p| p.without_sla.join(", "));
    row(say::EXPECTED.get(lang), &|p| available(&p.availability, lang));
    let timed = |kind: TargetKind| {
        matches!(kind, TargetKind::Latency | TargetKind::AiLatency | TargetKind::Rto | TargetKind::Rpo)
    };
    let targets = answer.platforms.values().next().map(|p| &p.targets);
    for (id, _) in targets.into_iter().flatten().filter(|(_, t)| timed(t.kind)) {
        row(id, &|p| p.targets.get(id).map_or_else(String::new, |t| value(&t.value, lang)));
    }
    row(say::FAILS.get(lang), &|p| {
        let failing =
            p.targets.iter().filter(|(_, t)| t.verdict == Verdict::Fail && t.kind != TargetKind::Claim);
        failing.map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ")
    });
    row(say::ONE_YEAR.get(lang), &|p| p.one_year_off.value.map_or_else(String::new, |x| percent(x).join()));
    row(say::SPREAD.get(lang), &|p| p.spread.value.map_or_else(String::new, plain));
    row(say::REGIONS.get(lang), &|p| p.regions_in_japan.join(", "));
    table
}

fn claims(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["", "", "計画の言葉", "数字では", "根拠"],
        Lang::En => &["", "", "the plan's words", "by figures", "evidence"],
    });
    for (id, platform) in &answer.platforms {
        for claim in platform.claims.values() {
            let side = if claim.merit { "+" } else { "−" };
            let holds = match claim.holds {
                Some(true) => pick(lang, "そのとおり", "so it is"),
                Some(false) => pick(lang, "差は認められない", "no such difference"),
                None => pick(lang, "言えない", "cannot be said"),
            };
            table.row(vec![
                id.as_str().into(),
                side.into(),
                claim.quote.as_str().into(),
                holds.into(),
                claim.finding.get(lang).into(),
            ]);
        }
    }
    table
}
