//! Load over the busiest day: arrivals per second, hour by hour, stacked by journey; the whole week as a strip below it,
//! with the day that is shown marked.

use super::plot::{Anchor, Frame, Sheet, draw, round_steps, set};
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::model::Model;
use crate::report::format;
use crate::text::report as words;
use crate::text::{Lang, Phrase};
use crate::units::HOURS_PER_WEEK;

/// Arrivals over a week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Week {
    /// Name of each journey, and its arrivals per second in every hour of the week from Monday 00:00.
    pub journeys: Vec<(Phrase, Vec<f64>)>,
}

impl Week {
    /// The arrivals of a model at its tier's users.
    pub fn of(model: &Model) -> Self {
        let hours = crate::flow::arrivals_over_week(model);
        let names = model.journeys.iter().map(|j| j.name.clone());
        Self { journeys: names.zip(hours).collect() }
    }

    fn total(&self, hour: usize) -> f64 {
        self.journeys.iter().map(|(_, hours)| hours.get(hour).copied().unwrap_or(0.0)).sum()
    }

    /// The busiest hour of the week, the first of equals.
    pub fn busiest(&self) -> usize {
        let more = |best, hour| if self.total(hour) > self.total(best) { hour } else { best };
        (0..HOURS_PER_WEEK).fold(0, more)
    }
}

/// Tints of the stacked journeys, from the bottom up.
const TINTS: [f64; 6] = [0.62, 0.46, 0.34, 0.25, 0.18, 0.12];
/// Height of the strip of the week, with its names.
const STRIP: f64 = 58.0;

/// Draws the busiest day and the week. Readable from 320 x 280 pixels.
pub fn load(week: &Week, look: &Look) -> Chart {
    let busiest = week.busiest();
    let day = busiest / 24;
    let most = week.total(busiest);
    let steps = round_steps(most, 4);
    let top = steps.last().copied().unwrap_or(1.0);
    let names = week.journeys.iter().map(|(name, _)| measure::width(name.get(look.lang), 12.0));
    let room = names.fold(40.0, f64::max).min(look.width * 0.28) + 28.0;
    let frame = Frame {
        left: 44.0,
        right: look.width - room,
        top: 48.0,
        bottom: look.height - 32.0 - STRIP,
        x: (0.0, 24.0),
        y: (0.0, top),
    };
    let rate = format::rate(most);
    let summary = words::load_summary(words::DAYS[day], busiest % 24, &rate.number);
    let table = table(week, day);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, week, busiest, &steps, look);
        strip(sheet, week, day, look);
        let frame = sheet.frame;
        for hour in 0..24 {
            let [left, right] = [hour, hour + 1].map(|at| frame.px(f64::from(at)));
            sheet.say([left, frame.top, right, frame.bottom], table.said(hour as usize, look.lang));
        }
    });
    Chart { svg, summary, table }
}

fn paint(sheet: &mut Sheet<'_>, week: &Week, busiest: usize, steps: &[f64], look: &Look) {
    let lang = look.lang;
    let frame = sheet.frame;
    let day = busiest / 24;
    for step in steps {
        sheet.grid(*step, &format::rate(*step).number, 1.0);
    }
    let mut below = [0.0; 24];
    let mut middles = Vec::new();
    for (i, (name, hours)) in week.journeys.iter().enumerate() {
        let mut above = below;
        for (hour, level) in above.iter_mut().enumerate() {
            *level += hours.get(day * 24 + hour).copied().unwrap_or(0.0);
        }
        let steps_of = |levels: &[f64; 24]| -> Vec<(f64, f64)> {
            let edges = |(hour, level): (usize, &f64)| [(hour as f64, *level), (hour as f64 + 1.0, *level)];
            levels.iter().enumerate().flat_map(edges).collect()
        };
        let upper = steps_of(&above);
        let lower = steps_of(&below);
        let tint = TINTS[i.min(TINTS.len() - 1)];
        sheet.area(upper.iter().copied().chain(lower.into_iter().rev()).collect(), Token::Sea, tint);
        sheet.curve(upper, if i + 1 == week.journeys.len() { Token::Sea } else { Token::Paper }, 1.0, 1.0);
        let hour = busiest % 24;
        middles.push((frame.py((above[hour] + below[hour]) / 2.0), name, tint));
        below = above;
    }
    sheet.path(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], Token::Ink, 1.0, 1.0);
    for hour in [0, 6, 12, 18, 24] {
        let x = frame.px(f64::from(hour));
        sheet.path(&[(x, frame.bottom), (x, frame.bottom + 4.0)], Token::Ink, 1.0, 1.0);
        sheet.text(&format!("{hour}:00"), x, frame.bottom + 13.0, set(12.0, Token::Muted).at(Anchor::Middle));
    }
    let hour = (busiest % 24) as f64;
    let (left, right) = (frame.px(hour), frame.px(hour + 1.0));
    let y = frame.py(below[busiest % 24]);
    // a bracket over the busiest hour
    sheet.path(&[(left, y - 2.0), (left, y - 6.0), (right, y - 6.0), (right, y - 2.0)], Token::Ink, 1.5, 1.0);
    let label = format!("{} {}", words::BUSIEST.get(lang), format::rate(below[busiest % 24]).join());
    let middle = (left + right) / 2.0;
    let places =
        [(middle, y - 15.0, Anchor::Middle), (left, y - 15.0, Anchor::End), (right, y - 15.0, Anchor::Start)];
    sheet.text_where_free(&label, &places, set(12.0, Token::Ink).bold());
    names(sheet, middles, look);
    let title = words::LOAD_TITLE.get(lang);
    sheet.title(title, &format!("{} · {}", words::PER_SECOND.get(lang), words::day_name(day, lang)));
}

/// Names of the journeys in the order of the stack, each with a chip of its tint.
fn names(sheet: &mut Sheet<'_>, mut middles: Vec<(f64, &Phrase, f64)>, look: &Look) {
    let frame = sheet.frame;
    middles.reverse();
    let x = frame.right + 24.0;
    let lines: Vec<Vec<String>> =
        middles.iter().map(|m| measure::wrap(m.1.get(look.lang), 12.0, look.width - x)).collect();
    let sizes: Vec<(f64, f64)> =
        middles.iter().zip(&lines).map(|(m, lines)| (m.0, lines.len() as f64 * 15.0 + 3.0)).collect();
    let tops = measure::spread(&sizes, frame.top - 8.0, frame.bottom + 8.0);
    for (((_, _, tint), lines), top) in middles.iter().zip(&lines).zip(tops) {
        let y = top + 9.0;
        sheet.block([x - 14.0, y - 4.0, x - 6.0, y + 4.0], Token::Sea, *tint);
        for (i, line) in lines.iter().enumerate() {
            sheet.text(line, x, y + 15.0 * i as f64, set(12.0, Token::Ink));
        }
    }
}

/// The week, one outline, with the shown day underlined.
fn strip(sheet: &mut Sheet<'_>, week: &Week, day: usize, look: &Look) {
    let frame = sheet.frame;
    let (top, bottom) = (look.height - STRIP + 4.0, look.height - 20.0);
    let most = week.total(week.busiest()).max(1e-12);
    let x = |hour: usize| frame.left + (frame.right - frame.left) * hour as f64 / HOURS_PER_WEEK as f64;
    sheet.path(&[(frame.left, bottom), (frame.right, bottom)], Token::Line, 1.0, 1.0);
    for hour in 0..HOURS_PER_WEEK {
        let height = (bottom - top) * week.total(hour) / most;
        let shown = hour / 24 == day;
        sheet.block(
            [x(hour), bottom - height, x(hour + 1), bottom],
            Token::Sea,
            if shown { 0.62 } else { 0.25 },
        );
    }
    for (i, name) in words::DAYS.iter().enumerate() {
        let middle = x(i * 24 + 12);
        let shown = i == day;
        let style = set(12.0, if shown { Token::Ink } else { Token::Muted }).at(Anchor::Middle);
        sheet.text(name.get(look.lang), middle, look.height - 9.0, if shown { style.bold() } else { style });
        if shown {
            sheet.path(&[(x(i * 24), bottom + 1.0), (x(i * 24 + 24), bottom + 1.0)], Token::Ink, 1.5, 1.0);
        }
    }
}

fn table(week: &Week, day: usize) -> Table {
    let mut head = vec![words::HOUR.phrase()];
    head.extend(week.journeys.iter().map(|(name, _)| name.clone()));
    head.push(words::TOTAL.phrase());
    let rows = (0..24).map(|hour| {
        let at = day * 24 + hour;
        let rates = week.journeys.iter().map(|(_, hours)| hours.get(at).copied().unwrap_or(0.0));
        let cells = rates.chain([week.total(at)]).map(|r| Phrase::same(format::rate(r).join()));
        let name = words::both(|lang: Lang| format!("{} {hour}:00", words::DAYS[day].get(lang)));
        std::iter::once(name).chain(cells).collect()
    });
    Table { head, rows: rows.collect() }
}
