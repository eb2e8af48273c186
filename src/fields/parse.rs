//! From TOML text to the spanned tree, within the limits for hostile input.

use super::node::{Data, Entry, Node, Table};
use crate::diag::{Diagnostic, Span};
use crate::text::diagnostics as say;
use toml_edit::{Document, Item, Value};

/// Longest text that is read.
pub const MAX_BYTES: usize = 8 << 20;
/// Deepest nesting of tables and arrays.
pub const MAX_NESTING: usize = 8;

/// Reads one file. What cannot be read at all gives one `syntax` error and an empty table. O(length).
pub fn parse(file: u16, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Table {
    if text.len() > MAX_BYTES {
        let span = Span { file, start: MAX_BYTES as u32, end: MAX_BYTES as u32 };
        let error = Diagnostic::error("too-large", span, say::too_large(text.len(), MAX_BYTES));
        diagnostics.push(error.help(say::too_large_help(MAX_BYTES)));
        return Table::default();
    }
    match Document::parse(text) {
        Ok(document) => {
            let mut walk = Walk { file, text, diagnostics };
            walk.table(document.iter_spanned(), 0)
        }
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            let span = Span { file, start: at.start as u32, end: at.end as u32 };
            let details = error.message().lines().collect::<Vec<_>>().join("; ");
            // The reader's own limit, far beyond ours.
            diagnostics.push(match details.contains("recurs") {
                true => {
                    Diagnostic::error("too-deep", span, say::too_deep(MAX_NESTING)).help(say::too_deep_help())
                }
                false => Diagnostic::error("syntax", span, say::syntax(&details)).help(say::syntax_help()),
            });
            Table::default()
        }
    }
}

/// A value as the user would type it after `key =`, without the need for quotes: `47/h`, `3`, `["a", "b"]`.
pub fn parse_loose(text: &str) -> Data {
    let at = Span::default();
    let document = format!("x = {text}");
    let plain = || Data::Text(text.trim().to_owned());
    if text.len() > MAX_BYTES || text.contains('\n') {
        return plain();
    }
    match Document::parse(document.as_str()) {
        Ok(document) if document.len() == 1 => {
            let mut ignored = Vec::new();
            let mut walk = Walk { file: 0, text: "", diagnostics: &mut ignored };
            match document.get("x").map(|item| walk.item(item, at, 0).data) {
                None | Some(Data::Date(_) | Data::Tables) => plain(),
                Some(Data::Float(f)) if !f.is_finite() => plain(),
                Some(mut data) => {
                    forget_places(&mut data);
                    data
                }
            }
        }
        _ => plain(),
    }
}

fn forget_places(data: &mut Data) {
    match data {
        Data::List(list) => {
            for node in list {
                node.span = Span::default();
                forget_places(&mut node.data);
            }
        }
        Data::Table(table) => {
            for entry in table.entries.values_mut() {
                (entry.key, entry.node.span) = (Span::default(), Span::default());
                forget_places(&mut entry.node.data);
            }
        }
        _ => {}
    }
}

trait IterSpanned {
    fn iter_spanned(&self) -> Vec<(&toml_edit::Key, &Item)>;
}

impl IterSpanned for toml_edit::Table {
    fn iter_spanned(&self) -> Vec<(&toml_edit::Key, &Item)> {
        self.iter().filter_map(|(name, _)| self.get_key_value(name)).collect()
    }
}

struct Walk<'a> {
    file: u16,
    text: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn span(&self, range: Option<std::ops::Range<usize>>) -> Option<Span> {
        range.map(|r| Span { file: self.file, start: r.start as u32, end: r.end as u32 })
    }

    fn too_deep(&mut self, at: Span, depth: usize) -> bool {
        if depth > MAX_NESTING {
            let error = Diagnostic::error("too-deep", at, say::too_deep(MAX_NESTING));
            self.diagnostics.push(error.help(say::too_deep_help()));
        }
        depth > MAX_NESTING
    }

    fn table(&mut self, entries: Vec<(&toml_edit::Key, &Item)>, depth: usize) -> Table {
        let mut table = Table::default();
        for (key, item) in entries {
            let at = self.span(key.span()).unwrap_or_default();
            let node = self.item(item, at, depth + 1);
            table.entries.insert(key.get().to_owned(), Entry { key: at, node });
        }
        table
    }

    fn item(&mut self, item: &Item, key: Span, depth: usize) -> Node {
        match item {
            Item::Value(value) => self.value(value, key, depth),
            Item::Table(table) => {
                let inside = match self.too_deep(key, depth) {
                    true => Table::default(),
                    false => self.table(table.iter_spanned(), depth),
                };
                Node { span: key, data: Data::Table(inside) }
            }
            Item::ArrayOfTables(tables) => {
                let at = self.span(tables.span()).unwrap_or(key);
                Node { span: Span { start: key.start, end: key.end, ..at }, data: Data::Tables }
            }
            Item::None => Node { span: key, data: Data::Table(Table::default()) },
        }
    }

    fn value(&mut self, value: &Value, key: Span, depth: usize) -> Node {
        let span = self.span(value.span()).unwrap_or(key);
        let data = match value {
            Value::String(s) => Data::Text(s.value().clone()),
            Value::Integer(i) => Data::Integer(*i.value()),
            Value::Float(f) => Data::Float(*f.value()),
            Value::Boolean(b) => Data::Flag(*b.value()),
            Value::Datetime(d) => Data::Date(d.value().to_string()),
            Value::Array(_) | Value::InlineTable(_) if self.too_deep(span, depth) => Data::List(Vec::new()),
            Value::Array(array) => Data::List(array.iter().map(|v| self.value(v, span, depth + 1)).collect()),
            Value::InlineTable(inline) => {
                let mut table = Table::default();
                let keys: Vec<String> = inline.iter().map(|(k, _)| k.to_owned()).collect();
                for name in keys {
                    if let Some((k, Item::Value(v))) = inline.get_key_value(&name) {
                        let at = self.span(k.span()).unwrap_or(span);
                        let node = self.value(v, at, depth + 1);
                        table.entries.insert(name, Entry { key: at, node });
                    }
                }
                if !inline.is_dotted() {
                    self.warn_of_newer_syntax(span, &table);
                }
                Data::Table(table)
            }
        };
        Node { span, data }
    }

    /// A line break inside an inline table, outside its values, is TOML 1.1: read, but other tools may refuse it.
    fn warn_of_newer_syntax(&mut self, span: Span, table: &Table) {
        let mut from = span.start as usize;
        let mut outside = String::new();
        for entry in table.entries.values() {
            let value = entry.node.span;
            outside.push_str(self.text.get(from..value.start as usize).unwrap_or(""));
            from = value.end as usize;
        }
        outside.push_str(self.text.get(from..span.end as usize).unwrap_or(""));
        if outside.contains('\n') {
            self.diagnostics.push(
                Diagnostic::warning("newer-toml", span, say::newer_toml()).help(say::newer_toml_help()),
            );
        }
    }
}
