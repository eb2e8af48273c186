//! What goes when an entry or a table goes: its lines, the comments on them and directly above them, and for a table
//! the one blank line that set it off.

use super::outline::{Outline, Owner, end_of};
use super::starts_with;
use std::ops::Range;
use toml_edit::{InlineTable, Value};

/// The patches that remove what stands at `keys`; none when nothing does.
pub fn patches(outline: &Outline, keys: &[&str]) -> Vec<(Range<usize>, String)> {
    let mut gone = vec![false; outline.lines.len()];
    let mut patches = Vec::new();
    for (number, section) in outline.sections.iter().enumerate() {
        if number > 0 && starts_with(&section.path, keys) {
            let header = outline.line_of(section.header.start);
            let (first, end) = (outline.lead(header), outline.end(number));
            gone[first..end].fill(true);
            match first.checked_sub(1) {
                Some(above) => gone[above] |= outline.owners[above] == Owner::Blank,
                None => {
                    let blanks =
                        outline.owners[end..].iter().take_while(|owner| **owner == Owner::Blank).count();
                    gone[end..end + blanks].fill(true);
                }
            }
            continue;
        }
        for entry in &section.entries {
            let own: Vec<&str> = outline.full(number, entry).collect();
            if own.starts_with(keys) {
                let (first, last) = outline.entry_lines(entry);
                gone[outline.lead(first)..=last].fill(true);
            } else if let (Some(rest), Value::InlineTable(inline)) =
                (keys.strip_prefix(&own[..]), entry.value)
            {
                patches.extend(inside(outline.text, inline, &entry.span, rest));
            }
        }
    }
    patches.extend(gone_lines(outline, &gone));
    patches
}

/// Whole lines as patches. Where the last line goes and had no ending, the new last line has none either.
fn gone_lines(outline: &Outline, gone: &[bool]) -> Vec<(Range<usize>, String)> {
    let mut patches: Vec<(Range<usize>, String)> = (gone.iter().zip(&outline.lines))
        .filter(|(gone, _)| **gone)
        .map(|(_, line)| (line.clone(), String::new()))
        .collect();
    let unended = outline.lines.last().is_some_and(|line| !outline.text[line.clone()].ends_with('\n'));
    if unended
        && gone.last() == Some(&true)
        && let Some(last) = gone.iter().rposition(|gone| !gone)
    {
        let line = &outline.text[outline.lines[last].clone()];
        let kept = line.trim_end_matches(['\r', '\n']).len();
        let end = outline.lines[last].end;
        patches.push((outline.lines[last].start + kept..end, String::new()));
    }
    patches
}

/// The patch that takes `keys` out of an inline table whose bytes are `span`, with one of the commas round it.
fn inside(
    text: &str,
    inline: &InlineTable,
    span: &Range<usize>,
    keys: &[&str],
) -> Option<(Range<usize>, String)> {
    let (first, rest) = keys.split_first()?;
    let value = inline.get(first)?;
    if let (Value::InlineTable(inner), false) = (value, rest.is_empty()) {
        let span = inner.span().filter(|_| !inner.is_dotted()).unwrap_or_else(|| span.clone());
        return inside(text, inner, &span, rest);
    }
    if !rest.is_empty() {
        return None;
    }
    // the items of the whole inline table in order: a dotted one's last key follows its first ones on the same line
    let key = inline.key(first)?.span()?;
    let start = text[span.start..key.start].rfind([',', '{', '\n']).map_or(span.start, |at| span.start + at);
    let end = end_of(value)?;
    let tail = text[end..span.end].trim_start();
    let after = span.end - tail.len();
    Some(match (text.as_bytes()[start], tail.strip_prefix(',')) {
        (b',', _) => (start..end, String::new()),
        (_, Some(more)) => (start + 1..span.end - more.len(), String::new()),
        (_, None) => (start + 1..after, String::new()),
    })
}
