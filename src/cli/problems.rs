//! Problems as people read them: the line, a mark under the offending text, what is wrong and how to mend it.

use super::args::{Colour, Show};
use super::output::{coloured, tell};
use crate::diag::{Diagnostic, Label, Lines, Severity, Span};
use crate::scenario::{self, SourceFile};
use crate::text::Lang;
use crate::text::plain::{document, line};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::ops::Range;

/// Says all problems on standard error.
pub fn say(files: &[SourceFile], found: &[Diagnostic], show: &Show) {
    let color = match show.color {
        Colour::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        _ => coloured(show),
    };
    tell(&draw(files, found, show.lang(), color));
}

/// What every command says of a file: everything, or with `--quiet` the errors alone.
pub fn worth_saying(found: &[Diagnostic], show: &Show) -> Vec<Diagnostic> {
    found.iter().filter(|d| !show.quiet || d.severity == Severity::Error).cloned().collect()
}

/// The value, or `None` after saying why there is none.
pub fn or_say<T>(result: Result<T, Vec<Diagnostic>>, files: &[SourceFile], show: &Show) -> Option<T> {
    result.map_err(|found| say(files, &found, show)).ok()
}

/// All problems as text. O(texts + problems): of a text only the lines around a problem are looked at.
pub fn draw(files: &[SourceFile], found: &[Diagnostic], lang: Lang, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let pages: Vec<Page> = files.iter().map(Page::new).collect();
    let mut out = String::new();
    for problem in found {
        let _ = writeln!(out, "{}\n", renderer.render(&[group(&pages, problem, lang)]));
    }
    if found.len() > 1 {
        let _ = writeln!(out, "{}", tally(found, lang));
    }
    document(&out)
}

/// A file with what it takes to show a piece of it.
struct Page<'a> {
    name: String,
    text: &'a str,
    lines: Lines<'a>,
    /// Whether it may be quoted: it begins as a scenario does. Of anything else, which a link or a mistyped name may have
    /// led to, only the place is said.
    quoted: bool,
}

/// A piece of a text as it is shown.
struct Piece {
    text: String,
    /// Its first line, from 1.
    line: usize,
    /// Where the marks are in the shown text.
    marks: Vec<Range<usize>>,
}

/// Most lines between two marks that are shown in one piece.
const NEAR: usize = 20;
/// Most lines of a mark that are shown.
const TALL: usize = 8;
/// Longest line that is shown, bytes; of a longer one only the place is said.
const WIDE: usize = 2_000;

impl<'a> Page<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self {
            name: line(&file.name).into_owned(),
            text: &file.text,
            lines: Lines::new(&file.text),
            quoted: scenario::looks_like_one(&file.text),
        }
    }

    /// First and last line of a span, from 0, as far as it is shown.
    fn tall(&self, span: Span) -> (usize, usize) {
        let (first, last) = (self.lines.line_of(span.start as usize), self.lines.line_of(span.end as usize));
        (first, if last < first + TALL { last.max(first) } else { first })
    }

    /// The lines of some spans near to each other; `None` when they cannot be shown.
    fn piece(&self, spans: &[Span]) -> Option<Piece> {
        let first = spans.iter().map(|span| self.tall(*span).0).min()?;
        let last = spans.iter().map(|span| self.tall(*span).1).max()?;
        let short = |line: usize| self.lines.bytes(line).len() <= WIDE;
        if !self.quoted || !(first..=last).all(short) {
            return None;
        }
        let (from, to) = (self.lines.bytes(first).start, self.lines.bytes(last).end);
        let mut text = String::new();
        let mut moved = Vec::with_capacity(to - from + 1);
        for (at, c) in self.text[from..to].char_indices() {
            moved.resize(at + c.len_utf8(), text.len());
            match c {
                '\r' => {}
                '\n' | '\t' => text.push(c),
                c => text.push_str(&line(c.encode_utf8(&mut [0; 4]))),
            }
        }
        moved.push(text.len());
        let at = |byte: u32| moved[(byte as usize).clamp(from, to) - from];
        let marks = spans.iter().map(|span| at(span.start)..at(span.end).max(at(span.start))).collect();
        Some(Piece { text, line: first + 1, marks })
    }
}

fn group<'a>(pages: &'a [Page], problem: &'a Diagnostic, lang: Lang) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(line(problem.message.get(lang))).id(problem.code.as_str()));
    let page = pages.get(usize::from(problem.span.file)).filter(|page| !page.text.is_empty());
    let near = |label: &&Label| {
        let same = label.span.file == problem.span.file;
        same && page.is_some_and(|page| page.tall(label.span).0.abs_diff(page.tall(problem.span).0) <= NEAR)
    };
    if let Some(page) = page {
        let labels: Vec<&Label> = problem.labels.iter().filter(near).collect();
        let spans: Vec<Span> = std::iter::once(problem.span).chain(labels.iter().map(|l| l.span)).collect();
        match page.piece(&spans) {
            Some(piece) => {
                let mut marks = piece.marks.into_iter();
                let mut snippet = Snippet::source(piece.text).path(page.name.as_str()).line_start(piece.line);
                snippet = snippet.annotation(AnnotationKind::Primary.span(marks.next().unwrap_or_default()));
                for (label, mark) in labels.iter().zip(marks) {
                    let mark = AnnotationKind::Context.span(mark);
                    snippet = snippet.annotation(mark.label(line(label.words.get(lang))));
                }
                group = group.element(snippet);
            }
            None => group = group.element(origin(page, problem.span)),
        }
    }
    for label in problem.labels.iter().filter(|label| !near(label)) {
        let Some(page) = pages.get(usize::from(label.span.file)) else { continue };
        group = match page.piece(&[label.span]) {
            Some(piece) => {
                let mark = AnnotationKind::Context.span(piece.marks[0].clone());
                let snippet = Snippet::source(piece.text).path(page.name.as_str()).line_start(piece.line);
                group.element(snippet.annotation(mark.label(line(label.words.get(lang)))))
            }
            None => group.element(origin(page, label.span)),
        };
    }
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(line(help.get(lang)))),
        None => group,
    }
}

/// The place alone.
fn origin<'a>(page: &'a Page, span: Span) -> Origin<'a> {
    let (line, column) = page.lines.line_column(span.start as usize);
    Origin::path(page.name.as_str()).line(line).char_column(column)
}

fn tally(found: &[Diagnostic], lang: Lang) -> String {
    let of = |severity| found.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings, notes) = (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
    match lang {
        Lang::Ja => format!("エラー {errors}、警告 {warnings}、注記 {notes}"),
        Lang::En => {
            let several = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
            format!(
                "{}, {}, {}",
                several(errors, "error"),
                several(warnings, "warning"),
                several(notes, "note")
            )
        }
    }
}
