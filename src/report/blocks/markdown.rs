//! Blocks as GitHub-flavoured Markdown. Every name is escaped: nothing in a scenario becomes markup.

use super::{Block, Cell, Table, mark};
use crate::text::Lang;
use crate::text::plain::{line, lines};

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
                out.push_str(&format!("```\n{}\n```\n\n", lines(text.trim_end()).replace('`', "'")))
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
///
/// An `@` is followed by an empty comment, because the sites that turn it into a mention look at the text that is left
/// after the escapes. What would begin a list, a heading or a rule at the start of a line is escaped there.
pub fn escape(text: &str) -> String {
    let text = line(text);
    let text = text.trim();
    let mut out = String::with_capacity(text.len());
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < text.len() && digits.starts_with(['.', ')']);
    let mut first = if numbered { text.len() - digits.len() } else { 0 };
    for (at, c) in text.char_indices() {
        match c {
            '-' | '+' | '=' | '.' | ')' if at == first && (at == 0 || numbered) => {
                out.push('\\');
                out.push(c);
                first = usize::MAX;
            }
            '@' => out.push_str("@<!-- -->"),
            // A link that nobody wrote as one.
            ':' if text[at..].starts_with("://") => out.push_str("\\:"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
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
