//! Prints answers: aligned tables for people, JSON, Markdown and CSV for others, to standard output or a file.

use super::args::{Colour, Format, Show};
use super::{Status, store};
use crate::answer::verdict::Verdict;
use crate::report::blocks::{Block, Cell, Table, csv, mark, markdown};
use crate::text::Lang;
use crate::text::plain::{document, json, line, lines};
use comfy_table::{CellAlignment, ContentArrangement, presets};
use serde_json::Value;
use std::io::{IsTerminal, Write};

/// Width of text where there is no terminal to ask, in columns.
const WIDTH: u16 = 140;

/// Whether standard output gets colours.
pub fn coloured(show: &Show) -> bool {
    match show.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            show.out.is_none() && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
        }
    }
}

/// Prints an answer that exists as blocks and as JSON; `None` when the format makes no sense for the command.
pub fn answer(show: &Show, blocks: &[Block], json: &Value) -> Option<()> {
    let text = match show.format {
        Format::Text => text(blocks, show),
        Format::Json => pretty(json),
        Format::Markdown => markdown::render(blocks, show.lang()),
        Format::Csv => csv::render(blocks),
        Format::Junit | Format::Sarif => return refuse(show, "text, json, markdown, csv"),
    };
    write(show, &text)
}

/// JSON as it is printed: two spaces, one final newline.
pub fn pretty(json: &Value) -> String {
    format!("{json:#}\n")
}

/// Says that a command has no such format.
pub fn refuse<T>(show: &Show, known: &str) -> Option<T> {
    wrong(
        show,
        &format!("このコマンドにその --format はない。使えるのは {known}"),
        &format!("this command has no such --format; known are: {known}"),
    )
}

/// Says a mistake of usage on standard error.
pub fn wrong<T>(show: &Show, ja: &str, en: &str) -> Option<T> {
    tell(&match show.lang() {
        Lang::Ja => format!("エラー: {}\n", line(ja)),
        Lang::En => format!("error: {}\n", line(en)),
    });
    None
}

/// Writes to standard error. When that is gone too, nobody can be told.
pub fn tell(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Writes an answer for people or programs to `--out` or to standard output.
pub fn write(show: &Show, text: &str) -> Option<()> {
    let text = match show.format {
        Format::Json | Format::Sarif => json(text),
        Format::Text | Format::Markdown | Format::Csv | Format::Junit => document(text).into(),
    };
    write_as_is(show, &text)
}

/// Writes a file's text as it is. A lost answer is an error: `None`. A reader that has gone away ends the command as
/// the system ends one that writes to nobody.
pub fn write_as_is(show: &Show, text: &str) -> Option<()> {
    if let Some(path) = show.out.as_ref().filter(|path| !matches!(path.to_str(), Some("-" | "/dev/stdout"))) {
        return store::answer(path, text, show);
    }
    match printed(text) {
        Ok(()) => Some(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(BROKEN_PIPE),
        Err(error) => wrong(
            show,
            &format!("標準出力に書けない: {error}"),
            &format!("cannot write to standard output: {error}"),
        ),
    }
}

/// What shells say of a program that SIGPIPE has ended: 128 + 13.
const BROKEN_PIPE: i32 = 141;

fn printed(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The exit status of a verdict.
pub fn status(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Pass => Status::Ok,
        Verdict::Unsure => Status::Unsure,
        Verdict::Fail => Status::Fail,
    }
}

/// Blocks as text for people.
pub fn text(blocks: &[Block], show: &Show) -> String {
    let color = coloured(show);
    let columns = console::Term::stdout().size_checked().map(|(_, columns)| columns);
    let width = if show.out.is_none() { columns.unwrap_or(WIDTH) } else { WIDTH };
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Heading(level, words) => {
                let words = &line(words);
                let rule = if *level == 1 { "=" } else { "-" };
                let line = rule.repeat(console::measure_text_width(words));
                out.push_str(&format!("{}\n{line}\n", painted(words, "1", color)));
            }
            Block::Sentence(words) => out.push_str(&format!("{}\n\n", line(words))),
            Block::Verdict(verdict, words) => {
                let mark = painted(mark(*verdict, show.lang()), code(*verdict), color);
                out.push_str(&format!("{mark}  {}\n\n", line(words)));
            }
            Block::Table(table) => out.push_str(&format!("{}\n\n", aligned(table, color, width))),
            Block::Code(text) => out.push_str(&format!("{}\n\n", lines(text.trim_end()))),
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn aligned(table: &Table, color: bool, width: u16) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    drawn.set_header(table.head.iter().map(|head| painted(&line(head), "2", color)));
    for row in &table.rows {
        drawn.add_row(row.iter().map(|cell: &Cell| match cell.verdict {
            Some(verdict) => painted(&line(&cell.text), code(verdict), color),
            None => line(&cell.text).into_owned(),
        }));
    }
    for (ix, numeric) in table.numeric.iter().enumerate() {
        if let Some(column) = drawn.column_mut(ix) {
            column.set_padding((0, 2));
            column.set_cell_alignment(if *numeric { CellAlignment::Right } else { CellAlignment::Left });
        }
    }
    drawn.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The SGR code of a verdict's colour.
fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "32",
        Verdict::Unsure => "33",
        Verdict::Fail => "31",
    }
}

fn painted(words: &str, code: &str, color: bool) -> String {
    if color { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_owned() }
}
