//! Spans and diagnostics: where in which file a problem is, what it is and how to fix it, in both languages.
//! Drawing them is the shells' work; making the sentences is `text`'s.

use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// A range of bytes in one of the files a scenario was read from.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Index into the list of files that were read: 0 is the file itself, higher ones are what it extends.
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Shows its place only in the alternate form (`{:#?}`): the plain form of a model must not depend on where things stand
/// in the text, because the digest hashes it.
impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if f.alternate() { write!(f, "{}:{}..{}", self.file, self.start, self.end) } else { f.write_str("_") }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot be used as it stands.
    Error,
    /// It can, but it probably does not mean what was meant.
    Warning,
    /// Worth knowing: something is not modelled, or an assumption has no owner.
    Note,
}

/// A second place a diagnostic points at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub words: Phrase,
}

/// One problem in a scenario file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable short name of the problem, kebab-case: `unknown-field`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// The offending text.
    pub span: Span,
    /// What is wrong.
    pub message: Phrase,
    /// What was expected here, or what to do: one fix.
    pub help: Option<Phrase>,
    /// Other places involved.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: Span, message: Phrase) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            span,
            message,
            help: None,
            labels: Vec::new(),
        }
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: Span, message: Phrase) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// A note at `span`.
    pub fn note(code: &'static str, span: Span, message: Phrase) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, span, message) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: Phrase) -> Self {
        self.help = Some(help);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, span: Span, words: Phrase) -> Self {
        self.labels.push(Label { span, words });
        self
    }
}

/// Line and column, both from 1, of byte `at` in `text`; the column counts characters.
pub fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// The candidate nearest to `name` by edit distance, if it is near enough to be a likely slip.
/// O(candidates x length²).
pub fn nearest_name<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// Damerau-Levenshtein distance with adjacent swaps (optimal string alignment).
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_does_not() {
        let names = ["partitions", "replicas", "zones"];
        assert_eq!(nearest_name("partition", names), Some("partitions"));
        assert_eq!(nearest_name("repilcas", names), Some("replicas"));
        assert_eq!(nearest_name("colour", names), None);
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        assert_eq!(line_column("a\nあいう", 2), (2, 1));
        assert_eq!(line_column("a\nあいう", 5), (2, 2));
    }
}
