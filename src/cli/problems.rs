//! Problems as people read them: the line, a mark under the offending text, what is wrong and how to mend it.

use super::args::{Colour, Show};
use super::output::coloured;
use crate::diag::{Diagnostic, Severity, Span};
use crate::scenario::SourceFile;
use crate::text::Lang;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write as _;
use std::io::IsTerminal;

/// Says all problems on standard error.
pub fn say(files: &[SourceFile], found: &[Diagnostic], show: &Show) {
    let color = match show.color {
        Colour::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        _ => coloured(show),
    };
    eprint!("{}", draw(files, found, show.lang(), color));
}

/// What every command says of a file: everything, or with `--quiet` the errors alone.
pub fn worth_saying(found: &[Diagnostic], show: &Show) -> Vec<Diagnostic> {
    found.iter().filter(|d| !show.quiet || d.severity == Severity::Error).cloned().collect()
}

/// The value, or `None` after saying why there is none.
pub fn or_say<T>(result: Result<T, Vec<Diagnostic>>, files: &[SourceFile], show: &Show) -> Option<T> {
    result.map_err(|found| say(files, &found, show)).ok()
}

/// All problems as text.
pub fn draw(files: &[SourceFile], found: &[Diagnostic], lang: Lang, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in found {
        let _ = writeln!(out, "{}\n", renderer.render(&[group(files, problem, lang)]));
    }
    if found.len() > 1 {
        let _ = writeln!(out, "{}", tally(found, lang));
    }
    out
}

fn group<'a>(files: &'a [SourceFile], problem: &'a Diagnostic, lang: Lang) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(problem.message.get(lang)).id(problem.code.as_str()));
    if let Some(file) = files.get(usize::from(problem.span.file)).filter(|file| !file.text.is_empty()) {
        let mut snippet = Snippet::source(file.text.as_str())
            .path(file.name.as_str())
            .annotation(AnnotationKind::Primary.span(range(&file.text, problem.span)));
        for label in problem.labels.iter().filter(|label| label.span.file == problem.span.file) {
            let mark = AnnotationKind::Context.span(range(&file.text, label.span));
            snippet = snippet.annotation(mark.label(label.words.get(lang)));
        }
        group = group.element(snippet);
    }
    for label in problem.labels.iter().filter(|label| label.span.file != problem.span.file) {
        if let Some(file) = files.get(usize::from(label.span.file)) {
            let mark =
                AnnotationKind::Context.span(range(&file.text, label.span)).label(label.words.get(lang));
            group =
                group.element(Snippet::source(file.text.as_str()).path(file.name.as_str()).annotation(mark));
        }
    }
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(help.get(lang))),
        None => group,
    }
}

/// A span that surely lies on character boundaries of the text.
fn range(text: &str, span: Span) -> std::ops::Range<usize> {
    let at = |byte: u32| text.floor_char_boundary(byte as usize);
    at(span.start)..at(span.end).max(at(span.start))
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
