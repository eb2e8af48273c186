//! Designs by what they cost and how long they are down: those not beaten, the ones suggested, and the one as it stands.

use super::plot::{Anchor, Frame, Sheet, draw, round_steps, set};
use super::theme::{Look, Token};
use super::{Chart, Table};
use crate::answer::optimise::{DesignAnswer, OptimiseAnswer};
use crate::text::numbers::{both, minutes, money_per_month, money_short, percent, plain};
use crate::text::optimise as say;
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// Room left of the data, for the minutes.
pub const LEFT: f64 = 56.0;
/// Room right of it.
pub const RIGHT: f64 = 28.0;
/// Room above.
const HEAD: f64 = 56.0;
/// Room below.
const FOOT: f64 = 40.0;

/// What is drawn at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A design that is not beaten.
    Front,
    /// A suggestion.
    Suggested,
    /// The design as it stands.
    Now,
}

/// A design in the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Cost per month.
    pub cost: f64,
    /// Minutes down in 30 days.
    pub downtime: f64,
    /// Which.
    pub mark: Mark,
    /// Name of a suggestion, or of the design as it stands.
    pub name: Option<Phrase>,
    /// Place in the front; `None` for others.
    pub place: Option<usize>,
}

/// The designs that have both figures: the front first, so that names lie on top.
pub fn points(found: &OptimiseAnswer) -> Vec<Point> {
    let point = |design: &DesignAnswer, mark, name, place| {
        let (cost, downtime) = (design.cost.value?, design.downtime_min.value?);
        Some(Point { cost, downtime, mark, name, place })
    };
    let front = found.front.iter().enumerate().map(|(i, d)| point(d, Mark::Front, None, Some(i)));
    let suggested = found
        .suggestions
        .iter()
        .map(|(id, one)| point(&one.design, Mark::Suggested, Some(say::name(id)), None));
    let now = point(&found.current, Mark::Now, Some(say::NOW.phrase()), None);
    front.chain(suggested).chain([now]).flatten().collect()
}

/// Where the data stand.
pub fn frame(found: &OptimiseAnswer, look: &Look) -> Frame {
    let points = points(found);
    let most = |of: fn(&Point) -> f64| points.iter().map(of).fold(1e-9, f64::max) * 1.08;
    // Minutes from about the least to the most: what cannot be had is not drawn.
    let least = points.iter().map(|p| p.downtime).fold(f64::INFINITY, f64::min);
    let high = most(|p| p.downtime);
    let room = (0.15 * (high - least)).max(0.02 * high);
    let low = if least.is_finite() { (least - room).max(0.0) } else { 0.0 };
    Frame {
        left: LEFT,
        right: look.width - RIGHT,
        top: HEAD,
        bottom: look.height - FOOT,
        x: (0.0, most(|p| p.cost)),
        y: (low, high),
    }
}

/// Draws them. Readable from 320 pixels.
pub fn pareto(found: &OptimiseAnswer, look: &Look) -> Chart {
    let points = points(found);
    let currency = found.current.cost.unit.split('/').next().unwrap_or("").to_owned();
    let summary = summary(found);
    let frame = frame(found, look);
    let table = table(found, &currency);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, &points, &currency, look);
        let frame = sheet.frame;
        for (point, place) in points.iter().filter_map(|p| Some((p, p.place?))) {
            let (x, y) = (frame.px(point.cost), frame.py(point.downtime));
            sheet.say([x - 8.0, y - 8.0, x + 8.0, y + 8.0], table.said(place, look.lang));
        }
    });
    Chart { svg, summary, table }
}

fn paint(sheet: &mut Sheet<'_>, points: &[Point], currency: &str, look: &Look) {
    let (frame, lang) = (sheet.frame, look.lang);
    sheet.title(words::PARETO_TITLE.get(lang), words::PARETO_NOTE.get(lang));
    let lines = round_steps(frame.y.1 - frame.y.0, 4);
    let apart = lines.get(1).copied().unwrap_or(1.0);
    let first = (frame.y.0 / apart).ceil() as i64;
    for step in (first..first + 12).map(|i| i as f64 * apart).filter(|step| *step <= frame.y.1) {
        sheet.grid(step, &plain((step * 1e6).round() / 1e6), 0.6);
    }
    sheet.path(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], Token::Line, 1.0, 1.0);
    let steps = round_steps(frame.x.1, if look.width >= 560.0 { 6 } else { 3 });
    for step in steps.into_iter().filter(|step| *step <= frame.x.1) {
        let x = frame.px(step);
        sheet.path(&[(x, frame.bottom), (x, frame.bottom + 4.0)], Token::Line, 1.0, 1.0);
        let label = money_short(step, currency, lang);
        sheet.text(&label, x, frame.bottom + 16.0, set(12.0, Token::Muted).at(Anchor::Middle));
    }
    for point in points {
        let at = (point.cost, point.downtime);
        match point.mark {
            Mark::Front => sheet.ring(at, 0.0, 4.0, Token::Sea),
            Mark::Suggested => sheet.dot(at, 0.0, 6.0, Token::Sea),
            Mark::Now => sheet.dot(at, 0.0, 6.0, Token::Ink),
        }
        let (x, y) = (frame.px(point.cost), frame.py(point.downtime));
        sheet.reserve([x - 6.0, y - 6.0, x + 6.0, y + 6.0]);
    }
    for point in points {
        let Some(name) = &point.name else { continue };
        let (x, y) = (frame.px(point.cost), frame.py(point.downtime));
        let places = [
            (x + 10.0, y, Anchor::Start),
            (x - 10.0, y, Anchor::End),
            (x, y - 14.0, Anchor::Middle),
            (x, y + 16.0, Anchor::Middle),
            (x + 10.0, y - 16.0, Anchor::Start),
            (x + 10.0, y + 18.0, Anchor::Start),
            (x - 10.0, y - 16.0, Anchor::End),
            (x - 10.0, y + 18.0, Anchor::End),
        ];
        sheet.text_where_free(name.get(lang), &places, set(12.0, Token::Ink));
    }
}

fn summary(found: &OptimiseAnswer) -> Phrase {
    let n = found.front.len();
    let reach = |design: &DesignAnswer, lang: Lang| {
        let currency = design.cost.unit.split('/').next().unwrap_or("");
        let cost = design.cost.value.map_or_else(String::new, |x| money_per_month(x, currency, lang));
        (cost, design.downtime_min.value.map_or_else(String::new, |x| minutes(x, lang).join()))
    };
    let ends = found.front.first().zip(found.front.iter().min_by(|a, b| {
        let down = |d: &DesignAnswer| d.downtime_min.value.unwrap_or(f64::INFINITY);
        down(a).total_cmp(&down(b))
    }));
    words::both(|lang| match (ends, lang) {
        (Some((cheapest, best)), Lang::Ja) => {
            let ((cost, down), (more, less)) = (reach(cheapest, lang), reach(best, lang));
            format!(
                "負けない設計は {n} 通り。最も安いのは {cost} で 30 日に {down} 停止、停止が最も短いのは {less} で {more}。"
            )
        }
        (Some((cheapest, best)), Lang::En) => {
            let ((cost, down), (more, less)) = (reach(cheapest, lang), reach(best, lang));
            format!(
                "{n} designs are not beaten. The cheapest costs {cost} with {down} down in 30 days; the least downtime, {less}, costs {more}."
            )
        }
        (None, lang) => say::nothing_holds().get(lang).to_owned(),
    })
}

fn table(found: &OptimiseAnswer, currency: &str) -> Table {
    let head = vec![
        words::COST.phrase(),
        words::DOWNTIME.phrase(),
        words::OF_LATENCY_LIMIT.phrase(),
        words::CHANGES.phrase(),
    ];
    let row = |design: &DesignAnswer| {
        let cost = design.cost.value.unwrap_or(f64::NAN);
        let down = design.downtime_min.value.unwrap_or(f64::NAN);
        let latency = design.latency.value.map_or_else(String::new, |x| percent(x).join());
        let changes = both(|lang| {
            let words: Vec<&str> = design.changes.iter().map(|change| change.words.get(lang)).collect();
            if words.is_empty() { say::as_it_stands().get(lang).to_owned() } else { words.join("; ") }
        });
        vec![
            both(|lang| money_per_month(cost, currency, lang)),
            both(|lang| minutes(down, lang).join()),
            Phrase::same(latency),
            changes,
        ]
    };
    let designs = found.front.iter().chain([&found.current]);
    Table { head, rows: designs.map(row).collect() }
}
