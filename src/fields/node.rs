//! A spanned tree of plain values: what a TOML file says, with the place of every key and value. Overlays are merges
//! of such trees, so every value keeps the place it came from.

use crate::diag::Span;
use crate::text::plain::hidden;
use indexmap::IndexMap;

/// One value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value stands (for a table with a header: the header's last key).
    pub span: Span,
    /// The value.
    pub data: Data,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Float(f64),
    /// True or false.
    Flag(bool),
    /// A bare date or time, as written.
    Date(String),
    /// An array.
    List(Vec<Node>),
    /// A table of either form.
    Table(Table),
    /// `[[...]]`, which the format does not use.
    Tables,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Its entries in the order of the file.
    pub entries: IndexMap<String, Entry>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key: Span,
    /// The value.
    pub node: Node,
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|e| &e.node)
    }

    /// The table under a key.
    pub fn table(&self, key: &str) -> Option<&Table> {
        self.get(key).and_then(Node::table)
    }

    /// Entries whose values are tables: `(id, key's place, table)`.
    pub fn tables(&self) -> impl Iterator<Item = (&str, Span, &Table)> {
        self.entries.iter().filter_map(|(id, e)| e.node.table().map(|t| (id.as_str(), e.key, t)))
    }

    /// Lays `over` on this table: tables merge by key, everything else replaces.
    pub fn lay(&mut self, over: &Table) {
        for (key, entry) in &over.entries {
            match (self.entries.get_mut(key), &entry.node.data) {
                (Some(Entry { node: Node { data: Data::Table(below), .. }, .. }), Data::Table(above)) => {
                    below.lay(above);
                }
                (Some(below), _) => *below = entry.clone(),
                (None, _) => {
                    self.entries.insert(key.clone(), entry.clone());
                }
            }
        }
    }

    /// Takes the value at a path out; false when there is none.
    pub fn remove(&mut self, path: &[String]) -> bool {
        match path {
            [] => false,
            [key] => self.entries.shift_remove(key).is_some(),
            [key, rest @ ..] => match self.entries.get_mut(key).map(|e| &mut e.node.data) {
                Some(Data::Table(table)) => table.remove(rest),
                _ => false,
            },
        }
    }

    /// The value at a path.
    pub fn at(&self, path: &[String]) -> Option<&Node> {
        let (first, rest) = path.split_first()?;
        let node = self.get(first)?;
        if rest.is_empty() { Some(node) } else { node.table()?.at(rest) }
    }

    /// Puts a value at a path, making tables on the way; false when something on the way is no table. The place of a
    /// value that is replaced stays its place.
    pub fn put(&mut self, path: &[String], data: Data) -> bool {
        let Some((first, rest)) = path.split_first() else { return false };
        let fresh = || Entry {
            key: Span::default(),
            node: Node { span: Span::default(), data: Data::Table(Table::default()) },
        };
        let entry = self.entries.entry(first.clone()).or_insert_with(fresh);
        if rest.is_empty() {
            entry.node.data = data;
            return true;
        }
        match &mut entry.node.data {
            Data::Table(table) => table.put(rest, data),
            _ => false,
        }
    }
}

impl Node {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&[Node]> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self.data {
            Data::Integer(i) => Some(i),
            _ => None,
        }
    }

    /// The number, whole or not.
    pub fn number(&self) -> Option<f64> {
        match self.data {
            Data::Integer(i) => Some(i as f64),
            Data::Float(f) => Some(f),
            _ => None,
        }
    }

    /// The strings of a list, or the one string.
    pub fn texts(&self) -> Vec<(&str, Span)> {
        match &self.data {
            Data::Text(text) => vec![(text.as_str(), self.span)],
            Data::List(list) => list.iter().filter_map(|n| n.text().map(|t| (t, n.span))).collect(),
            _ => Vec::new(),
        }
    }

    /// The value as TOML, on one line.
    pub fn to_toml(&self) -> String {
        match &self.data {
            Data::Text(text) => quoted(text),
            Data::Integer(i) => i.to_string(),
            Data::Float(f) => toml_edit::value(*f).to_string(),
            Data::Flag(b) => b.to_string(),
            Data::Date(d) => d.clone(),
            Data::List(list) => {
                format!("[{}]", list.iter().map(Node::to_toml).collect::<Vec<_>>().join(", "))
            }
            Data::Table(table) => {
                let pair = |(k, e): (&String, &Entry)| format!("{} = {}", key_text(k), e.node.to_toml());
                format!("{{ {} }}", table.entries.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
            Data::Tables => "[]".to_owned(),
        }
    }

    /// The value as a person reads it: strings without quotes.
    pub fn to_words(&self) -> String {
        self.text().map_or_else(|| self.to_toml(), str::to_owned)
    }
}

/// A string as it is written in TOML, on one line; what would not be seen, or would act on a terminal, as its escape.
fn quoted(text: &str) -> String {
    // `##[name]` is a command to build servers.
    let order = text.contains("##");
    let odd =
        |c: char| c.is_control() || hidden(c) || matches!(c, '\u{2028}' | '\u{2029}') || (order && c == '#');
    if !text.contains(odd) {
        return toml_edit::value(text).to_string();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if odd(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key as it is written in TOML: bare where that is allowed.
pub fn key_text(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { quoted(key) }
}

/// Splits a path such as `component.api.replicas` or `call."a -> b".timeout`.
pub fn split_path(path: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts
}
