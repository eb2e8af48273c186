//! Where new entries and tables go: beside their siblings, in the order that `fmt` keeps.

use super::outline::{Outline, Owner, last_inside};
use super::{TABLES, written_key};
use crate::scenario::format::rank;
use std::ops::Range;
use toml_edit::{InlineTable, Value};

/// How many keys the header of the table has in which the entry `keys` belongs: none for `prices`, one for
/// `load.active`, two for `component.api.replicas`, four for `tier.t500.component.nodes.count`.
fn header_length(keys: &[&str]) -> usize {
    match keys {
        [_] => 0,
        ["load", ..] => 1,
        ["tier" | "platform", _, "load", _, ..] => 3,
        ["tier" | "platform", _, kind, _, _, ..] if TABLES.contains(kind) => 4,
        _ => 2.min(keys.len() - 1),
    }
}

/// How many keys two paths begin with in common.
fn common<'a>(path: impl Iterator<Item = &'a str>, keys: &[&str]) -> usize {
    path.zip(keys).take_while(|(own, key)| own == *key).count()
}

fn joined(keys: &[&str]) -> String {
    keys.iter().map(|key| written_key(key)).collect::<Vec<_>>().join(".")
}

/// The patch that adds the entry `keys = value`, in a new table if it needs one.
pub fn entry(outline: &Outline, keys: &[&str], value: &str) -> (Range<usize>, String) {
    let length = header_length(keys);
    let line = |section: usize| {
        let depth = outline.sections[section].path.len();
        format!("{} = {value}", joined(&keys[depth..]))
    };
    // beside dotted siblings: `from.rate` after `from.out`, `cpu.limit` after `cpu.request`
    let dotted = (outline.entries())
        .map(|(section, entry)| (common(outline.full(section, entry), keys), section, entry))
        .filter(|(shared, section, _)| *shared > outline.sections[*section].path.len() && *shared >= length)
        .max_by_key(|(shared, _, entry)| (*shared, entry.span.end));
    if let Some((_, section, sibling)) = dotted {
        return below(outline, outline.entry_lines(sibling).1, &line(section));
    }
    let home = (outline.sections.iter().enumerate())
        .filter(|(_, section)| {
            section.path.len() >= length
                && super::equal(&section.path, &keys[..section.path.len().min(keys.len())])
        })
        .filter(|(_, section)| section.path.len() < keys.len())
        .max_by_key(|(_, section)| section.path.len());
    let Some((number, section)) = home else {
        return table(outline, &keys[..length], &format!("{} = {value}", joined(&keys[length..])));
    };
    let new = rank(keys[section.path.len()]);
    let before = section.entries.iter().rev().find(|entry| rank(&entry.path[0]) <= new);
    match before {
        Some(sibling) => below(outline, outline.entry_lines(sibling).1, &line(number)),
        None if number > 0 => below(outline, outline.line_of(section.header.start), &line(number)),
        None => (0..0, format!("{}{}", line(number), outline.ending())),
    }
}

/// The patch that adds the table `[keys]` with the lines of `body`.
pub fn table(outline: &Outline, keys: &[&str], body: &str) -> (Range<usize>, String) {
    let ending = outline.ending();
    let mut block = format!("[{}]", joined(keys));
    for line in body.trim_end().lines() {
        block.push_str(ending);
        block.push_str(line);
    }
    let sibling = (1..outline.sections.len())
        .map(|number| (common(outline.sections[number].path.iter().map(String::as_str), keys), number))
        .filter(|(shared, _)| *shared > 0)
        .max();
    let Some(last) = (match sibling {
        Some((_, number)) => outline.end(number).checked_sub(1),
        None => outline.owners.iter().rposition(|owner| *owner != Owner::Blank),
    }) else {
        return (outline.text.len()..outline.text.len(), format!("{block}{ending}"));
    };
    let tight = sibling.is_some_and(|(_, number)| is_tight(outline, number, keys));
    below(outline, last, &if tight { block } else { format!("{ending}{block}") })
}

/// Whether the author puts no blank line between a table and its overlays: as the overlay before this one stands.
fn is_tight(outline: &Outline, number: usize, keys: &[&str]) -> bool {
    let path = &outline.sections[number].path;
    let top = outline.lead(outline.line_of(outline.sections[number].header.start));
    let parent = path.len() < keys.len();
    parent || (keys.len() > 2 && path.len() > 2 && top > 0 && outline.owners[top - 1] != Owner::Blank)
}

/// The patch that puts `new` on lines of its own below line number `line`.
fn below(outline: &Outline, line: usize, new: &str) -> (Range<usize>, String) {
    let end = outline.lines[line].end;
    let ended = outline.text[outline.lines[line].clone()].ends_with('\n');
    let ending = outline.ending();
    (end..end, if ended { format!("{new}{ending}") } else { format!("{ending}{new}") })
}

/// The patch that adds `keys = value` inside an inline table whose bytes are `span`; `None` when a plain value is in
/// the way.
pub fn inside(
    inline: &InlineTable,
    span: &Range<usize>,
    keys: &[&str],
    value: &str,
) -> Option<(Range<usize>, String)> {
    match inline.get(keys[0]) {
        Some(Value::InlineTable(inner)) if !inner.is_dotted() => {
            return inside(inner, &inner.span()?, &keys[1..], value);
        }
        Some(Value::InlineTable(_)) | None => {}
        Some(_) => return None,
    }
    let entry = format!("{} = {value}", joined(keys));
    Some(match last_inside(inline) {
        Some(end) => (end..end, format!(", {entry}")),
        None => (span.clone(), format!("{{ {entry} }}")),
    })
}
