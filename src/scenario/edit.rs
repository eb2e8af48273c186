//! Text and edit in, text out. Every edit replaces a few bytes of the text, so comments, line endings, the final
//! newline and all lines it does not name stay as they were. New entries and tables stand beside their siblings.
//! What an edit means for the architecture is for `scenario::read` to say: an edit may well make a scenario wrong.

mod insert;
mod remove;
mod rename;

pub mod outline;

use super::canonical::{Types, canonical, measures};
use crate::diag::{line_column, nearest_name};
use crate::text::{Phrase, edit as words};
use outline::{Outline, inside};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use toml_edit::{Document, Value};

/// The kinds of table a scenario is made of; an overlay names one as its third key.
pub const TABLES: [&str; 20] = [
    "source",
    "fact",
    "target",
    "load",
    "journey",
    "region",
    "component",
    "call",
    "fault",
    "tier",
    "platform",
    "book",
    "alert",
    "backup",
    "recovery",
    "pipeline",
    "deploy",
    "control",
    "phase",
    "task",
];

/// One change of a scenario text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// [`set`].
    Set {
        /// Where: `component.api.replicas`.
        path: String,
        /// What, as people write it: `3`, `500ms`, `["tokyo/a"]`.
        value: String,
    },
    /// [`remove`].
    Remove {
        /// What: an entry or a table.
        path: String,
    },
    /// [`add_table`].
    AddTable {
        /// Its header without brackets: `component.cache`.
        header: String,
        /// Its lines, `key = value` each.
        body: String,
    },
    /// [`rename`].
    Rename {
        /// The kind of table: `component`.
        kind: String,
        /// The id it has.
        id: String,
        /// The id it gets.
        new_id: String,
    },
}

/// Why an edit could not be made; the text is then unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The text is not TOML: line, and the parser's words.
    NotToml(usize, String),
    /// Not a path.
    BadPath(String),
    /// Nothing is there; perhaps this was meant.
    NotFound(String, Option<String>),
    /// Something is there already.
    Exists(String),
    /// A plain value is where a table is needed.
    NotATable(String),
    /// A table is where a value was to be set.
    IsATable(String),
    /// Not an id: lower-case letters, digits and hyphens.
    BadId(String),
    /// The body of the table with this header is not lines of `key = value`.
    BadBody(String),
    /// The result would not be TOML.
    Conflict(String),
}

impl EditError {
    /// The sentence for people.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NotToml(line, why) => words::not_toml(*line, why),
            Self::BadPath(path) => words::bad_path(path),
            Self::NotFound(path, near) => words::not_found(path, near.as_deref()),
            Self::Exists(path) => words::exists(path),
            Self::NotATable(path) => words::not_a_table(path),
            Self::IsATable(path) => words::is_a_table(path),
            Self::BadId(id) => words::bad_id(id),
            Self::BadBody(header) => words::bad_body(header),
            Self::Conflict(path) => words::conflict(path),
        }
    }
}

/// Makes one edit.
pub fn apply(text: &str, edit: &Edit) -> Result<String, EditError> {
    match edit {
        Edit::Set { path, value } => set(text, path, value),
        Edit::Remove { path } => remove(text, path),
        Edit::AddTable { header, body } => add_table(text, header, body),
        Edit::Rename { kind, id, new_id } => rename(text, kind, id, new_id),
    }
}

/// Sets the value at `path`, adding the entry, and the table it belongs in, where they are missing.
///
/// `path` is keys with dots between them: `component.api.cpu.limit`, `call.api -> rds.timeout`; quotes round a key are
/// allowed and needed only where it holds a dot. `value` is written as people write it: `3`, `true`, `500ms`,
/// `["tokyo/a", "tokyo/c"]`. Numbers, truth values, arrays, inline tables and what is already quoted are written as
/// they are, the rest is quoted; a number replaces a quoted number quoted. A quantity is written in its canonical
/// spelling, unless it is the one that stands there already. O(size of the text).
pub fn set(text: &str, path: &str, value: &str) -> Result<String, EditError> {
    let keys = split(path)?;
    let document = parse(text)?;
    let quantity = Types::of(&document).at(&keys).is_some_and(measures);
    let spelled = match quantity && self::value(text, path).as_deref() != Some(value) {
        true => canonical(value),
        false => value.to_owned(),
    };
    let value = spelled.as_str();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let outline = Outline::new(text, &document);
    for (section, entry) in outline.entries() {
        let own: Vec<&str> = outline.full(section, entry).collect();
        if own == keys {
            return patched(text, path, vec![(entry.span.clone(), literal(value, Some(entry.value)))]);
        }
        if let Some(rest) = keys.strip_prefix(&own[..]) {
            let Value::InlineTable(inline) = entry.value else {
                return Err(EditError::NotATable(own.join(".")));
            };
            let patch = match inside(inline, rest).map(|found| (found, found.span())) {
                Some((found, Some(span))) if !is_dotted(found) => (span, literal(value, Some(found))),
                Some(_) => return Err(EditError::IsATable(path.to_owned())),
                None => insert::inside(inline, &entry.span, rest, &literal(value, None))
                    .ok_or_else(|| EditError::NotATable(path.to_owned()))?,
            };
            return patched(text, path, vec![patch]);
        }
        if own.starts_with(&keys) {
            return Err(EditError::IsATable(path.to_owned()));
        }
    }
    if outline.sections.iter().any(|section| starts_with(&section.path, &keys)) {
        return Err(EditError::IsATable(path.to_owned()));
    }
    patched(text, path, vec![insert::entry(&outline, &keys, &literal(value, None))])
}

/// Removes the entry or the whole table at `path`, with the comments that belong to it: those on its lines and those
/// directly above. Tables below it go too; overlays of it in tiers and platforms stay. O(size of the text).
pub fn remove(text: &str, path: &str) -> Result<String, EditError> {
    let keys = split(path)?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let document = parse(text)?;
    let outline = Outline::new(text, &document);
    match remove::patches(&outline, &keys) {
        patches if patches.is_empty() => Err(EditError::NotFound(path.to_owned(), nearest(&outline, path))),
        patches => patched(text, path, patches),
    }
}

/// Adds the table `[header]` with the lines of `body`, after the last of its nearest siblings: an overlay beside the
/// overlays of its tier, a component after the last component, anything without siblings at the end.
/// O(size of the text).
pub fn add_table(text: &str, header: &str, body: &str) -> Result<String, EditError> {
    let keys = split(header)?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let document = parse(text)?;
    let outline = Outline::new(text, &document);
    let taken = |own: &[&str]| own.starts_with(&keys) || (own.len() < keys.len() && keys.starts_with(own));
    if outline.sections.iter().any(|section| equal(&section.path, &keys))
        || outline.entries().any(|(section, entry)| taken(&outline.full(section, entry).collect::<Vec<_>>()))
    {
        return Err(EditError::Exists(header.to_owned()));
    }
    if !is_body(body) {
        return Err(EditError::BadBody(header.to_owned()));
    }
    patched(text, header, vec![insert::table(&outline, &keys, body)])
}

/// Renames `[kind.id]` to `[kind.new_id]` and every reference to it: overlays, hops, steps, calls, faults, targets,
/// price lines, provenance, expectations. Comments are prose and stay. O(size of the text).
pub fn rename(text: &str, kind: &str, id: &str, new_id: &str) -> Result<String, EditError> {
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if new_id.is_empty() || new_id.starts_with('-') || !new_id.chars().all(kebab) || kind == "call" {
        return Err(EditError::BadId(new_id.to_owned()));
    }
    let document = parse(text)?;
    let outline = Outline::new(text, &document);
    let there = |id: &str| {
        let keys = [kind, id];
        outline.sections.iter().any(|section| starts_with(&section.path, &keys))
            || outline.entries().any(|(s, entry)| outline.full(s, entry).take(2).eq(keys))
    };
    let path = format!("{kind}.{id}");
    if !there(id) {
        return Err(EditError::NotFound(path.clone(), nearest(&outline, &path)));
    }
    if id != new_id && there(new_id) {
        return Err(EditError::Exists(format!("{kind}.{new_id}")));
    }
    patched(text, &path, rename::patches(&outline, kind, id, new_id))
}

/// The value at `path` as people write it, strings without their quotes; `None` when nothing, or a table, is there.
/// [`set`] with the same text leaves the value as it is. O(size of the text).
pub fn value(text: &str, path: &str) -> Option<String> {
    found(text, path, |value, raw| value.as_str().unwrap_or(raw).to_owned())
}

/// The value at `path` as the file writes it, quotes included: [`set`] to it undoes a [`set`], byte for byte.
/// `None` when nothing, or a table, is there. O(size of the text).
pub fn written(text: &str, path: &str) -> Option<String> {
    found(text, path, |_, raw| raw.to_owned())
}

/// What `show` makes of the value at `path` and its bytes.
fn found(text: &str, path: &str, show: impl Fn(&Value, &str) -> String) -> Option<String> {
    let keys = split(path).ok()?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let document = parse(text).ok()?;
    let outline = Outline::new(text, &document);
    outline.entries().find_map(|(section, entry)| {
        let own: Vec<&str> = outline.full(section, entry).collect();
        let rest = keys.strip_prefix(&own[..])?;
        let found = match entry.value {
            found if rest.is_empty() => found,
            Value::InlineTable(inline) => inside(inline, rest).filter(|found| !is_dotted(found))?,
            _ => return None,
        };
        Some(show(found, text.get(found.span()?)?))
    })
}

/// The text as a document with spans.
pub(super) fn parse(text: &str) -> Result<Document<&str>, EditError> {
    Document::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        EditError::NotToml(line_column(text, at).0, error.message().to_owned())
    })
}

/// The keys of a path. Quotes round a key are taken off; blanks round it are not part of it.
pub fn split(path: &str) -> Result<Vec<String>, EditError> {
    let keys: Vec<String> = outline::keys(path, 0..path.len()).into_iter().map(|(_, key)| key).collect();
    let dots = path.split('.').map(str::trim);
    match keys.is_empty() || keys.iter().any(String::is_empty) || dots.clone().any(str::is_empty) {
        true => Err(EditError::BadPath(path.to_owned())),
        false => Ok(keys),
    }
}

/// The TOML for a value as people write it; see [`set`].
fn literal(typed: &str, existing: Option<&Value>) -> String {
    let typed = typed.trim();
    let plain = narrow(typed);
    let was_quoted_number =
        existing.and_then(Value::as_str).is_some_and(|text| is_bare(&narrow(text.trim())));
    let written =
        typed.starts_with(['[', '{', '"', '\'']) && !typed.contains('\n') && typed.parse::<Value>().is_ok();
    match () {
        () if written => typed.to_owned(),
        () if is_bare(&plain) && !was_quoted_number => plain,
        () => quoted(typed),
    }
}

/// Whether TOML has this as a number or a truth value.
fn is_bare(text: &str) -> bool {
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
    match text.parse::<Value>() {
        Ok(Value::Integer(_) | Value::Float(_)) => number && !text.contains(char::is_whitespace),
        Ok(Value::Boolean(_)) => true,
        _ => false,
    }
}

/// Full-width digits, as a Japanese keyboard gives them, as ASCII; anything else unchanged.
fn narrow(text: &str) -> String {
    let wide = |c: char| ('０'..='９').contains(&c);
    if text.is_empty() || !text.chars().all(|c| wide(c) || c.is_ascii_digit()) {
        return text.to_owned();
    }
    let digit = |c: char| match wide(c) {
        true => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        false => c,
    };
    text.chars().map(digit).collect()
}

/// A basic string on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key as TOML writes it: bare where it may be.
pub(super) fn written_key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { quoted(key) }
}

/// Whether `body` is nothing but entries.
fn is_body(body: &str) -> bool {
    let Ok(document) = Document::parse(body) else { return false };
    Outline::new(body, &document).sections.len() == 1
}

/// A dotted table inside an inline one: it has no bytes of its own.
fn is_dotted(value: &Value) -> bool {
    value.as_inline_table().is_some_and(toml_edit::InlineTable::is_dotted)
}

fn equal(path: &[String], keys: &[&str]) -> bool {
    path.len() == keys.len() && starts_with(path, keys)
}

fn starts_with(path: &[String], keys: &[&str]) -> bool {
    path.len() >= keys.len() && path.iter().zip(keys).all(|(own, key)| own == key)
}

/// The path in the text nearest to `path`.
fn nearest(outline: &Outline, path: &str) -> Option<String> {
    let mut paths: Vec<String> = outline.sections[1..].iter().map(|section| section.path.join(".")).collect();
    paths.extend(
        outline.entries().map(|(section, entry)| outline.full(section, entry).collect::<Vec<_>>().join(".")),
    );
    nearest_name(path, paths.iter().map(String::as_str)).map(str::to_owned)
}

/// The text with byte ranges replaced; refused if it is no longer TOML.
fn patched(text: &str, path: &str, mut patches: Vec<(Range<usize>, String)>) -> Result<String, EditError> {
    patches.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (range, new) in &patches {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(new);
        at = range.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    match Document::parse(out.as_str()) {
        Ok(_) => Ok(out),
        Err(_) => Err(EditError::Conflict(path.to_owned())),
    }
}
