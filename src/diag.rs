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

impl Span {
    /// Sorts places in the order in which a reader meets them: what is extended first, then the file itself.
    pub fn order(self) -> (std::cmp::Reverse<u16>, u32) {
        (std::cmp::Reverse(self.file), self.start)
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

/// Where the lines of a text begin, for many looks at one text.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// O(length).
    pub fn new(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The same as [`line_column`], in O(log lines + length of the line).
    pub fn line_column(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let line = self.line_of(at);
        (line + 1, self.text[self.starts[line]..at].chars().count() + 1)
    }

    /// The line of a byte, from 0.
    pub fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The bytes of a line, from 0, without its line feed.
    pub fn bytes(&self, line: usize) -> std::ops::Range<usize> {
        self.starts[line]..self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1)
    }
}

/// Longest name that is compared with others, in characters: longer ones are no slips of the keyboard.
const LONGEST_NAME: usize = 80;

/// The candidate nearest to `name` by edit distance, if it is near enough to be a likely slip.
/// O(candidates + near candidates x length²), length at most 80.
pub fn nearest_name<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = name.chars().take(LONGEST_NAME + 1).collect();
    if letters.len() > LONGEST_NAME {
        return None;
    }
    let mut limit = (letters.len() / 3).max(1);
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        let length = candidate.chars().take(2 * LONGEST_NAME).count();
        if length.abs_diff(letters.len()) > limit {
            continue;
        }
        let distance = edit_distance(&letters, candidate);
        let key = (distance, candidate.len());
        if distance <= limit && best.is_none_or(|(distance, length, _)| key < (distance, length)) {
            best = Some((distance, candidate.len(), candidate));
            limit = distance;
        }
    }
    best.map(|(_, _, candidate)| candidate)
}

/// Damerau-Levenshtein distance with adjacent swaps (optimal string alignment).
fn edit_distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best;
        }
        (before, above) = (above, row);
    }
    above[b.len()]
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
        assert_eq!(nearest_name("zoens", names), Some("zones"));
        assert_eq!(nearest_name("ab", ["abc", "ba", "xab"]), Some("ba"));
        assert_eq!(nearest_name(&"x".repeat(81), [&*"x".repeat(81)]), None);
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        assert_eq!(line_column("a\nあいう", 2), (2, 1));
        assert_eq!(line_column("a\nあいう", 5), (2, 2));
        let text = "a\nあいう\n\nb";
        for at in (0..=text.len() + 3).filter(|at| text.is_char_boundary((*at).min(text.len()))) {
            assert_eq!(Lines::new(text).line_column(at), line_column(text, at), "{at}");
        }
    }
}
