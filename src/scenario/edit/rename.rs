//! Every place that names an id: the headers and keys that define it, and the values that refer to it.
//! The tables below are the format's own list of references; a new field that names something is added here.

use super::TABLES;
use super::outline::{Outline, keys};
use std::ops::Range;
use toml_edit::Value;

/// Fields whose whole value, or each item of it, is an id of this kind: (kind, table, field).
const FIELDS: &[(&str, &str, &str)] = &[
    ("component", "component", "to"),
    ("component", "component", "on"),
    ("component", "component", "hosts"),
    ("component", "component", "of"),
    ("component", "component", "failover"),
    ("component", "journey", "entry"),
    ("component", "call", "fallback"),
    ("component", "fault", "on"),
    ("component", "backup", "of"),
    ("component", "recovery", "of"),
    ("component", "deploy", "of"),
    ("component", "book", "pays"),
    ("journey", "target", "journey"),
    ("journey", "target", "journeys"),
    ("journey", "call", "fallback-for"),
    ("journey", "fault", "journeys"),
    ("region", "component", "region"),
    ("region", "component", "zone"),
    ("region", "component", "zones"),
    ("region", "component", "standby"),
    ("region", "fault", "on"),
    ("tier", "target", "tiers"),
    ("tier", "book", "tier"),
    ("book", "", "prices"),
    ("book", "tier", "prices"),
    ("book", "platform", "prices"),
    ("phase", "task", "phase"),
    ("task", "task", "after"),
];

/// Inline or dotted tables whose keys are ids of this kind: (kind, table, field).
const KEYED: &[(&str, &str, &str)] = &[
    ("component", "journey", "steps"),
    ("journey", "component", "work"),
    ("journey", "component", "hit"),
    ("region", "backup", "copies"),
];

/// Measures of a journey; any other word after the dot of an expectation is a component's.
const JOURNEY_MEASURES: [&str; 9] = [
    "errors",
    "availability",
    "rate",
    "throughput",
    "response",
    "first-token",
    "full-answer",
    "failed",
    "mean",
];

/// What is renamed, and the patches found so far.
struct Search<'o> {
    text: &'o str,
    kind: &'o str,
    id: &'o str,
    new: &'o str,
    /// Whether the other of journey and component has the same id.
    has_twin: bool,
    patches: Vec<(Range<usize>, String)>,
}

/// The patches that rename `kind.id` everywhere. O(size of the text).
pub fn patches(outline: &Outline, kind: &str, id: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let twin = if kind == "journey" { "component" } else { "journey" };
    let has_twin = outline.sections.iter().any(|section| super::starts_with(&section.path, &[twin, id]));
    let mut search = Search { text: outline.text, kind, id, new, has_twin, patches: Vec::new() };
    for section in &outline.sections[1..] {
        let inside = section.header.start + 1..section.header.end - 1;
        search.path(&keys(outline.text, inside), &[]);
    }
    for (number, entry) in outline.entries() {
        let section = &outline.sections[number].path;
        let line = outline.lines[outline.line_of(entry.key.start)].start;
        search.path(&keys(outline.text, line..entry.key.end), section);
        let full: Vec<String> = section.iter().chain(&entry.path).cloned().collect();
        let path: Vec<&str> = scope(&full).iter().map(String::as_str).collect();
        search.value(&path, entry.value);
    }
    search.patches
}

/// A path without the overlay it stands in: `tier.t500.component.nodes` is about `component.nodes`.
fn scope(path: &[String]) -> &[String] {
    match path {
        [overlay, _, kind, ..]
            if (overlay == "tier" || overlay == "platform") && TABLES.contains(&kind.as_str()) =>
        {
            &path[2..]
        }
        _ => path,
    }
}

impl Search<'_> {
    fn put(&mut self, range: Range<usize>) {
        self.patches.push((range, self.new.to_owned()));
    }

    /// Keys as they are written, below the section `above`.
    fn path(&mut self, written: &[(Range<usize>, String)], above: &[String]) {
        let full: Vec<String> =
            above.iter().cloned().chain(written.iter().map(|(_, key)| key.clone())).collect();
        for (n, (range, key)) in written.iter().enumerate() {
            let at = above.len() + n;
            let before = &full[..at];
            let defines = |before: &[String]| before.len() == 1 && before[0] == self.kind;
            if key == self.id && (defines(before) || defines(scope(before))) {
                self.put(range.clone());
            }
            let here: Vec<&str> = scope(before).iter().map(String::as_str).collect();
            self.key(&here, range.clone(), key);
        }
    }

    /// A key that may be an id by its place: `steps.<component>`, `work = { <journey> = ... }`, `[call."a -> b"]`.
    fn key(&mut self, before: &[&str], range: Range<usize>, key: &str) {
        if let [table, _, field] = before
            && key == self.id
            && KEYED.contains(&(self.kind, table, field))
        {
            self.put(range);
        } else if before == ["call"] && self.kind == "component" {
            for word in words(self.text, range) {
                if &self.text[word.clone()] == self.id {
                    self.put(word);
                }
            }
        }
    }

    /// A value and all inside it; `path` is the scoped path of its entry.
    fn value(&mut self, path: &[&str], value: &Value) {
        match value {
            Value::String(string) => {
                if let Some(span) = value.span() {
                    self.string(path, string.value(), span);
                }
            }
            Value::Array(array) => array.iter().for_each(|item| self.value(path, item)),
            Value::InlineTable(inline) => {
                for (name, item) in inline.iter() {
                    if let Some(span) = inline.key(name).and_then(toml_edit::Key::span) {
                        self.key(path, span, name);
                    }
                    let below: Vec<&str> = path.iter().copied().chain([name]).collect();
                    self.value(&below, item);
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, path: &[&str], text: &str, span: Range<usize>) {
        let table = if path.len() > 1 { path[0] } else { "" };
        let field = match *path {
            ["book", _, "line", _, field] | [_, _, field, ..] | [field] | [_, field] => field,
            [] => return,
        };
        let (kind, id) = (self.kind, self.id);
        // an id inside the quotes begins one byte into the literal; ids hold nothing that needs an escape
        let head = span.start + 1..span.start + 1 + id.len();
        let qualified = format!("{kind}.{id}");
        let is_qualified = text == qualified || text.starts_with(&format!("{qualified}."));
        if is_qualified && ["remove", "delivers", "after"].contains(&field) {
            let start = head.start + kind.len() + 1;
            self.put(start..start + id.len());
        } else if kind == "source" && path.contains(&"from") {
            if text == id {
                self.put(head);
            }
        } else if FIELDS.contains(&(kind, table, field)) {
            if text == id
                || (kind == "region" && text.strip_prefix(id).is_some_and(|zone| zone.starts_with('/')))
            {
                self.put(head);
            }
        } else if kind == "component" && (table, field) == ("journey", "steps") {
            self.phrase(span);
        } else if (table, field) == ("fault", "expect") || (table, field) == ("alert", "when") {
            let Some(measure) = text.strip_prefix(id).and_then(|rest| rest.strip_prefix('.')) else { return };
            let measure = measure.split([' ', '<', '>', '=']).next().unwrap_or_default();
            let percentile =
                measure.strip_prefix('p').is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit()));
            let of_journey = percentile || JOURNEY_MEASURES.contains(&measure);
            if (kind == "journey" || kind == "component")
                && (!self.has_twin || of_journey == (kind == "journey"))
            {
                self.put(head);
            }
        }
    }

    /// A step: the first word is a component, and so is the word after `miss`.
    fn phrase(&mut self, span: Range<usize>) {
        let mut is_component = true;
        for word in words(self.text, span) {
            let text = &self.text[word.clone()];
            if is_component && text == self.id {
                self.put(word);
            }
            is_component = text == "miss" && !is_component;
        }
    }
}

/// The words of a quoted text, by their bytes.
fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for at in range.clone() {
        match text.as_bytes()[at] {
            b' ' | b'"' | b'\'' | b'\t' => found.extend(start.take().map(|s| s..at)),
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    found.extend(start.map(|s| s..range.end));
    found
}
