//! Figures as people read them in a table: value with its interval, unit that fits; unknown as a word, never as zero.

use crate::report::format;
use crate::stats::figure::{Figure, FigureKind};
use crate::text::Lang;

pub use crate::report::format::unknown;

/// A figure in its own unit, without its interval.
pub fn value(figure: &Figure, lang: Lang) -> String {
    format!("{}{}", approximate(figure), format::figure(figure, lang).value.join())
}

/// The mark of an approximate figure: `~`, or nothing.
pub fn approximate(figure: &Figure) -> &'static str {
    if figure.kind == FigureKind::Analytic && figure.value.is_some() { "~" } else { "" }
}

/// A figure with its sampling interval: `412 ms (398–427)`; an analytic one is marked with `~`.
pub fn figure(figure: &Figure, lang: Lang) -> String {
    match figure.kind {
        FigureKind::Simulated => format::figure(figure, lang).join(),
        _ => value(figure, lang),
    }
}

/// What one run shows of a figure: `391–452 ms`; unknown where too few ran.
pub fn run(figure: &Figure, lang: Lang) -> String {
    let around = Figure { low: figure.run_low, high: figure.run_high, ..figure.clone() };
    let known = figure.run_low.and(figure.run_high).is_some();
    let shown = format::figure(&around, lang);
    match shown.interval.filter(|_| known) {
        Some(interval) => format::Parts::new(interval, shown.value.unit).join(),
        None if known => shown.value.join(),
        None => unknown(lang).to_owned(),
    }
}

/// A number in a unit of the answers.
pub fn number(x: f64, unit: &str, lang: Lang) -> String {
    value(&Figure::exact(x, unit), lang)
}

/// A number that is an availability rather than a share of failures.
pub fn available(figure: &Figure, lang: Lang) -> String {
    figure.value.map_or_else(|| unknown(lang).to_owned(), |share| format::uptime(share, None).join())
}
