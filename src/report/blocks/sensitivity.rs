//! The report of `sensitivity`: for every target what would flip it, and a tornado of what moves it most.

use super::figures::value;
use super::{Block, Table, mark, pick};
use crate::answer::Answer;
use crate::answer::sensitivity::{Bar, SensitivityAnswer};
use crate::answer::verdict::TargetKind;
use crate::stats::figure::Figure;
use crate::text::Lang;
use crate::text::numbers::uptime;
use crate::text::sensitivity as say;

/// Bars shown of each target.
const SHOWN: usize = 8;
/// Cells of a bar drawn in text.
const CELLS: usize = 20;

/// Every target of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    if answer.sensitivity.is_empty() {
        blocks.push(Block::Sentence(say::none().get(lang).to_owned()));
    }
    for found in answer.sensitivity.values() {
        blocks.push(Block::Heading(2, found.name.get(lang).to_owned()));
        let flips: Vec<(&str, &str)> =
            found.bars.iter().filter_map(|bar| Some((bar.path.as_str(), bar.flips_at.as_deref()?))).collect();
        let said = say::firm(&shown(&found.value, found, lang), &flips, lang);
        blocks.push(Block::Verdict(found.verdict, said));
        if !found.bars.is_empty() {
            blocks.push(Block::Table(tornado(found, lang)));
        }
    }
    blocks
}

/// The widest bars.
pub fn tornado(found: &SensitivityAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["仮定", "範囲", ">下端で", ">上端で", "振れ幅", "判定が変わる値"],
        Lang::En => &["assumption", "range", ">at its low end", ">at its high end", "swing", "flips at"],
    });
    let most = found.bars.iter().filter_map(|bar| bar.swing).fold(0.0, f64::max);
    for bar in found.bars.iter().take(SHOWN) {
        table.row(vec![
            bar.path.as_str().into(),
            format!("{}..{}", bar.low, bar.high).into(),
            at(&bar.at_low, bar, found, true, lang).into(),
            at(&bar.at_high, bar, found, false, lang).into(),
            drawn(bar.swing, most).into(),
            bar.flips_at.clone().unwrap_or_default().into(),
        ]);
    }
    table
}

/// A value, with the verdict where that is another.
fn at(figure: &Figure, bar: &Bar, found: &SensitivityAnswer, low: bool, lang: Lang) -> String {
    let verdict = if low { bar.verdict_low } else { bar.verdict_high };
    let shown = match figure.value {
        Some(_) => shown(figure, found, lang),
        None => pick(lang, "過負荷・不明", "overload, unknown").to_owned(),
    };
    if verdict == found.verdict { shown } else { format!("{shown} {}", mark(verdict, lang)) }
}

/// A value of a target; of an availability as many nines as its distance from the limit needs.
fn shown(figure: &Figure, found: &SensitivityAnswer, lang: Lang) -> String {
    match (found.kind, figure.value) {
        (TargetKind::Uptime, Some(share)) => uptime(share, Some(1.0 - share)).join(),
        _ => value(figure, lang),
    }
}

/// A swing as a bar of blocks, the widest full.
fn drawn(swing: Option<f64>, most: f64) -> String {
    let cells = match swing {
        None => CELLS,
        Some(swing) if most > 0.0 => (swing / most * CELLS as f64).round() as usize,
        Some(_) => 0,
    };
    "█".repeat(cells.clamp(1, CELLS))
}
