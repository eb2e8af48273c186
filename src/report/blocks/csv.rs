//! The tables of a report as CSV (RFC 4180), one after the other with an empty line between. A cell that a spreadsheet
//! would take for a formula gets an apostrophe before it.

use super::{Block, Table};
use crate::text::plain;

/// All tables.
pub fn render(blocks: &[Block]) -> String {
    let tables = blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.map(table).collect::<Vec<_>>().join("\r\n")
}

fn table(table: &Table) -> String {
    let mut out = line(table.head.iter().map(String::as_str));
    for row in &table.rows {
        out.push_str(&line(row.iter().map(|cell| cell.text.as_str())));
    }
    out
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut out = cells.map(cell).collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    out
}

fn cell(text: &str) -> String {
    let text = plain::line(text);
    // Excel in Japanese takes the full-width signs for the same.
    let begins = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'];
    let number = |text: &str| {
        text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && text.parse::<f64>().is_ok()
    };
    let formula = text.trim_start().starts_with(begins) && !number(&text);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains(['"', ',', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_quotes_doubled() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("-3.5"), "-3.5");
        assert_eq!(cell(" -inf"), "' -inf");
        assert_eq!(cell("＝1+1"), "'＝1+1");
        assert_eq!(cell("a\r\n=b"), "a =b");
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
