//! Figures as people read them in chips, charts, tables and reports: value, unit and interval apart. How plain numbers are
//! written is `text::numbers`.

use super::times::FailureAnswer;
use crate::stats::figure::Figure;
pub use crate::text::numbers::*;
use crate::text::{Lang, Phrase};

/// Share of the failures from which on a part of them is named.
const MATTERS: f64 = 0.05;

/// A figure, written: value, interval, and what kind of interval it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The value, or the word for unknown.
    pub value: Parts,
    /// `398–427`, in the value's unit: from sampling, or else from the ranges of assumptions; `None` where there is none.
    pub interval: Option<String>,
    /// Whether the interval comes from ranges of assumptions.
    pub from_ranges: bool,
}

impl Shown {
    /// `412 ms (398–427)`.
    pub fn join(&self) -> String {
        match &self.interval {
            Some(interval) => format!("{} ({interval})", self.value.join()),
            None => self.value.join(),
        }
    }
}

/// The word for what is not known.
pub fn unknown(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "不明",
        Lang::En => "unknown",
    }
}

/// Bounds nearer to each other than this share of what they enclose are none.
const NO_WIDTH: f64 = 1e-6;

/// The bounds to show around a figure: the sampling interval, or else the range; `true` for a range. Bounds that equal
/// the value are none.
pub fn bounds(figure: &Figure) -> Option<(f64, f64, bool)> {
    let real = |pair: (Option<f64>, Option<f64>), ranges| match pair {
        (Some(low), Some(high)) if high - low > NO_WIDTH * high.abs().max(low.abs()) => {
            Some((low, high, ranges))
        }
        _ => None,
    };
    real((figure.low, figure.high), false).or_else(|| real((figure.range_low, figure.range_high), true))
}

/// A figure by its unit (`s`, `1/s`, `1`, `JPY/month`, `min/30d`, `tenants`, `users`; others are written as they are).
pub fn figure(figure: &Figure, lang: Lang) -> Shown {
    let Some(value) = figure.value else {
        return Shown { value: Parts::new(unknown(lang), ""), interval: None, from_ranges: false };
    };
    let around = bounds(figure);
    let width = around.map(|(low, high, _)| high - low);
    let unit = figure.unit.as_str();
    let write: Box<dyn Fn(f64) -> Parts> = match unit {
        "s" => {
            let (factor, name) = time_unit(value, lang);
            Box::new(move |x| Parts::new(rounded(x * factor, width.map(|w| w * factor)), name))
        }
        "1" => Box::new(move |x| Parts::new(rounded(x * 100.0, width.map(|w| w * 100.0)), "%")),
        "1/s" => Box::new(move |x| Parts::new(rounded(x, width), "/s")),
        "min/30d" => {
            let name = if lang == Lang::Ja { "分/30日" } else { "min/30 d" };
            Box::new(move |x| Parts::new(rounded(x, width), name))
        }
        "tenants" => Box::new(move |x| Parts::new(coarse(x, width), tenants_word(lang))),
        "users" => Box::new(move |x| Parts::new(coarse(x, width), users_word(lang))),
        _ if unit.ends_with("/month") => {
            let currency = unit.trim_end_matches("/month").to_owned();
            Box::new(move |x| money_parts(x, &currency, lang))
        }
        _ => {
            let unit = unit.to_owned();
            Box::new(move |x| Parts::new(rounded(x, width), unit.clone()))
        }
    };
    let interval = around.map(|(low, high, _)| format!("{}–{}", write(low).number, write(high).number));
    Shown { value: write(value), interval, from_ranges: around.is_some_and(|b| b.2) }
}

/// Where and why requests fail, in one sentence about the parts that matter; `None` where nothing fails.
pub fn because(failures: &[FailureAnswer]) -> Option<Phrase> {
    let parts: Vec<(f64, &str, &str)> = failures
        .iter()
        .filter_map(|f| Some((f.share.value.filter(|x| *x >= MATTERS)?, f.cause.id(), f.component.as_str())))
        .collect();
    (!parts.is_empty()).then(|| crate::text::failures::because(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_finer_than_their_interval() {
        let seen = Figure::simulated(0.41234, Some((0.398, 0.427)), "s", 20, "t");
        assert_eq!(figure(&seen, Lang::En).join(), "412 ms (398–427)");
        let up = Figure::simulated(0.9998734, Some((0.9995, 0.9999)), "1", 20, "t");
        assert_eq!(figure(&up, Lang::En).join(), "99.99 % (99.95–99.99)");
        assert_eq!(uptime(0.9998734, Some(0.0004)).join(), "99.99 %");
    }

    #[test]
    fn ranges_of_assumptions_are_told_apart() {
        let assumed = Figure::analytic(1240.0, "tenants", "bisection").range(800.0, 2100.0);
        let shown = figure(&assumed, Lang::En);
        assert_eq!((shown.join().as_str(), shown.from_ranges), ("1,200 tenants (800–2,100)", true));
    }

    #[test]
    fn unknown_is_a_word_and_never_a_zero() {
        assert_eq!(figure(&Figure::unknown("JPY/month"), Lang::Ja).join(), "不明");
        assert_eq!(figure(&Figure::exact(0.0, "JPY/month"), Lang::Ja).join(), "¥0/月");
    }
}
