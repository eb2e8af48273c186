//! Blocks as GitHub-flavoured Markdown. Every name is escaped: nothing in a scenario becomes markup.

use super::{Block, Cell, Table, mark};
use crate::text::Lang;

/// The whole report.
pub fn render(blocks: &[Block], lang: Lang) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Heading(level, words) => {
                out.push_str(&format!("{} {}\n\n", "#".repeat(usize::from(*level) + 1), escape(words)));
            }
            Block::Sentence(words) => out.push_str(&format!("{}\n\n", escape(words))),
            Block::Verdict(verdict, words) => {
                out.push_str(&format!("**{}** {}\n\n", mark(*verdict, lang), escape(words)));
            }
            Block::Table(rows) => table(rows, &mut out),
            // No fence inside can end it.
            Block::Code(text) => {
                out.push_str(&format!("```\n{}\n```\n\n", text.trim_end().replace('`', "'")))
            }
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn table(table: &Table, out: &mut String) {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    out.push_str(&line(&table.head.iter().map(|h| escape(h)).collect::<Vec<_>>()));
    let rule = |numeric: &bool| if *numeric { "---:".to_owned() } else { "---".to_owned() };
    out.push_str(&line(&table.numeric.iter().map(rule).collect::<Vec<_>>()));
    for row in &table.rows {
        out.push_str(&line(&row.iter().map(|cell: &Cell| escape(&cell.text)).collect::<Vec<_>>()));
    }
    out.push('\n');
}

/// Text that Markdown and HTML take literally.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' | '@' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_becomes_markup() {
        let mut rows = Table::new(&["name", ">n"]);
        rows.row(vec!["<script>|x|".into(), "1".into()]);
        let text = render(&[Block::Heading(1, "a*b".to_owned()), Block::Table(rows)], Lang::En);
        assert!(!text.contains("<script>"));
        assert!(text.contains("a\\*b") && text.contains("\\|x\\|") && text.contains("---:"));
    }
}
