//! Twenty equally likely months as dots, by their downtime: what a month is like, and how often the budget is not enough.
//!
//! Source of the form: M. Kay et al., "When (ish) is my bus?" (CHI 2016): quantile dot plots are read as counts.

use super::plot::{Anchor, Frame, Sheet, draw, round_steps, set};
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::answer::availability::YearsAnswer;
use crate::text::numbers::{minutes, percent, plain};
use crate::text::report as words;
use crate::text::{Lang, Phrase};
use std::collections::BTreeMap;

/// Room above the dots: the title, and the name of the budget's line.
const HEAD: f64 = 66.0;
/// Room below them.
const FOOT: f64 = 34.0;
/// Radius of a dot, where there is room.
const RADIUS: f64 = 7.0;

/// Draws the months; `budget_min` is the downtime that a month may have. Readable from 320 pixels.
pub fn months(years: &YearsAnswer, budget_min: Option<f64>, look: &Look) -> Chart {
    let most = years.dots.iter().copied().chain(budget_min).fold(1.0, f64::max) * 1.06;
    let steps = round_steps(most, if look.width >= 560.0 { 8 } else { 4 });
    let right = steps.last().copied().unwrap_or(1.0).max(most);
    let frame = Frame {
        left: 16.0,
        right: look.width - 40.0,
        top: HEAD,
        bottom: look.height - FOOT,
        x: (0.0, right),
        y: (0.0, 1.0),
    };
    let summary = summary(years, budget_min);
    let table = table(years);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, years, budget_min, &steps, &table, look.lang);
    });
    Chart { svg, summary, table }
}

fn paint(
    sheet: &mut Sheet<'_>,
    years: &YearsAnswer,
    budget: Option<f64>,
    steps: &[f64],
    table: &Table,
    lang: Lang,
) {
    let frame = sheet.frame;
    sheet.path(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], Token::Line, 1.0, 1.0);
    for (i, step) in steps.iter().enumerate() {
        let x = frame.px(*step);
        sheet.path(&[(x, frame.bottom), (x, frame.bottom + 4.0)], Token::Line, 1.0, 1.0);
        let label = if i + 1 == steps.len() { minutes(*step, lang).join() } else { plain(*step) };
        sheet.text(&label, x, frame.bottom + 16.0, set(12.0, Token::Muted).at(Anchor::Middle));
    }
    if let Some(budget) = budget {
        let x = frame.px(budget);
        sheet.path(&[(x, frame.top - 6.0), (x, frame.bottom)], Token::Ink, 1.0, 1.0);
        let label = format!("{} {}", words::BUDGET.get(lang), minutes(budget, lang).join());
        let half = measure::width(&label, 12.0) / 2.0;
        let at = x.clamp(frame.left + half, frame.right + 36.0 - half);
        sheet.text(&label, at, frame.top - 14.0, set(12.0, Token::Ink).at(Anchor::Middle));
    }
    // A dot stands in the column of its time, on those that are there already; small enough for the tallest column.
    let column_of = |dot: f64, wide: f64| ((frame.px(dot) - frame.left) / wide).floor() as i64;
    let tallest = |radius: f64| {
        let mut columns: BTreeMap<i64, u32> = BTreeMap::new();
        years
            .dots
            .iter()
            .for_each(|dot| *columns.entry(column_of(*dot, 2.0 * radius + 1.0)).or_default() += 1);
        f64::from(columns.into_values().max().unwrap_or(0)) * (2.0 * radius + 0.5)
    };
    let sizes = [RADIUS, 6.0, 5.0, 4.0, 3.0];
    let radius = sizes.into_iter().find(|r| tallest(*r) <= frame.bottom - frame.top - 4.0).unwrap_or(2.5);
    let wide = 2.0 * radius + 1.0;
    let mut columns: BTreeMap<i64, u32> = BTreeMap::new();
    for (number, dot) in years.dots.iter().enumerate() {
        let column = column_of(*dot, wide);
        let height = columns.entry(column).or_default();
        let (x, y) = (
            frame.left + (column as f64 + 0.5) * wide,
            frame.bottom - radius - 2.0 - f64::from(*height) * (wide - 0.5),
        );
        *height += 1;
        let over = budget.is_some_and(|budget| *dot > budget);
        let data = |px: f64| (px - frame.left) / (frame.right - frame.left) * frame.x.1;
        let tall = (frame.bottom - y) / (frame.bottom - frame.top);
        sheet.dot((data(x), tall), 0.0, radius, if over { Token::Signal } else { Token::Sea });
        sheet.say([x - radius, y - radius, x + radius, y + radius], table.said(number, lang));
    }
    sheet.title(words::MONTHS_TITLE.get(lang), words::MONTHS_NOTE.get(lang));
}

fn summary(years: &YearsAnswer, budget: Option<f64>) -> Phrase {
    let over = budget.map_or(0, |budget| years.dots.iter().filter(|dot| **dot > budget).count());
    let none = years.dots.iter().filter(|dot| **dot <= 0.0).count();
    let chance = years.meets_target_probability.value.map(|chance| percent(chance).join());
    let n = years.dots.len();
    words::both(|lang| match (&chance, lang) {
        (Some(chance), Lang::Ja) => {
            format!(
                "{n} か月のうち {none} か月は停止がなく、{over} か月は許容を超える。月が目標を満たす確率は {chance}。"
            )
        }
        (Some(chance), Lang::En) => format!(
            "Of {n} months {none} have no downtime and {over} exceed the budget; a month meets the target with a chance of {chance}."
        ),
        (None, Lang::Ja) => format!("{n} か月のうち {none} か月は停止がない。"),
        (None, Lang::En) => format!("Of {n} months {none} have no downtime."),
    })
}

fn table(years: &YearsAnswer) -> Table {
    let head = vec![words::MONTH.phrase(), words::DOWNTIME.phrase()];
    let rows = years.dots.iter().enumerate().map(|(i, dot)| {
        vec![Phrase::same((i + 1).to_string()), words::both(|lang| minutes(*dot, lang).join())]
    });
    Table { head, rows: rows.collect() }
}
