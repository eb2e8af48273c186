//! The timeline of a run: faults as blocks in a lane each, and under them the share of requests that fails from minute to
//! minute, when that has been simulated.

use super::plot::{Anchor, Frame, Sheet, draw, round_steps, set};
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::text::numbers::{both, duration, percent, plain};
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// Left edge of the time, pixels.
pub const LEFT: f64 = 44.0;
/// Room right of it.
pub const RIGHT: f64 = 24.0;
/// Room above the first lane.
const HEAD: f64 = 44.0;
/// Height of a lane.
const LANE: f64 = 26.0;
/// Height of the curve.
const CURVE: f64 = 110.0;
/// Room below it.
const FOOT: f64 = 28.0;

/// One fault on the timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Name.
    pub name: Phrase,
    /// Begin, seconds from the end of the warm-up.
    pub at_s: f64,
    /// How long, seconds.
    pub lasts_s: f64,
    /// Whether it is the one that is looked at.
    pub chosen: bool,
}

/// A run: its faults and, once simulated, what failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// Faults.
    pub blocks: Vec<Block>,
    /// Length of the run, seconds.
    pub length_s: f64,
    /// Share of requests that failed, bucket by bucket.
    pub failed: Vec<Option<f64>>,
    /// Length of a bucket, seconds.
    pub step_s: f64,
    /// When the chosen fault was over and all back to normal, seconds; `None`: not known, or never.
    pub normal_s: Option<f64>,
}

/// Height of the picture of so many faults.
pub fn height(faults: usize) -> f64 {
    HEAD + LANE * faults as f64 + CURVE + FOOT
}

/// Draws the timeline. The height of `look` is not heeded: [`height`] says what is needed. Readable from 320 pixels.
pub fn lane(lane: &Lane, look: &Look) -> Chart {
    let look = &Look { height: height(lane.blocks.len()), ..*look };
    let most = lane.failed.iter().flatten().copied().fold(0.0, f64::max);
    let shares = round_steps(if most > 0.0 { 100.0 * most } else { 100.0 }, 3);
    let most = shares.last().copied().unwrap_or(100.0).max(100.0 * most) / 100.0;
    let frame = Frame {
        left: LEFT,
        right: look.width - RIGHT,
        top: HEAD + LANE * lane.blocks.len() as f64 + 12.0,
        bottom: look.height - FOOT,
        x: (0.0, lane.length_s.max(1.0)),
        y: (0.0, most),
    };
    let summary = summary(lane);
    let table = table(lane);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, lane, &shares, look);
        say(sheet, lane, &table, look.lang);
    });
    Chart { svg, summary, table }
}

fn paint(sheet: &mut Sheet<'_>, lane: &Lane, shares: &[f64], look: &Look) {
    let (frame, lang) = (sheet.frame, look.lang);
    let minutes = lane.length_s / 60.0;
    let steps = round_steps(minutes, if look.width >= 560.0 { 8 } else { 4 });
    for step in steps.iter().filter(|step| **step <= minutes) {
        let x = frame.px(step * 60.0);
        sheet.path(&[(x, HEAD), (x, frame.bottom)], Token::Line, 1.0, 1.0);
        let label = if *step == 0.0 { "0".to_owned() } else { duration(step * 60.0, lang).join() };
        sheet.text(&label, x, frame.bottom + 13.0, set(12.0, Token::Muted).at(Anchor::Middle));
    }
    for (i, block) in lane.blocks.iter().enumerate() {
        let top = HEAD + LANE * i as f64 + 4.0;
        let [a, b] = [block.at_s, block.at_s + block.lasts_s].map(|t| frame.px(t.min(lane.length_s)));
        let bottom = if block.chosen { frame.bottom } else { top + LANE - 8.0 };
        if block.chosen {
            sheet.block([a, top + LANE - 8.0, b.max(a + 2.0), bottom], Token::Signal, 0.08);
        }
        let token = if block.chosen { Token::Signal } else { Token::Sea };
        sheet.block([a, top, b.max(a + 2.0), top + LANE - 8.0], token, if block.chosen { 0.9 } else { 0.35 });
        let name = block.name.get(lang);
        let wide = measure::width(name, 12.0);
        let middle = top + (LANE - 8.0) / 2.0;
        let style = set(12.0, Token::Ink);
        // Beside the block, on the side that has room.
        if b + 6.0 + wide <= look.width - 8.0 {
            sheet.text(name, b + 6.0, middle, style);
        } else {
            sheet.text(name, (a - 6.0).max(wide + 4.0), middle, style.at(Anchor::End));
        }
    }
    if lane.failed.iter().any(Option::is_some) {
        for share in shares {
            sheet.grid(share / 100.0, &percent(share / 100.0).join(), 0.6);
        }
        let at = |i: usize| (i as f64 + 0.5) * lane.step_s;
        let points: Vec<(f64, f64)> =
            (0..lane.failed.len()).filter_map(|i| Some((at(i), lane.failed[i]?))).collect();
        let (first, last) = (points.first().map_or(0.0, |p| p.0), points.last().map_or(0.0, |p| p.0));
        let area = points.iter().copied().chain([(last, 0.0), (first, 0.0)]).collect();
        sheet.area(area, Token::Signal, 0.18);
        sheet.curve(points, Token::Signal, 1.5, 1.0);
    }
    if let Some(normal) = lane.normal_s.filter(|at| *at <= lane.length_s) {
        let x = frame.px(normal);
        sheet.path(&[(x, frame.top), (x, frame.bottom)], Token::Ink, 1.5, 1.0);
        let label = words::BACK_TO_NORMAL.get(lang);
        let wide = measure::width(label, 12.0);
        let place =
            if x + 6.0 + wide <= frame.right { (x + 6.0, Anchor::Start) } else { (x - 6.0, Anchor::End) };
        sheet.text(label, place.0, frame.top + 8.0, set(12.0, Token::Ink).at(place.1));
    }
    sheet.title(words::LANE_TITLE.get(lang), words::LANE_NOTE.get(lang));
}

/// What failed in each step of time, and when each fault is.
fn say(sheet: &mut Sheet<'_>, lane: &Lane, table: &Table, lang: Lang) {
    let frame = sheet.frame;
    for (i, share) in lane.failed.iter().enumerate() {
        let Some(share) = share else { continue };
        let at = i as f64 * lane.step_s;
        let [left, right] = [at, at + lane.step_s].map(|t| frame.px(t));
        let words =
            format!("{} · {} {}", duration(at, lang).join(), words::FAILED.get(lang), percent(*share).join());
        sheet.say([left, frame.top, right, frame.bottom], Some(words));
    }
    for i in 0..lane.blocks.len() {
        let top = HEAD + LANE * i as f64;
        sheet.say([0.0, top, frame.right + RIGHT, top + LANE], table.said(i, lang));
    }
}

fn summary(lane: &Lane) -> Phrase {
    let most = lane.failed.iter().flatten().copied().fold(0.0, f64::max);
    let known = lane.failed.iter().any(Option::is_some);
    let n = lane.blocks.len();
    both(|lang| match (known, lang) {
        (true, Lang::Ja) => format!("障害 {n} 件。最も多い分で要求の {} が失敗する。", percent(most).join()),
        (true, Lang::En) => {
            format!("{}. In the worst minute {} of the requests fail.", faults(n), percent(most).join())
        }
        (false, Lang::Ja) => format!("障害 {n} 件。選ぶとシミュレーションする。"),
        (false, Lang::En) => format!("{}. Choose one to simulate it.", faults(n)),
    })
}

fn faults(n: usize) -> String {
    if n == 1 { "1 fault".to_owned() } else { format!("{n} faults") }
}

fn table(lane: &Lane) -> Table {
    let head = vec![words::FAULT.phrase(), words::STARTS.phrase(), words::TAKES.phrase()];
    let time = |s: f64| both(|lang| duration(s, lang).join());
    let rows = lane.blocks.iter().map(|b| vec![b.name.clone(), time(b.at_s), time(b.lasts_s)]);
    let failed = lane.failed.iter().enumerate().filter_map(|(i, share)| {
        let at = i as f64 * lane.step_s;
        share.filter(|share| *share > 0.0).map(|share| {
            vec![words::FAILED.phrase(), time(at), Phrase::same(format!("{} %", plain(100.0 * share)))]
        })
    });
    Table { head, rows: rows.chain(failed).collect() }
}
