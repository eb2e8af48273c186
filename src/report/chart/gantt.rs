//! The steps of a recovery on the clock: one bar per step from its mean start, those on the critical path dark; the time that
//! 95 % of recoveries stay within, and the target.

use super::plot::{Anchor, Frame, Sheet, draw, round_steps, set};
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::answer::recovery::{RecoveryAnswer, StepAnswer};
use crate::text::numbers::{self, percent};
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// Width from which the names stand beside the bars; below it, above them.
const WIDE: f64 = 560.0;
/// Room above the first bar: the title, and the names of the two lines.
const HEAD: f64 = 72.0;
/// Room below the last bar.
const FOOT: f64 = 30.0;

/// Height of a row.
const fn row(wide: bool) -> f64 {
    if wide { 30.0 } else { 40.0 }
}

/// Height of the picture of so many steps, in pixels, at a width.
pub fn height(steps: usize, width: f64) -> f64 {
    HEAD + FOOT + row(width >= WIDE) * steps.max(1) as f64
}

/// Draws the steps of one event; `target_s` is the time to recover that is asked for. The height of `look` is not heeded:
/// [`height`] says what is needed. Readable from 320 pixels.
pub fn gantt(event: &RecoveryAnswer, target_s: Option<f64>, look: &Look) -> Chart {
    let wide = look.width >= WIDE;
    let look = &Look { height: height(event.steps.len(), look.width), ..*look };
    let names = event.steps.iter().map(|s| measure::bold_width(s.name.get(look.lang), 12.0) + 4.0);
    let room = if wide { names.fold(80.0, f64::max).min(look.width * 0.36) } else { 0.0 };
    let ends = event.steps.iter().filter_map(|s| Some(s.starts_s.value? + s.takes_s.value?));
    let last = ends.chain(event.rto_s.p95.value).fold(1.0, f64::max);
    // A target that is far beyond is not worth the bars' width.
    let shown = target_s.filter(|t| *t <= 3.0 * last);
    let (unit, _) = unit(last, look.lang);
    let most = shown.map_or(last, |t| t.max(last)) * unit;
    let steps = round_steps(most, if wide { 8 } else { 4 });
    let right = steps.last().copied().unwrap_or(1.0).max(most);
    let frame = Frame {
        left: 8.0 + room + if wide { 12.0 } else { 0.0 },
        right: look.width - 72.0,
        top: HEAD,
        bottom: look.height - FOOT,
        x: (0.0, right),
        y: (0.0, event.steps.len().max(1) as f64),
    };
    let summary = summary(event);
    let table = table(event);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, event, shown, &steps, look, wide);
        for i in 0..event.steps.len() {
            let top = sheet.frame.top + row(wide) * i as f64;
            sheet.say([0.0, top, look.width, top + row(wide)], table.said(i, look.lang));
        }
    });
    Chart { svg, summary, table }
}

/// Units per second, and the unit's name.
fn unit(seconds: f64, lang: Lang) -> (f64, &'static str) {
    numbers::time_unit(seconds, lang)
}

fn paint(
    sheet: &mut Sheet<'_>,
    event: &RecoveryAnswer,
    target: Option<f64>,
    steps: &[f64],
    look: &Look,
    wide: bool,
) {
    let (lang, frame) = (look.lang, sheet.frame);
    let ends = event.steps.iter().filter_map(|s| Some(s.starts_s.value? + s.takes_s.value?));
    let last = ends.chain(event.rto_s.p95.value).fold(1.0, f64::max);
    let (factor, name) = unit(last, lang);
    for (i, step) in steps.iter().enumerate() {
        let x = frame.px(*step);
        sheet.path(&[(x, frame.top), (x, frame.bottom)], Token::Line, 1.0, 1.0);
        let label = if i + 1 == steps.len() { format!("{step} {name}") } else { step.to_string() };
        sheet.text(&label, x, frame.bottom + 13.0, set(12.0, Token::Muted).at(Anchor::Middle));
    }
    let marks = [
        (event.rto_s.p95.value, words::BACK_P95, Token::Ink, frame.top - 26.0),
        (target, words::TARGET, Token::Signal, frame.top - 10.0),
    ];
    for (at, words, token, y) in marks {
        let Some(at) = at else { continue };
        let x = frame.px(at * factor);
        sheet.path(&[(x, y + 7.0), (x, frame.bottom)], token, 1.5, 1.0);
        let label = format!("{} {}", words.get(lang), numbers::duration(at, lang).join());
        let half = measure::width(&label, 12.0) / 2.0;
        let x = x.clamp(half + 4.0, look.width - half - 4.0);
        sheet.text(&label, x, y, set(12.0, token).at(Anchor::Middle));
    }
    for (i, step) in event.steps.iter().enumerate() {
        bar(sheet, step, i, factor, lang, wide);
    }
    sheet.title(words::GANTT_TITLE.get(lang), event.name.get(lang));
}

fn bar(sheet: &mut Sheet<'_>, step: &StepAnswer, i: usize, factor: f64, lang: Lang, wide: bool) {
    let frame = sheet.frame;
    let top = frame.top + row(wide) * i as f64;
    let (above, below) = if wide { (top + 8.0, top + 22.0) } else { (top + 20.0, top + 32.0) };
    let decides = step.critical >= 0.5;
    let style = set(12.0, Token::Ink);
    let style = if decides { style.bold() } else { style };
    let name = step.name.get(lang);
    if wide {
        let lines = measure::wrap(name, 12.0, frame.left - 20.0);
        let first = (above + below) / 2.0 - 6.5 * (lines.len().min(2) - 1) as f64;
        for (n, line) in lines.iter().take(2).enumerate() {
            sheet.text(line, frame.left - 12.0, first + 13.0 * n as f64, style.at(Anchor::End));
        }
    } else {
        sheet.text(name, frame.left, top + 10.0, style);
    }
    let Some((start, length)) = step.starts_s.value.zip(step.takes_s.value) else {
        let [left, right] = [frame.left, frame.right];
        return sheet.hatch([left, above, right, below], Token::Muted);
    };
    let (left, right) = (frame.px(start * factor), frame.px((start + length) * factor));
    sheet.block([left, above, right.max(left + 2.0), below], Token::Sea, 0.25 + 0.75 * step.critical);
    let label = numbers::duration(length, lang).join();
    sheet.text(&label, right.max(left + 2.0) + 6.0, (above + below) / 2.0, set(12.0, Token::Muted));
}

fn summary(event: &RecoveryAnswer) -> Phrase {
    let deciding = event.steps.iter().filter(|s| s.critical > 0.0);
    let longest = deciding.max_by(|a, b| {
        let weight = |s: &StepAnswer| s.takes_s.value.unwrap_or(f64::INFINITY) * s.critical;
        weight(a).total_cmp(&weight(b))
    });
    let p95 = |lang| event.rto_s.p95.value.map(|p95| numbers::duration(p95, lang).join());
    words::both(|lang| {
        let longest = longest.map(|s| s.name.get(lang).to_owned());
        match (longest, p95(lang), lang) {
            (Some(step), Some(p95), Lang::Ja) => {
                format!("95 % の場合 {p95} 以内に戻る。最も時間を要するのは「{step}」。")
            }
            (Some(step), Some(p95), Lang::En) => {
                format!("Back within {p95} in 95 % of the cases. What takes longest: {step}.")
            }
            (Some(step), None, Lang::Ja) => format!("戻らない場合がある。最も時間を要するのは「{step}」。"),
            (Some(step), None, Lang::En) => {
                format!("There are cases that never come back. What takes longest: {step}.")
            }
            (None, _, Lang::Ja) => "待つことも、することもない。".to_owned(),
            (None, _, Lang::En) => "Nothing to wait for and nothing to do.".to_owned(),
        }
    })
}

fn table(event: &RecoveryAnswer) -> Table {
    let head =
        [words::STEP, words::STARTS, words::TAKES, words::DECIDES].map(crate::text::Words::phrase).to_vec();
    let time = |f: &crate::stats::figure::Figure| {
        words::both(|lang| {
            let unknown = || words::UNKNOWN.get(lang).to_owned();
            f.value.map_or_else(unknown, |s| numbers::duration(s, lang).join())
        })
    };
    let rows = event.steps.iter().map(|s| {
        vec![s.name.clone(), time(&s.starts_s), time(&s.takes_s), Phrase::same(percent(s.critical).join())]
    });
    Table { head, rows: rows.collect() }
}
