//! A report as neutral blocks: headings, sentences and tables. Shells print them as aligned text, Markdown or CSV.

pub mod alerts;
pub mod check;
pub mod controls;
pub mod csv;
mod day;
pub mod deploys;
pub mod figures;
pub mod markdown;
pub mod money;
pub mod optimise;
pub mod platforms;
pub mod recovery;
pub mod roadmap;
pub mod sensitivity;
pub mod solve;
pub mod steady;
pub mod uptime;

use crate::answer::verdict::Verdict;
use crate::text::Lang;

/// One block.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of level 1 or 2.
    Heading(u8, String),
    /// A sentence or short paragraph.
    Sentence(String),
    /// A verdict with its sentence.
    Verdict(Verdict, String),
    /// A table.
    Table(Table),
    /// A piece of a file, or a command, as it is.
    Code(String),
}

/// A table; every row has as many cells as the head.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Column heads.
    pub head: Vec<String>,
    /// Whether a column holds numbers (aligned to the right).
    pub numeric: Vec<bool>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// The verdict it carries, for colour and shape.
    pub verdict: Option<Verdict>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, verdict: None }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Table {
    /// An empty table; a head that starts with `>` marks a column of numbers.
    pub fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|h| h.trim_start_matches('>').to_owned()).collect(),
            numeric: head.iter().map(|h| h.starts_with('>')).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }
}

/// Shape and word of a verdict: never colour alone.
pub fn mark(verdict: Verdict, lang: Lang) -> &'static str {
    match (verdict, lang) {
        (Verdict::Pass, Lang::Ja) => "✓ 達成",
        (Verdict::Pass, Lang::En) => "✓ pass",
        (Verdict::Fail, Lang::Ja) => "✗ 未達",
        (Verdict::Fail, Lang::En) => "✗ fail",
        (Verdict::Unsure, Lang::Ja) => "? 不明",
        (Verdict::Unsure, Lang::En) => "? unsure",
    }
}

/// A cell with the mark of a verdict.
pub fn marked(verdict: Verdict, lang: Lang) -> Cell {
    Cell { text: mark(verdict, lang).to_owned(), verdict: Some(verdict) }
}

/// The words in the reader's language.
pub fn pick(lang: Lang, ja: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}
