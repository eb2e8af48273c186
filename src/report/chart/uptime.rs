//! Availability per tier, on the logarithm of the downtime: between 99 and 99.99 % a straight scale would show nothing.
//! Expectation with its band, the ceiling of the contracts as a mark of its own, the target as a hairline; minutes of a
//! 30-day month on the right.

use super::plot::{Anchor, Sheet, draw, log_steps, set};
use super::rungs;
use super::theme::{Look, Token};
use super::{Chart, Table, mark};
use crate::answer::verdict::{TargetKind, Verdict};
use crate::answer::{Answer, TierAnswer};
use crate::report::format;
use crate::stats::maths::ln;
use crate::text::report as words;
use crate::text::{Lang, Phrase};
use crate::units::MINUTES_PER_30_DAYS;

/// The least downtime that is drawn: three tenths of a second in a month.
const LEAST: f64 = 1e-7;

/// Height of an availability: rarer downtime is higher.
fn height(availability: f64) -> f64 {
    -ln((1.0 - availability).clamp(LEAST, 1.0))
}

/// One tier's availability.
struct Rung<'a> {
    tier: &'a TierAnswer,
    x: f64,
    value: Option<f64>,
    bounds: Option<(f64, f64)>,
    ceiling: Option<f64>,
    target: Option<f64>,
    verdict: Verdict,
}

impl<'a> Rung<'a> {
    fn of(tier: &'a TierAnswer) -> Self {
        let found = tier.availability.as_ref();
        let target = rungs::target(tier, TargetKind::Uptime);
        Self {
            tier,
            x: rungs::place(tier),
            value: found.and_then(|a| a.availability.value),
            bounds: found.and_then(|a| format::bounds(&a.availability)).map(|b| (b.0, b.1)),
            ceiling: found.and_then(|a| a.sla_ceiling.value),
            target: target.map(|t| t.target),
            verdict: target.map_or(Verdict::Unsure, |t| t.verdict),
        }
    }

    fn width(&self) -> Option<f64> {
        self.bounds.map(|(low, high)| high - low)
    }
}

/// Draws availability over tiers. Readable from 300 pixels width.
pub fn uptime(answer: &Answer, look: &Look) -> Chart {
    let rungs: Vec<Rung> = answer.tiers.values().map(Rung::of).collect();
    let all = rungs.iter().flat_map(|r| {
        let (low, high) = r.bounds.unzip();
        [r.value, low, high, r.ceiling, r.target].into_iter().flatten().collect::<Vec<_>>()
    });
    let down: Vec<f64> = all.map(|a| (1.0 - a).clamp(LEAST, 1.0)).collect();
    let (least, most) = match down.is_empty() {
        true => (1e-4, 1e-2),
        false => (down.iter().copied().fold(1.0, f64::min), down.iter().copied().fold(LEAST, f64::max)),
    };
    let (least, most) = ((least / 1.8).max(LEAST), (most * 1.8).min(1.0));
    let frame = rungs::frame(answer.tiers.values(), look, (-ln(most), -ln(least)), 62.0, 84.0);
    let summary = summary(&rungs);
    let steps = log_steps(least, most, 8);
    let table = table(&rungs);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, &rungs, &steps, look);
        rungs::say(sheet, rungs.iter().map(|rung| rung.x), &table, look.lang);
    });
    Chart { svg, summary, table }
}

fn paint(sheet: &mut Sheet<'_>, rungs: &[Rung], steps: &[f64], look: &Look) {
    let lang = look.lang;
    let frame = sheet.frame;
    for down in steps {
        sheet.grid(-ln(*down), &format::uptime_tick(1.0 - down), 1.0);
        let minutes = format::minutes(down * MINUTES_PER_30_DAYS, lang);
        sheet.text(&minutes.join(), frame.right + 8.0, frame.py(-ln(*down)), set(12.0, Token::Muted));
    }
    let band: Vec<(f64, (f64, f64))> = rungs.iter().filter_map(|r| Some((r.x, r.bounds?))).collect();
    if band.len() > 1 {
        let upper = band.iter().map(|(x, b)| (*x, height(b.1)));
        let lower = band.iter().rev().map(|(x, b)| (*x, height(b.0)));
        sheet.area(upper.chain(lower).collect(), Token::Sea, 0.14);
    }
    for (x, (low, high)) in &band {
        let x = frame.px(*x);
        sheet.path(&[(x, frame.py(height(*low))), (x, frame.py(height(*high)))], Token::Sea, 5.0, 0.3);
    }
    rungs::axis(sheet, rungs.iter().map(|r| r.tier), lang);
    targets(sheet, rungs, lang);
    let line = rungs.iter().filter_map(|r| Some((r.x, height(r.value?)))).collect();
    sheet.curve(line, Token::Sea, 1.5, 1.0);
    for rung in rungs {
        marks(sheet, rung, lang);
    }
    for rung in rungs {
        numbers(sheet, rung);
    }
    if let Some((x, ceiling)) = rungs.iter().find_map(|r| Some((r.x, r.ceiling?))) {
        let (x, y) = (frame.px(x), frame.py(height(ceiling)));
        let label = format!("{} {}", words::SLA_CEILING.get(lang), format::uptime(ceiling, None).join());
        let places = [(x - 10.0, y + 14.0, Anchor::Start), (x - 10.0, y - 12.0, Anchor::Start)];
        sheet.text_where_free(&label, &places, set(12.0, Token::Ink));
    }
    sheet.title(words::AVAILABILITY_TITLE.get(lang), words::DOWN_LOG.get(lang));
}

/// One hairline per target, over the whole width.
fn targets(sheet: &mut Sheet<'_>, rungs: &[Rung], lang: Lang) {
    let frame = sheet.frame;
    let mut seen: Vec<f64> = Vec::new();
    for target in rungs.iter().filter_map(|r| r.target) {
        if seen.contains(&target) {
            continue;
        }
        seen.push(target);
        let y = frame.py(height(target));
        sheet.path(&[(frame.left, y), (frame.right, y)], Token::Ink, 1.0, 1.0);
        let label = words::target_at(&format::uptime_tick(target), lang);
        sheet.text(&label, frame.left + 5.0, y - 9.0, set(12.0, Token::Ink));
    }
}

fn marks(sheet: &mut Sheet<'_>, rung: &Rung, lang: Lang) {
    let frame = sheet.frame;
    let x = frame.px(rung.x);
    if let Some(ceiling) = rung.ceiling {
        // a ceiling: a bar with its two ends turned down
        let y = frame.py(height(ceiling));
        sheet.path(
            &[(x - 10.0, y + 4.0), (x - 10.0, y), (x + 10.0, y), (x + 10.0, y + 4.0)],
            Token::Ink,
            1.5,
            1.0,
        );
    }
    match rung.value {
        Some(value) => sheet.dot((rung.x, height(value)), 0.0, 4.5, mark::token(rung.verdict)),
        None => {
            sheet.hatch([x - 6.0, frame.top + 20.0, x + 6.0, frame.bottom], Token::Muted);
            let place = [(x, frame.top + 10.0, Anchor::Middle)];
            sheet.text_where_free(words::UNKNOWN.get(lang), &place, set(12.0, Token::Muted));
        }
    }
}

fn numbers(sheet: &mut Sheet<'_>, rung: &Rung) {
    let Some(value) = rung.value else { return };
    let frame = sheet.frame;
    let (x, y) = (frame.px(rung.x), frame.py(height(value)));
    let label = format::uptime(value, rung.width()).join();
    let places = [
        (x + 9.0, y - 10.0, Anchor::Start),
        (x + 9.0, y + 12.0, Anchor::Start),
        (x - 9.0, y + 12.0, Anchor::End),
        (x - 9.0, y - 10.0, Anchor::End),
    ];
    sheet.text_where_free(&label, &places, set(12.0, mark::token(rung.verdict)).bold());
    sheet.verdict(rung.verdict, x - 11.0, y - 9.0);
}

fn summary(rungs: &[Rung]) -> Phrase {
    let known = rungs.iter().filter_map(|r| Some((r, r.value?)));
    let Some((rung, value)) = known.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return words::AVAILABILITY_TITLE.phrase();
    };
    let uptime = words::both(|lang| format::uptime_and_minutes(value, rung.width(), lang));
    let target = rung.target.map(|t| Phrase::same(format::uptime_tick(t)));
    words::availability_summary(&rung.tier.name, &uptime, target.as_ref())
}

fn table(rungs: &[Rung]) -> Table {
    let unknown = || words::UNKNOWN.phrase();
    let rows = rungs.iter().map(|rung| {
        let value = rung.value.map(|v| words::both(|lang| format::uptime_and_minutes(v, rung.width(), lang)));
        let ceiling = rung.ceiling.map(|v| Phrase::same(format::uptime(v, None).join()));
        let target = rung.target.map(|v| Phrase::same(format::uptime_tick(v)));
        vec![
            rung.tier.name.clone(),
            value.unwrap_or_else(unknown),
            ceiling.unwrap_or_else(unknown),
            target.unwrap_or_default(),
            super::verdict_word(rung.verdict).phrase(),
        ]
    });
    let head = [words::TIER, words::EXPECTED, words::SLA_CEILING, words::TARGET, words::VERDICT];
    Table { head: head.into_iter().map(crate::text::Words::phrase).collect(), rows: rows.collect() }
}
