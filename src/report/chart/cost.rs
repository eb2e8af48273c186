//! Cost per tier: the bill at list prices with the band of its assumptions, the plan's own claims as hollow dots, the cap
//! as a hairline at the tiers it is promised for. A bill with unpriced lines is open upwards and says so; a bill that is
//! not known at all is a hatched column with the word, never a zero.

use super::plot::{Anchor, Sheet, draw, round_steps, set};
use super::rungs;
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::answer::bill::BillAnswer;
use crate::answer::verdict::{TargetAnswer, TargetKind};
use crate::answer::{Answer, TierAnswer};
use crate::report::format;
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// One tier's money.
struct Rung<'a> {
    tier: &'a TierAnswer,
    x: f64,
    judged: Option<&'a BillAnswer>,
    list: Option<&'a BillAnswer>,
    claim: Option<&'a TargetAnswer>,
    cap: Option<&'a TargetAnswer>,
}

impl<'a> Rung<'a> {
    fn of(tier: &'a TierAnswer) -> Self {
        let judged = tier.cost.as_ref();
        let beside = tier.books.values().find(|bill| judged.is_none_or(|j| j.book != bill.book));
        Self {
            tier,
            x: rungs::place(tier),
            judged,
            list: beside.or(judged),
            claim: rungs::target(tier, TargetKind::Claim),
            cap: rungs::target(tier, TargetKind::Cost),
        }
    }

    /// The amount that the list bill shows, and whether it is only a lower bound.
    fn amount(&self) -> Option<(f64, bool)> {
        let list = self.list?;
        match (list.total.value, list.known.value) {
            (Some(total), _) => Some((total, false)),
            (None, Some(known)) if known > 0.0 => Some((known, true)),
            _ => None,
        }
    }

    fn range(&self) -> Option<(f64, f64)> {
        let list = self.list?;
        format::bounds(&list.total).or_else(|| format::bounds(&list.known)).map(|b| (b.0, b.1))
    }
}

/// Draws cost over tiers. Readable from 300 pixels width.
pub fn cost(answer: &Answer, look: &Look) -> Chart {
    let rungs: Vec<Rung> = answer.tiers.values().map(Rung::of).collect();
    let currency =
        rungs.iter().find_map(|r| r.list.or(r.judged)).map_or("JPY", |bill| bill.currency.as_str());
    let most = rungs
        .iter()
        .flat_map(|r| {
            let limits = [r.claim, r.cap].map(|t| t.map(|t| t.target));
            let drawn = [r.amount().map(|a| if a.1 { a.0 * 1.1 } else { a.0 }), r.range().map(|r| r.1)];
            limits.into_iter().chain(drawn).flatten().collect::<Vec<_>>()
        })
        .fold(0.0, f64::max);
    let steps = round_steps(most, 4);
    let top = steps.last().copied().unwrap_or(1.0);
    let frame = rungs::frame(answer.tiers.values(), look, (0.0, top), 64.0, 84.0);
    let summary = summary(&rungs, currency);
    let table = table(&rungs, currency);
    let svg = draw(look, summary.get(look.lang), frame, |sheet| {
        paint(sheet, &rungs, &steps, currency, look);
        rungs::say(sheet, rungs.iter().map(|rung| rung.x), &table, look.lang);
    });
    Chart { svg, summary, table }
}

fn paint(sheet: &mut Sheet<'_>, rungs: &[Rung], steps: &[f64], currency: &str, look: &Look) {
    let lang = look.lang;
    let frame = sheet.frame;
    for step in steps {
        sheet.grid(*step, &format::money_short(*step, currency, lang), 1.0);
    }
    // the band of the assumptions, and the totals
    let band: Vec<(f64, (f64, f64))> = rungs.iter().filter_map(|r| Some((r.x, r.range()?))).collect();
    if band.len() > 1 {
        let upper = band.iter().map(|(x, b)| (*x, b.1));
        let lower = band.iter().rev().map(|(x, b)| (*x, b.0));
        sheet.area(upper.chain(lower).collect(), Token::Sea, 0.14);
    }
    for (x, (low, high)) in &band {
        let x = frame.px(*x);
        sheet.path(&[(x, frame.py(*low)), (x, frame.py(*high))], Token::Sea, 5.0, 0.3);
    }
    let totals: Vec<(f64, f64)> = rungs.iter().filter_map(|r| Some((r.x, r.amount()?.0))).collect();
    sheet.curve(totals, Token::Sea, 1.5, 1.0);
    let claims: Vec<(f64, f64)> = rungs.iter().filter_map(|r| Some((r.x, r.claim?.target))).collect();
    sheet.curve(claims, Token::Ink, 1.0, 0.45);
    rungs::axis(sheet, rungs.iter().map(|r| r.tier), lang);
    for rung in rungs {
        cap(sheet, rungs, rung, currency, lang);
    }
    // every dot before any number, so that numbers keep off the dots
    for rung in rungs {
        column(sheet, rung, lang);
    }
    for rung in rungs {
        numbers(sheet, rung, currency, lang);
    }
    names(sheet, rungs, lang);
    sheet.title(words::COST_TITLE.get(lang), words::COST_NOTE.get(lang));
}

/// The cap, from half-way to the tier before to half-way to the next.
fn cap(sheet: &mut Sheet<'_>, rungs: &[Rung], rung: &Rung, currency: &str, lang: Lang) {
    let Some(target) = rung.cap else { return };
    let frame = sheet.frame;
    let near = |before: bool| {
        let others = rungs.iter().filter(|o| if before { o.x < rung.x } else { o.x > rung.x });
        others
            .map(|o| frame.px((o.x + rung.x) / 2.0))
            .min_by(|a, b| (a - frame.px(rung.x)).abs().total_cmp(&(b - frame.px(rung.x)).abs()))
    };
    let (left, right) = (near(true).unwrap_or(frame.left), near(false).unwrap_or(frame.right));
    let y = frame.py(target.target);
    sheet.path(&[(left, y), (right, y)], Token::Ink, 1.0, 1.0);
    sheet.path(&[(right, y), (right, y + 5.0)], Token::Ink, 1.0, 1.0);
    let label = words::target_at(&format::money_short(target.target, currency, lang), lang);
    let at = (left + 5.0, y - 9.0);
    sheet.text(&label, at.0, at.1, set(12.0, Token::Ink));
    sheet.verdict(target.verdict, at.0 + measure::width(&label, 12.0) + 9.0, at.1);
}

/// The column of a tier: its total or what is missing, and the claim.
fn column(sheet: &mut Sheet<'_>, rung: &Rung, lang: Lang) {
    let frame = sheet.frame;
    let x = frame.px(rung.x);
    match rung.amount() {
        Some((amount, open)) => {
            let y = frame.py(amount);
            sheet.path(&[(x, frame.bottom), (x, y)], Token::Sea, 1.0, 0.55);
            if open {
                // open upwards: at least this much
                sheet.hatch([x - 6.0, (y - 26.0).max(frame.top - 14.0), x + 6.0, y], Token::Muted);
            }
            sheet.dot((rung.x, amount), 0.0, 4.5, Token::Sea);
        }
        None => {
            sheet.hatch([x - 6.0, frame.top + 20.0, x + 6.0, frame.bottom], Token::Muted);
            let y = frame.top + 10.0;
            sheet.text_where_free(
                words::UNKNOWN.get(lang),
                &[(x, y, Anchor::Middle)],
                set(12.0, Token::Muted),
            );
        }
    }
    if let Some(claim) = rung.claim {
        sheet.ring((rung.x, claim.target), 0.0, 4.5, Token::Ink);
        if let Some(total) = rung.judged.and_then(|bill| bill.total.value) {
            // the book's own lines add up to a number of their own
            sheet.dot((rung.x, total), 0.0, 2.0, Token::Ink);
        }
    }
}

fn numbers(sheet: &mut Sheet<'_>, rung: &Rung, currency: &str, lang: Lang) {
    let frame = sheet.frame;
    let x = frame.px(rung.x);
    let around = |y: f64| {
        [
            (x, y - 13.0, Anchor::Middle),
            (x - 9.0, y - 6.0, Anchor::End),
            (x + 9.0, y, Anchor::Start),
            (x - 9.0, y + 4.0, Anchor::End),
            (x + 9.0, y + 11.0, Anchor::Start),
            (x, y + 14.0, Anchor::Middle),
            (x - 9.0, y - 16.0, Anchor::End),
        ]
    };
    if let Some((amount, open)) = rung.amount() {
        let written = format::money_short(amount, currency, lang);
        let y = frame.py(amount);
        if open {
            let beside = [(x - 10.0, y - 4.0, Anchor::End), (x + 10.0, y - 4.0, Anchor::Start)];
            sheet.text_where_free(&format!("≥ {written}"), &beside, set(12.0, Token::Ink).bold());
            let beside = [(x - 10.0, y - 20.0, Anchor::End), (x + 10.0, y - 20.0, Anchor::Start)];
            sheet.text_where_free(words::UNPRICED.get(lang), &beside, set(12.0, Token::Muted));
        } else {
            sheet.text_where_free(&written, &around(y), set(12.0, Token::Ink).bold());
        }
    }
    if let Some(claim) = rung.claim {
        let mut written = format::money_short(claim.target, currency, lang);
        if !claim.below {
            written.push('+');
        }
        let mut places = around(frame.py(claim.target));
        places.swap(0, 5);
        sheet.text_where_free(&written, &places, set(12.0, Token::Muted));
    }
}

/// Names beside the last points.
fn names(sheet: &mut Sheet<'_>, rungs: &[Rung], lang: Lang) {
    let frame = sheet.frame;
    let right = frame.right - 12.0;
    if let Some((x, (y, _))) = rungs.iter().rev().find_map(|r| Some((r.x, r.amount()?))) {
        let x = frame.px(x) + 12.0;
        let y = frame.py(y);
        let places = [(x, y, Anchor::Start), (x, y + 14.0, Anchor::Start), (right, y + 28.0, Anchor::End)];
        sheet.text_where_free(words::LIST_PRICE.get(lang), &places, set(12.0, Token::Sea).bold());
    }
    if let Some((x, claim)) = rungs.iter().rev().find_map(|r| Some((r.x, r.claim?))) {
        let x = frame.px(x) + 12.0;
        let y = frame.py(claim.target);
        let places = [(x, y, Anchor::Start), (x, y - 14.0, Anchor::Start), (x, y + 14.0, Anchor::Start)];
        sheet.text_where_free(words::CLAIM.get(lang), &places, set(12.0, Token::Ink));
    }
}

fn written(rung: &Rung, currency: &str) -> Phrase {
    words::both(|lang| match rung.amount() {
        Some((amount, false)) => format::money_per_month(amount, currency, lang),
        Some((amount, true)) => words::at_least(&format::money_per_month(amount, currency, lang), lang),
        None => words::UNKNOWN.get(lang).to_owned(),
    })
}

fn summary(rungs: &[Rung], currency: &str) -> Phrase {
    match (rungs.first(), rungs.last()) {
        (Some(only), _) if rungs.len() == 1 => words::cost_of_one(&written(only, currency)),
        (Some(first), Some(last)) => words::cost_summary(
            &first.tier.name,
            &written(first, currency),
            &last.tier.name,
            &written(last, currency),
        ),
        _ => words::COST_TITLE.phrase(),
    }
}

fn table(rungs: &[Rung], currency: &str) -> Table {
    let unknown = || words::UNKNOWN.phrase();
    let rows = rungs.iter().map(|rung| {
        let judged = rung.judged.map(|bill| words::both(|lang| format::figure(&bill.total, lang).join()));
        let list = rung.list.map(|bill| match rung.amount() {
            Some((_, true)) => written(rung, currency),
            _ => words::both(|lang| format::figure(&bill.total, lang).join()),
        });
        let claim = rung.claim.map(|claim| {
            words::both(|lang| {
                let amount = format::money_per_month(claim.target, currency, lang);
                if claim.below { amount } else { words::at_least(&amount, lang) }
            })
        });
        let cap = rung.cap.map(|t| words::both(|lang| format::money_per_month(t.target, currency, lang)));
        vec![
            rung.tier.name.clone(),
            Phrase::same(format::count(rung.tier.tenants)),
            claim.unwrap_or_default(),
            judged.unwrap_or_else(unknown),
            list.unwrap_or_else(unknown),
            cap.unwrap_or_default(),
        ]
    });
    let head = [words::TIER, words::TENANTS, words::CLAIM, words::JUDGED, words::LIST_PRICE, words::TARGET];
    Table { head: head.into_iter().map(crate::text::Words::phrase).collect(), rows: rows.collect() }
}
