//! Latency per tier: each target's quantile on a logarithmic axis. Simulated values are filled with their interval as a
//! bar, the analytic preview is hollow, the limit is a hairline. Overload is an arrow off the top with the word, never a
//! gap.

use super::plot::{Anchor, Sheet, draw, log_steps, set};
use super::rungs;
use super::theme::{Look, Token};
use super::{Chart, Table, mark, measure};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::answer::{Answer, TierAnswer};
use crate::report::format;
use crate::stats::figure::FigureKind;
use crate::stats::maths::ln;
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// One target at one tier.
struct Point<'a> {
    x: f64,
    /// Pixels aside, so that bars of one tier do not cover each other.
    dx: f64,
    target: &'a TargetAnswer,
}

impl Point<'_> {
    /// Too slow to have a value: more work arrives than can be done.
    fn overloaded(&self) -> bool {
        self.target.value.value.is_none() && self.target.verdict == Verdict::Fail
    }
}

/// One target over all tiers.
struct Row<'a> {
    name: &'a Phrase,
    points: Vec<Point<'a>>,
}

/// Draws latency over tiers. Readable from 320 pixels width.
pub fn latency(answer: &Answer, look: &Look) -> Chart {
    let wanted = |kind| matches!(kind, TargetKind::Latency | TargetKind::AiLatency);
    let targets = rungs::all(&answer.tiers, wanted);
    let n = targets.len();
    let rows: Vec<Row> = targets
        .iter()
        .enumerate()
        .map(|(i, (id, first))| {
            let dx = (i as f64 - (n as f64 - 1.0) / 2.0) * 7.0;
            let points = answer
                .tiers
                .values()
                .filter_map(|tier| Some(Point { x: rungs::place(tier), dx, target: tier.targets.get(*id)? }));
            Row { name: &first.name, points: points.collect() }
        })
        .collect();
    let values = rows.iter().flat_map(|r| &r.points).flat_map(|p| {
        let (low, high) = format::bounds(&p.target.value).map(|b| (b.0, b.1)).unzip();
        [p.target.value.value, low, high, Some(p.target.target)].into_iter().flatten()
    });
    let values: Vec<f64> = values.filter(|v| *v > 0.0).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    let (least, most) = if most > 0.0 { (least / 1.5, most * 1.6) } else { (0.01, 10.0) };
    let name = |r: &Row| measure::bold_width(r.name.get(look.lang), 12.0);
    let room = rows.iter().map(name).fold(40.0, f64::max).min(look.width * 0.3) + 22.0;
    let frame = rungs::frame(answer.tiers.values(), look, (ln(least), ln(most)), 56.0, room);
    let judged = rows
        .iter()
        .flat_map(|r| &r.points)
        .filter(|p| p.target.value.kind != FigureKind::Unknown || p.overloaded());
    let misses = judged.clone().filter(|p| p.target.verdict == Verdict::Fail).count();
    let summary = words::latency_summary(misses, judged.count());
    let steps = log_steps(least, most, 8);
    let tiers: Vec<&TierAnswer> = answer.tiers.values().collect();
    let table = table(answer, &targets);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, &rows, &tiers, &steps, look);
        rungs::say(sheet, tiers.iter().map(|tier| rungs::place(tier)), &table, look.lang);
    });
    Chart { svg, summary, table }
}

fn paint(sheet: &mut Sheet<'_>, rows: &[Row], tiers: &[&TierAnswer], steps: &[f64], look: &Look) {
    let lang = look.lang;
    for step in steps {
        sheet.grid(ln(*step), &format::duration(*step, lang).join(), 1.0);
    }
    rungs::axis(sheet, tiers.iter().copied(), lang);
    limits(sheet, rows, lang);
    for row in rows {
        let known = row.points.iter().filter_map(|p| Some((p.x, ln(p.target.value.value?))));
        sheet.curve(known.collect(), Token::Muted, 1.0, 0.6);
    }
    for point in rows.iter().flat_map(|r| &r.points) {
        draw_point(sheet, point);
    }
    overloads(sheet, tiers, rows, lang);
    names(sheet, rows, look);
    let percentile = rows.iter().flat_map(|r| &r.points).find_map(|p| p.target.percentile.as_deref());
    let note = format!("{} · {}", percentile.unwrap_or("p95"), words::LOG.get(lang));
    let previews = rows.iter().flat_map(|r| &r.points).any(|p| p.target.value.kind == FigureKind::Analytic);
    let longer = format!("{note} · {}", words::PREVIEW.get(lang));
    let title = words::LATENCY_TITLE.get(lang);
    sheet.title(title, if previews { &longer } else { &note });
}

/// One hairline per limit, named once.
fn limits(sheet: &mut Sheet<'_>, rows: &[Row], lang: Lang) {
    let mut seen: Vec<f64> = Vec::new();
    let frame = sheet.frame;
    for limit in rows.iter().flat_map(|r| &r.points).map(|p| p.target.target) {
        if seen.contains(&limit) || limit <= 0.0 {
            continue;
        }
        seen.push(limit);
        let y = frame.py(ln(limit));
        sheet.path(&[(frame.left, y), (frame.right, y)], Token::Ink, 1.0, 1.0);
        let label = words::target_at(&format::duration(limit, lang).join(), lang);
        let places = [(frame.left + 5.0, y - 9.0, Anchor::Start), (frame.left + 5.0, y + 9.0, Anchor::Start)];
        sheet.text_where_free(&label, &places, set(12.0, Token::Ink));
    }
}

fn draw_point(sheet: &mut Sheet<'_>, point: &Point) {
    let token = mark::token(point.target.verdict);
    let frame = sheet.frame;
    let x = frame.px(point.x) + point.dx;
    if let Some((low, high, ranges)) = format::bounds(&point.target.value) {
        let (low, high) = (frame.py(ln(low.max(1e-9))), frame.py(ln(high.max(1e-9))));
        sheet.path(&[(x, low), (x, high)], token, 5.0, if ranges { 0.2 } else { 0.4 });
    }
    let Some(value) = point.target.value.value.filter(|v| *v > 0.0) else { return };
    match point.target.value.kind {
        FigureKind::Analytic => sheet.ring((point.x, ln(value)), point.dx, 3.8, token),
        _ => sheet.dot((point.x, ln(value)), point.dx, 3.8, token),
    }
    if point.target.verdict != Verdict::Pass {
        sheet.verdict(point.target.verdict, x, frame.py(ln(value)) - 12.0);
    }
}

/// Arrows off the top, with one word per tier.
fn overloads(sheet: &mut Sheet<'_>, tiers: &[&TierAnswer], rows: &[Row], lang: Lang) {
    let frame = sheet.frame;
    for tier in tiers {
        let x = rungs::place(tier);
        let over: Vec<f64> = rows
            .iter()
            .flat_map(|r| &r.points)
            .filter(|p| p.x == x && p.overloaded())
            .map(|p| frame.px(x) + p.dx)
            .collect();
        let Some(right) = over.iter().copied().reduce(f64::max) else { continue };
        let (tip, foot) = (frame.top - 4.0, frame.top + 26.0);
        for x in &over {
            sheet.path(&[(*x, foot), (*x, tip)], Token::Signal, 1.6, 1.0);
            sheet.path(&[(x - 3.0, tip + 5.0), (*x, tip), (x + 3.0, tip + 5.0)], Token::Signal, 1.6, 1.0);
        }
        let left = over.iter().copied().fold(right, f64::min);
        sheet.reserve([left - 4.0, tip, right + 4.0, foot]);
        let y = frame.top + 10.0;
        let places = [(right + 8.0, y, Anchor::Start), (left - 8.0, y, Anchor::End)];
        sheet.text_where_free(words::OVERLOADED.get(lang), &places, set(12.0, Token::Signal).bold());
    }
}

/// The names of the targets, level with their last known value.
fn names(sheet: &mut Sheet<'_>, rows: &[Row], look: &Look) {
    let frame = sheet.frame;
    let x = frame.right + 6.0;
    let room = look.width - x;
    let mut labels: Vec<(f64, f64, Vec<String>)> = rows
        .iter()
        .filter_map(|row| {
            let last = row.points.iter().rev().find_map(|p| p.target.value.value.filter(|v| *v > 0.0))?;
            let lines = measure::wrap(row.name.get(look.lang), 12.0, room);
            Some((frame.py(ln(last)), lines.len() as f64 * 15.0 + 3.0, lines))
        })
        .collect();
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sizes: Vec<(f64, f64)> = labels.iter().map(|l| (l.0, l.1)).collect();
    // the arrow's word stands at the top right
    let tops = measure::spread(&sizes, frame.top + 22.0, frame.bottom);
    for ((_, _, lines), top) in labels.iter().zip(tops) {
        for (i, line) in lines.iter().enumerate() {
            sheet.text(line, x, top + 9.0 + 15.0 * i as f64, set(12.0, Token::Ink));
        }
    }
}

fn table(answer: &Answer, targets: &indexmap::IndexMap<&str, &TargetAnswer>) -> Table {
    let mut head = vec![words::TIER.phrase()];
    for target in targets.values() {
        let limit = |lang| format::duration(target.target, lang).join();
        head.push(words::both(|lang| format!("{} (< {})", target.name.get(lang), limit(lang))));
    }
    let cell = |tier: &TierAnswer, id: &str| {
        let Some(target) = tier.targets.get(id) else { return Phrase::default() };
        let over = Point { x: 0.0, dx: 0.0, target }.overloaded();
        words::both(|lang| {
            let value = if over {
                words::OVERLOADED.get(lang).to_owned()
            } else {
                format::figure(&target.value, lang).join()
            };
            format!("{value} · {}", super::verdict_word(target.verdict).get(lang))
        })
    };
    let rows = answer.tiers.values().map(|tier| {
        std::iter::once(tier.name.clone()).chain(targets.keys().map(|id| cell(tier, id))).collect()
    });
    Table { head, rows: rows.collect() }
}
