//! Pictures of answers: pure functions from answers to SVG text, each with a sentence and a table that say the same.
//! The page inlines them, the README, reports and comments carry them as files.
//!
//! The four charts over tiers and hours are drawn by plotters; the load gauge and the architecture are drawn by hand
//! through [`pen`], because their layout is the point.

pub mod cost;
pub mod gantt;
pub mod gauge;
pub mod gauge_labels;
pub mod graph;
pub mod icon;
pub mod lane;
pub mod latency;
pub mod load;
pub mod mark;
pub mod measure;
pub mod months;
pub mod pareto;
pub mod pen;
pub mod plot;
pub mod rungs;
pub mod theme;
pub mod uptime;
pub mod waterfall;

use crate::answer::verdict::Verdict;
use crate::text::{Lang, Phrase, Words, words};

/// A picture and its twins in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// The picture.
    pub svg: String,
    /// What it shows, in one sentence.
    pub summary: Phrase,
    /// The same numbers.
    pub table: Table,
}

/// The numbers of a picture; every row has as many cells as the head.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Column heads.
    pub head: Vec<Phrase>,
    /// Rows.
    pub rows: Vec<Vec<Phrase>>,
}

impl Table {
    /// A row as one line: its first cell, then each other one after its head; `None` when there is no such row.
    pub fn said(&self, row: usize, lang: Lang) -> Option<String> {
        let row = self.rows.get(row)?;
        let cells = self.head.iter().zip(row).skip(1).filter(|(_, cell)| !cell.get(lang).is_empty());
        let others = cells.map(|(head, cell)| format!("{} {}", head.get(lang), cell.get(lang)));
        let first = row.first().map(|cell| cell.get(lang).to_owned());
        Some(first.into_iter().chain(others).collect::<Vec<_>>().join(" · "))
    }
}

/// The word of a verdict.
pub const fn verdict_word(verdict: Verdict) -> Words {
    match verdict {
        Verdict::Pass => words("達成", "pass"),
        Verdict::Fail => words("未達", "fail"),
        Verdict::Unsure => words("判定不能", "unsure"),
    }
}
