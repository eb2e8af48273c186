//! Figures as people read them in a table: value, interval in brackets, unit that fits; unknown as a word, never as zero.

use crate::stats::figure::{Figure, FigureKind};
use crate::text::Lang;
use crate::text::numbers::{count, money, percent, plain, time, uptime};

/// A figure in its own unit, without its interval.
pub fn value(figure: &Figure, lang: Lang) -> String {
    match figure.value {
        Some(x) => number(x, &figure.unit, lang),
        None => unknown(lang).to_owned(),
    }
}

/// A figure with its sampling interval: `412 ms (398 ms–427 ms)`; an analytic one is marked with `~`.
pub fn figure(figure: &Figure, lang: Lang) -> String {
    let value = value(figure, lang);
    match (figure.kind, figure.low, figure.high) {
        (FigureKind::Simulated, Some(low), Some(high)) if figure.value.is_some() => {
            format!("{value} ({}–{})", number(low, &figure.unit, lang), number(high, &figure.unit, lang))
        }
        (FigureKind::Analytic, ..) if figure.value.is_some() => format!("~{value}"),
        _ => value,
    }
}

/// A number in a unit of the answers.
pub fn number(x: f64, unit: &str, lang: Lang) -> String {
    match unit {
        "s" => time(x, lang),
        "1" => percent(x),
        "1/s" => format!("{}/s", plain(x)),
        "users" | "tenants" => count(x),
        "min/30d" | "min" => match lang {
            Lang::Ja => format!("{} 分", plain(x)),
            Lang::En => format!("{} min", plain(x)),
        },
        _ => match unit.strip_suffix("/month").unwrap_or(unit) {
            currency @ ("JPY" | "USD") => money(x, currency),
            "" => plain(x),
            other => format!("{} {other}", plain(x)),
        },
    }
}

/// A number that is an availability rather than a share of failures.
pub fn available(figure: &Figure, lang: Lang) -> String {
    figure.value.map_or_else(|| unknown(lang).to_owned(), uptime)
}

/// The word for what is not known.
pub fn unknown(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "不明",
        Lang::En => "unknown",
    }
}
