//! Where everything of a TOML text stands: its sections, their entries, and what each line is. Edits and `fmt` are
//! changes of byte ranges, so what they do not touch stays as it was, byte for byte.
//! It judges nothing: a text that is TOML has an outline, whether or not it is a scenario.

use std::ops::Range;
use toml_edit::{Document, InlineTable, Item, Table, Value};

/// One header with the entries below it; the first section of every text is the root, which has no header.
#[derive(Clone, Debug)]
pub struct Section<'d> {
    /// Its keys, unquoted: `["tier", "t500", "component", "nodes"]`. Empty for the root.
    pub path: Vec<String>,
    /// The bytes of `[...]`; empty for the root.
    pub header: Range<usize>,
    /// In the order of the text.
    pub entries: Vec<Entry<'d>>,
}

/// One `key = value`, dotted keys included.
#[derive(Clone, Debug)]
pub struct Entry<'d> {
    /// Its keys below the section, unquoted: `["from", "rate"]`.
    pub path: Vec<String>,
    /// The bytes of the last key of a dotted one.
    pub key: Range<usize>,
    /// The bytes of the value, without decor.
    pub span: Range<usize>,
    /// The value.
    pub value: &'d Value,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nothing on it.
    Blank,
    /// A comment alone.
    Comment,
    /// A `#:` line: a word to an editor, not to people.
    Directive,
    /// The header of this section.
    Header(usize),
    /// Part of this entry of this section.
    Entry(usize, usize),
}

/// The outline of one text.
#[derive(Clone, Debug)]
pub struct Outline<'d> {
    /// The text.
    pub text: &'d str,
    /// The sections in the order of the text, the root first.
    pub sections: Vec<Section<'d>>,
    /// The bytes of each line, its ending included.
    pub lines: Vec<Range<usize>>,
    /// What each line is.
    pub owners: Vec<Owner>,
}

impl<'d> Outline<'d> {
    /// The outline of `text`, which `document` was parsed from. O(size of the text).
    pub fn new(text: &'d str, document: &'d Document<&'d str>) -> Self {
        let mut sections = vec![Section { path: Vec::new(), header: 0..0, entries: Vec::new() }];
        table(document.as_table(), &[], 0, 0, &mut sections);
        sections[1..].sort_by_key(|section| section.header.start);
        for section in &mut sections {
            section.entries.sort_by_key(|entry| entry.span.start);
        }
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            lines.push(at..at + line.len());
            at += line.len();
        }
        let mut outline = Self { text, sections, lines, owners: Vec::new() };
        outline.owners = outline.own();
        outline
    }

    fn own(&self) -> Vec<Owner> {
        let mut owners: Vec<Owner> = (self.lines.iter())
            .map(|line| match self.text[line.clone()].trim() {
                "" => Owner::Blank,
                directive if directive.starts_with("#:") => Owner::Directive,
                _ => Owner::Comment,
            })
            .collect();
        for (s, section) in self.sections.iter().enumerate() {
            if s > 0 {
                owners[self.line_of(section.header.start)] = Owner::Header(s);
            }
            for (e, entry) in section.entries.iter().enumerate() {
                let (first, last) = self.entry_lines(entry);
                owners[first..=last].fill(Owner::Entry(s, e));
            }
        }
        owners
    }

    /// The line that byte `at` stands in. O(log lines).
    pub fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.end <= at).min(self.lines.len().saturating_sub(1))
    }

    /// First and last line of an entry.
    pub fn entry_lines(&self, entry: &Entry) -> (usize, usize) {
        (self.line_of(entry.key.start), self.line_of(entry.span.end.saturating_sub(1)))
    }

    /// The first of the comment lines that stand directly above `line` and so belong to it; `line` itself when none.
    pub fn lead(&self, line: usize) -> usize {
        let above = self.owners[..line].iter().rev().take_while(|owner| **owner == Owner::Comment).count();
        line - above
    }

    /// One past the last line of a section: its entries, and comments directly below them that lead to nothing else.
    pub fn end(&self, section: usize) -> usize {
        let own = &self.sections[section];
        let last = match own.entries.last() {
            Some(entry) => self.entry_lines(entry).1 + 1,
            None if section == 0 => 0,
            None => self.line_of(own.header.start) + 1,
        };
        let below = self.owners[last..].iter().take_while(|owner| **owner == Owner::Comment).count();
        match self.owners.get(last + below) {
            Some(Owner::Header(_)) => last,
            _ => last + below,
        }
    }

    /// The line ending of the text: that of its first line.
    pub fn ending(&self) -> &'static str {
        match self.lines.first() {
            Some(line) if self.text[line.clone()].ends_with("\r\n") => "\r\n",
            _ => "\n",
        }
    }

    /// The full path of an entry, its section's keys first.
    pub fn full<'a>(&'a self, section: usize, entry: &'a Entry) -> impl Iterator<Item = &'a str> + Clone {
        self.sections[section].path.iter().chain(&entry.path).map(String::as_str)
    }

    /// Every entry with the number of its section, in the order of the text.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Entry<'d>)> {
        (self.sections.iter().enumerate())
            .flat_map(|(s, own)| own.entries.iter().map(move |entry| (s, entry)))
    }
}

/// Walks a table: `path` is its full path, of which the first `depth` keys are those of section `own`.
fn table<'d>(table_: &'d Table, path: &[String], own: usize, depth: usize, sections: &mut Vec<Section<'d>>) {
    for (name, item) in table_.iter() {
        let below: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
        match item {
            Item::Value(value) => {
                let key = table_.key(name).and_then(toml_edit::Key::span);
                if let (Some(key), Some(span)) = (key, value.span()) {
                    sections[own].entries.push(Entry { path: below[depth..].to_vec(), key, span, value });
                }
            }
            Item::Table(inner) if inner.is_dotted() => table(inner, &below, own, depth, sections),
            Item::Table(inner) => headed(inner, below, sections),
            Item::ArrayOfTables(array) => {
                for inner in array.iter() {
                    headed(inner, below.clone(), sections);
                }
            }
            Item::None => {}
        }
    }
}

/// A table that is not dotted: a section if it has a header, else only a step on the way to some.
fn headed<'d>(inner: &'d Table, path: Vec<String>, sections: &mut Vec<Section<'d>>) {
    match inner.span() {
        Some(header) if !inner.is_implicit() => {
            sections.push(Section { path: path.clone(), header, entries: Vec::new() });
            table(inner, &path, sections.len() - 1, path.len(), sections);
        }
        _ => table(inner, &path, 0, 0, sections),
    }
}

/// The value at `path` inside an inline table, through nested ones.
pub fn inside<'d>(inline: &'d InlineTable, path: &[&str]) -> Option<&'d Value> {
    let (first, rest) = path.split_first()?;
    let value = inline.get(first)?;
    match value {
        _ if rest.is_empty() => Some(value),
        Value::InlineTable(inner) => inside(inner, rest),
        _ => None,
    }
}

/// The last byte of anything inside an inline table: one past its last value. `None` when it is empty.
pub fn last_inside(inline: &InlineTable) -> Option<usize> {
    inline.iter().filter_map(|(_, value)| end_of(value)).max()
}

/// One past the last byte of a value; a dotted table inside an inline one ends where its last value ends.
pub fn end_of(value: &Value) -> Option<usize> {
    match value {
        Value::InlineTable(inner) if inner.is_dotted() => last_inside(inner),
        _ => value.span().map(|span| span.end),
    }
}

/// The keys of a dotted key or of the inside of a header, each with its bytes (quotes included) in `text`.
/// `range` must hold nothing else.
pub fn keys(text: &str, range: Range<usize>) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    let bytes = text.as_bytes();
    for at in range.clone() {
        let byte = bytes[at];
        match quote {
            Some(_) if escaped => escaped = false,
            Some(b'"') if byte == b'\\' => escaped = true,
            Some(q) if byte == q => quote = None,
            Some(_) => {}
            None if byte == b'.' => found.extend(start.take().map(|s| s..at)),
            None if byte == b' ' || byte == b'\t' => {}
            None => {
                start.get_or_insert(at);
                if byte == b'"' || byte == b'\'' {
                    quote = Some(byte);
                }
            }
        }
    }
    found.extend(start.map(|s| s..range.end));
    (found.into_iter())
        .map(|bytes| {
            let end = bytes.start + text[bytes.clone()].trim_end().len();
            let bytes = bytes.start..end;
            let raw = &text[bytes.clone()];
            let name =
                raw.parse::<toml_edit::Key>().map_or_else(|_| raw.to_owned(), |key| key.get().to_owned());
            (bytes, name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
#:schema x
schema = 1

# about the api
[component.api] # here
from.rate = \"g\"
work = [ 1,
  # inside
  2 ]
# left over

[tier . t1.component.\"a b\"]
count = 3
";

    #[test]
    fn every_line_has_an_owner() {
        let document = Document::parse(TEXT).expect("the sample is TOML");
        let outline = Outline::new(TEXT, &document);
        use Owner::*;
        let inside = Entry(1, 1);
        assert_eq!(
            outline.owners,
            [
                Directive,
                Entry(0, 0),
                Blank,
                Comment,
                Header(1),
                Entry(1, 0),
                inside,
                inside,
                inside,
                Comment,
                Blank,
                Header(2),
                Entry(2, 0)
            ]
        );
        assert_eq!(outline.lead(4), 3);
        assert_eq!(outline.lead(1), 1, "a directive belongs to nobody");
        assert_eq!(outline.end(1), 10, "a comment with a blank below it belongs to what is above");
        assert_eq!(outline.sections[2].path, ["tier", "t1", "component", "a b"]);
    }

    #[test]
    fn keys_are_read_with_their_quotes_and_blanks() {
        let text = "a . \"b.c\".'d'";
        let names: Vec<_> =
            keys(text, 0..text.len()).into_iter().map(|(at, name)| (text[at].to_owned(), name)).collect();
        let expected = [("a", "a"), ("\"b.c\"", "b.c"), ("'d'", "d")];
        assert_eq!(names, expected.map(|(raw, name)| (raw.to_owned(), name.to_owned())));
    }
}
