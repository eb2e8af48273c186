//! Where the error budget goes: what a month may be down, cause by cause what is expected to be taken from it, and what is
//! left or missing.

use super::plot::{Anchor, Frame, Sheet, draw, round_steps, set};
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::answer::availability::Share;
use crate::text::numbers::{minutes, percent, plain};
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// Causes shown; the rest is one bar.
const SHOWN: usize = 7;
/// Room above the first bar.
const HEAD: f64 = 60.0;
/// Room below the last one.
const FOOT: f64 = 30.0;
/// Height of a row.
const ROW: f64 = 28.0;
/// Width from which the names stand beside the bars; below it, above them.
const WIDE: f64 = 480.0;

/// One bar: from, to, minutes.
struct Bar {
    name: Phrase,
    from: f64,
    to: f64,
    token: Token,
}

/// Height of the picture of so many causes.
pub fn height(causes: usize) -> f64 {
    HEAD + FOOT + ROW * (causes.min(SHOWN + 1) + 2) as f64
}

/// Draws the causes of an uptime objective against its budget, minutes of a 30-day month. The height of `look` is not
/// heeded: [`height`] says what is needed. Readable from 320 pixels.
pub fn waterfall(causes: &[Share], budget_min: f64, look: &Look) -> Chart {
    let look = &Look { height: height(causes.len()), ..*look };
    let bars = bars(causes, budget_min);
    let names = bars.iter().map(|bar| measure::width(bar.name.get(look.lang), 12.0) + 4.0);
    let room = names.fold(60.0, f64::max).min(look.width * if look.width >= WIDE { 0.36 } else { 0.42 });
    let total: f64 = causes.iter().map(|share| share.amount).sum();
    let most = budget_min.max(total);
    let steps = round_steps(most, if look.width >= WIDE { 8 } else { 3 });
    let right = steps.last().copied().unwrap_or(1.0).max(most);
    let frame = Frame {
        left: 16.0 + room,
        right: look.width - 64.0,
        top: HEAD,
        bottom: look.height - FOOT,
        x: ((budget_min - total).min(0.0), right),
        y: (0.0, bars.len() as f64),
    };
    let summary = summary(causes, budget_min, total);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| paint(sheet, &bars, &steps, look.lang));
    Chart { svg, summary, table: table(causes) }
}

fn bars(causes: &[Share], budget: f64) -> Vec<Bar> {
    let mut left = budget;
    let mut bars = vec![Bar { name: words::BUDGET.phrase(), from: 0.0, to: budget, token: Token::Muted }];
    let mut take = |name: Phrase, amount: f64| {
        bars.push(Bar { name, from: left, to: left - amount, token: Token::Sea });
        left -= amount;
    };
    for share in causes.iter().take(SHOWN) {
        let name = if share.part.is_empty() || share.part == "outage" {
            share.cause.clone()
        } else {
            format!("{} {}", share.cause, share.part)
        };
        take(Phrase::same(name), share.amount);
    }
    let rest: f64 = causes.iter().skip(SHOWN).map(|share| share.amount).sum();
    if causes.len() > SHOWN {
        take(words::OTHERS.phrase(), rest);
    }
    let (name, token) =
        if left >= 0.0 { (words::LEFT, Token::Muted) } else { (words::MISSING, Token::Signal) };
    bars.push(Bar { name: name.phrase(), from: 0.0, to: left, token });
    bars
}

fn paint(sheet: &mut Sheet<'_>, bars: &[Bar], steps: &[f64], lang: Lang) {
    let frame = sheet.frame;
    for (i, step) in steps.iter().enumerate() {
        let x = frame.px(*step);
        sheet.path(&[(x, frame.top), (x, frame.bottom)], Token::Line, 1.0, 1.0);
        let label = if i + 1 == steps.len() { minutes(*step, lang).join() } else { plain(*step) };
        sheet.text(&label, x, frame.bottom + 13.0, set(12.0, Token::Muted).at(Anchor::Middle));
    }
    for (i, bar) in bars.iter().enumerate() {
        let top = frame.top + ROW * i as f64;
        let (above, below) = (top + 7.0, top + ROW - 7.0);
        let middle = (above + below) / 2.0;
        let (a, b) = (frame.px(bar.from.min(bar.to)), frame.px(bar.from.max(bar.to)));
        sheet.block(
            [a, above, b.max(a + 1.0), below],
            bar.token,
            if bar.token == Token::Muted { 0.45 } else { 1.0 },
        );
        let amount = minutes((bar.from - bar.to).abs(), lang).join();
        let said = format!("{} {amount}", bar.name.get(lang));
        sheet.say([0.0, top, frame.right, top + ROW], Some(said));
        let name = measure::wrap(bar.name.get(lang), 12.0, frame.left - 20.0);
        let name = name.first().cloned().unwrap_or_default();
        let style = set(12.0, Token::Ink);
        let style = if bar.token == Token::Sea { style } else { style.bold() };
        sheet.text(&name, frame.left - 10.0, middle, style.at(Anchor::End));
        sheet.text(&amount, b.max(a + 1.0) + 6.0, middle, set(12.0, Token::Muted));
        if i + 1 < bars.len() {
            let x = frame.px(bar.to);
            sheet.path(&[(x, below), (x, below + 14.0)], Token::Muted, 1.0, 0.6);
        }
    }
    sheet.title(words::WATERFALL_TITLE.get(lang), words::WATERFALL_NOTE.get(lang));
}

fn summary(causes: &[Share], budget: f64, total: f64) -> Phrase {
    let top = causes.first();
    words::both(|lang| {
        let (total_said, budget_said) = (minutes(total, lang).join(), minutes(budget, lang).join());
        let cause = top.map_or_else(String::new, |share| match lang {
            Lang::Ja => format!("最大の要因は {}({})。", share.cause, percent(share.share).join()),
            Lang::En => format!("The largest cause is {} ({}).", share.cause, percent(share.share).join()),
        });
        match lang {
            Lang::Ja => format!("許容 {budget_said} のうち {total_said} を使う見込み。{cause}"),
            Lang::En => {
                format!("Of a budget of {budget_said}, {total_said} are expected to be used. {cause}")
            }
        }
        .trim_end()
        .to_owned()
    })
}

fn table(causes: &[Share]) -> Table {
    let head =
        vec![words::CAUSE.phrase(), words::PART.phrase(), words::SHARE.phrase(), words::DOWNTIME.phrase()];
    let rows = causes.iter().map(|share| {
        vec![
            Phrase::same(share.cause.clone()),
            Phrase::same(share.part.clone()),
            Phrase::same(percent(share.share).join()),
            words::both(|lang| minutes(share.amount, lang).join()),
        ]
    });
    Table { head, rows: rows.collect() }
}
