//! The one layout of a scenario file, for `fmt`. It fixes what nobody should argue about (blanks, quotes, the place of
//! a few keys, the spelling of quantities) and keeps what the author decided: the order of tables and of most keys,
//! comments and the columns they are aligned in, blank lines between groups, line endings, arrays broken over lines.
//! What the file means never changes: a quantity is rewritten only to the very same number.
//!
//! | key | place in its table |
//! |---|---|
//! | `schema`, `extends` | first |
//! | `kind` | then |
//! | `name` | then |
//! | all others | in the author's order |
//! | `from`, `quote`, `note` | last, in this order |
//! | `x-...` | at the very end |

use crate::fields::Type;
use crate::scenario::canonical::{Types, below, canonical, item, measures};
use crate::scenario::edit::outline::{Outline, Owner, keys};
use crate::scenario::edit::{EditError, parse, written_key};
use toml_edit::{Document, InlineTable, Item, Value};

/// The text in canonical layout. Idempotent; the parsed values are the same before and after. O(size of the text).
pub fn format(text: &str) -> Result<String, EditError> {
    ordered(&spaced(text)?)
}

/// Where a key stands among the keys of its table: lower first, equal in the author's order.
pub fn rank(key: &str) -> u8 {
    match key {
        "schema" => 0,
        "extends" => 1,
        "kind" => 2,
        "name" => 3,
        "from" => 5,
        "quote" => 6,
        "note" => 7,
        key if key.starts_with("x-") => 8,
        _ => 4,
    }
}

/// Blanks, quotes and empty lines.
fn spaced(text: &str) -> Result<String, EditError> {
    let document = parse(text)?;
    let outline = Outline::new(text, &document);
    let types = types(&document);
    let ending = outline.ending();
    let mut out = String::with_capacity(text.len());
    let mut blank = true; // at the start of the file, as after an empty line, no empty line is wanted
    let mut last = None;
    for (line, owner) in outline.lines.iter().zip(&outline.owners) {
        if last.replace(*owner) == Some(*owner) && matches!(owner, Owner::Entry(..)) {
            continue; // a further line of an entry over several lines
        }
        let written = match *owner {
            Owner::Blank if blank => continue,
            Owner::Blank => String::new(),
            Owner::Comment | Owner::Directive => text[line.clone()].trim().to_owned(),
            Owner::Header(section) => {
                let own = &outline.sections[section];
                let (open, close) =
                    if text[own.header.clone()].starts_with("[[") { ("[[", "]]") } else { ("[", "]") };
                let inside = own.header.start + open.len()..own.header.end - close.len();
                let header = format!("{open}{}{close}", dotted(text, inside));
                with_comment(&outline, &header, line.start, own.header.end)
            }
            Owner::Entry(section, number) => {
                let entry = &outline.sections[section].entries[number];
                let key = dotted(text, line.start..entry.key.end);
                let path = [&outline.sections[section].path[..], &entry.path[..]].concat();
                let own = format!("{key} = {}", value(text, entry.value, types.at(&path)));
                with_comment(&outline, &own, line.start, entry.span.end)
            }
        };
        blank = *owner == Owner::Blank;
        out.push_str(&written);
        out.push_str(ending);
    }
    let end = out.trim_end_matches(['\r', '\n']).len();
    out.truncate(end);
    if end > 0 {
        out.push_str(ending);
    }
    Ok(out)
}

/// The types of the values of a document.
fn types<'d>(document: &'d Document<&str>) -> Types<'d> {
    let components = document.get("component").and_then(Item::as_table_like);
    let components = components.into_iter().flat_map(|table| table.iter());
    Types::new(components.filter_map(|(id, one)| Some((id, one.as_table_like()?.get("kind")?.as_str()?))))
}

/// `new` in place of the bytes from `start` to `end`, with the comment that follows them, if any, in its old column.
fn with_comment(outline: &Outline, new: &str, start: usize, end: usize) -> String {
    let line = outline.lines[outline.line_of(end.saturating_sub(1))].end;
    let tail = &outline.text[end..line];
    let comment = tail.trim();
    if comment.is_empty() {
        return new.to_owned();
    }
    let last_line = |text: &str| text.rsplit('\n').next().unwrap_or_default().chars().count();
    let blanks = tail.chars().take_while(|c| c.is_whitespace()).count();
    let column = last_line(&outline.text[start..end]) + blanks;
    let width = last_line(new);
    format!("{new}{}{comment}", " ".repeat(column.saturating_sub(width).max(1)))
}

/// Keys with dots between them, quoted only where they must be.
fn dotted(text: &str, range: std::ops::Range<usize>) -> String {
    keys(text, range).iter().map(|(_, key)| written_key(key)).collect::<Vec<_>>().join(".")
}

fn value(text: &str, item: &Value, ty: Option<Type>) -> String {
    let Some(span) = item.span() else { return item.to_string() };
    let each = ty.and_then(self::item);
    let raw = &text[span.clone()];
    match item {
        Value::String(string) if ty.is_some_and(measures) && canonical(string.value()) != *string.value() => {
            toml_edit::value(canonical(string.value())).to_string()
        }
        Value::String(string) => match raw.strip_prefix('\'') {
            Some(rest) if !rest.starts_with("''") && !string.value().contains(['"', '\\', '\t']) => {
                format!("\"{}\"", string.value())
            }
            _ => raw.to_owned(),
        },
        Value::Array(array) if !raw.contains('\n') => {
            format!("[{}]", array.iter().map(|item| value(text, item, each)).collect::<Vec<_>>().join(", "))
        }
        Value::Array(array) => {
            let mut out = String::with_capacity(raw.len());
            let mut at = span.start;
            for item in array.iter() {
                if let Some(span) = item.span() {
                    out.push_str(&text[at..span.start]);
                    out.push_str(&value(text, item, each));
                    at = span.end;
                }
            }
            out.push_str(&text[at..span.end]);
            out
        }
        // several lines are TOML 1.1, which `fmt` never writes; a comment inside has no other place to go
        Value::InlineTable(_) if raw.contains('\n') && has_comment(raw) => raw.to_owned(),
        Value::InlineTable(inline) => {
            let mut items = Vec::new();
            flatten(text, inline, "", ty, &mut items);
            items.sort_by_key(|(start, _)| *start);
            let items: Vec<String> = items.into_iter().map(|(_, item)| item).collect();
            if items.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", items.join(", ")) }
        }
        _ => raw.to_owned(),
    }
}

/// The entries of an inline table with the byte each begins at; dotted keys are written dotted.
fn flatten(
    text: &str,
    inline: &InlineTable,
    above: &str,
    ty: Option<Type>,
    items: &mut Vec<(usize, String)>,
) {
    for (name, item) in inline.iter() {
        let key = format!("{above}{}", written_key(name));
        let ty = ty.and_then(|ty| below(ty, name));
        match item {
            Value::InlineTable(inner) if inner.is_dotted() => {
                flatten(text, inner, &format!("{key}."), ty, items)
            }
            item => {
                let start = item.span().map_or(0, |span| span.start);
                items.push((start, format!("{key} = {}", value(text, item, ty))));
            }
        }
    }
}

/// Whether a `#` stands outside of the strings of a piece of TOML.
fn has_comment(raw: &str) -> bool {
    let mut quote = None;
    let mut escaped = false;
    for c in raw.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '#' => return true,
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
    }
    false
}

/// The keys of each table in the order of [`rank`], each with the lines above it.
fn ordered(text: &str) -> Result<String, EditError> {
    let document = parse(text)?;
    let outline = Outline::new(text, &document);
    let mut out = String::with_capacity(text.len());
    let mut written = 0; // lines
    let copy = |out: &mut String, from: usize, to: usize| {
        outline.lines[from..to].iter().for_each(|line| out.push_str(&text[line.clone()]));
    };
    for section in &outline.sections {
        let ranks = section.entries.iter().map(|entry| rank(&entry.path[0]));
        if ranks.is_sorted() {
            continue;
        }
        let mut blocks = Vec::new();
        let mut top = outline.lead(outline.entry_lines(&section.entries[0]).0);
        copy(&mut out, written, top);
        for entry in &section.entries {
            let end = outline.entry_lines(entry).1 + 1;
            blocks.push((rank(&entry.path[0]), top..end));
            top = end;
        }
        blocks.sort_by_key(|(rank, _)| *rank);
        blocks.into_iter().for_each(|(_, lines)| copy(&mut out, lines.start, lines.end));
        written = top;
    }
    copy(&mut out, written, outline.lines.len());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_quotes_and_keys_find_their_places() {
        let messy = "\n\nschema=1\n\n\n[ component . 'api' ]   # the api\n  quote = 'q'\nkind   = \"service\"   \n  # two\nreplicas=2 # pods\ncpu={request='1',limit=\"2\" , }\nzones = [ \"a\",\"b\" ]";
        let neat = "schema = 1\n\n[component.api]         # the api\nkind = \"service\"\n# two\nreplicas = 2 # pods\ncpu = { request = \"1\", limit = \"2\" }\nzones = [\"a\", \"b\"]\nquote = \"q\"\n";
        assert_eq!(format(messy).expect("the sample is TOML"), neat);
        assert_eq!(format(neat).expect("the sample is TOML"), neat);
    }

    #[test]
    fn quantities_are_spelled_alike_and_words_are_left_alone() {
        let messy = "[component.api]\nkind = \"service\"\nname = \"0.3 s\"\nwork = { default = '0.3 s', chat = \"３００ｍｓ\" }\nmemory.limit = \"0.5 GB\"\n";
        let neat = "[component.api]\nkind = \"service\"\nname = \"0.3 s\"\nwork = { default = \"300ms\", chat = \"300ms\" }\nmemory.limit = \"500MB\"\n";
        assert_eq!(format(messy).expect("the sample is TOML"), neat);
        assert_eq!(format(neat).expect("the sample is TOML"), neat);
    }

    #[test]
    fn a_comment_keeps_its_column_where_it_can() {
        let messy = "a    =   1     # one\nbbbbbbbbbbbbbbb = 2 # two\nc='''x''' # raw\n";
        let neat = "a = 1          # one\nbbbbbbbbbbbbbbb = 2 # two\nc = '''x''' # raw\n";
        assert_eq!(format(messy).expect("the sample is TOML"), neat);
    }

    #[test]
    fn an_array_over_lines_stays_so_and_an_inline_table_does_not() {
        let messy = "a = [\n  'x', # ex\n  {b=1},\n]\nt = {\n  b = 1,\n  c.d = 2,\n}\n";
        let neat = "a = [\n  \"x\", # ex\n  { b = 1 },\n]\nt = { b = 1, c.d = 2 }\n";
        assert_eq!(format(messy).expect("the sample is TOML"), neat);
    }
}
