//! How firm a verdict is: each assumption with a range is put to its two ends, alone, and the analytic engines answer
//! again. A verdict no end changes is robust; otherwise the value at which it flips is found by bisection. The same
//! answers give the range of each figure: its smallest and largest value over those ends.

use super::{Analysis, Evidence, judge, quick, say};
use crate::answer::verdict::{Flip, TargetAnswer, TargetKind, Verdict};
use crate::model::Assumption;
use crate::recovery::Memo;
use crate::scenario::{Change, Scenario, lower};
use crate::text::numbers::plain;
use indexmap::IndexMap;
use std::sync::Arc;

/// Steps of the bisection: the flip is found within 1/64 of the range.
const STEPS: u32 = 6;

/// Fills in `robust`, `flips_if` and the ranges of every judged target.
///
/// `targets` may hold simulated verdicts; a target whose analytic verdict at the central values differs from the given
/// one cannot be looked at this way and keeps `robust: None`. Cost: two analyses per assumption of the tier, and
/// [`STEPS`] more per flip.
pub fn look(scenario: &Scenario, analysis: &Analysis, targets: &mut IndexMap<String, TargetAnswer>) {
    let central = verdicts(analysis);
    let mut memo = Memo::default();
    for (id, target) in targets.iter_mut() {
        let same = central.get(id).is_some_and(|c| c.verdict == target.verdict);
        target.robust = (same && target.value.value.is_some()).then_some(true);
    }
    let tier = &analysis.model.tier.id;
    for assumption in &analysis.model.assumptions {
        let Some((low, high)) = assumption.range else { continue };
        let Some((low_text, high_text)) = &assumption.range_text else { continue };
        for (end, text) in [(low, low_text), (high, high_text)] {
            let Some(answers) = what_if(scenario, tier, assumption, text, &mut memo) else { continue };
            for (id, target) in targets.iter_mut() {
                let (Some(there), Some(here)) = (answers.get(id), central.get(id)) else { continue };
                widen(target, here, there);
                target.overloads |= here.value.value.is_some()
                    && there.value.value.is_none()
                    && matches!(target.kind, TargetKind::Latency | TargetKind::AiLatency)
                    && there.verdict == Verdict::Fail;
                if target.robust.is_none()
                    || there.verdict == here.verdict
                    || there.verdict == Verdict::Unsure
                {
                    continue;
                }
                target.robust = Some(false);
                let at = bisect(scenario, tier, assumption, end, &mut memo, |answers| {
                    answers.get(id).is_some_and(|a| a.verdict != here.verdict)
                });
                let words = say::flip(&assumption.path, &at, end > assumption.value);
                target.flips_if.push(Flip { path: assumption.path.clone(), at, words });
            }
        }
    }
}

/// Widens a target's range by what one end of one assumption does to it. Only ratios are carried over, so that a
/// simulated value keeps its own centre.
fn widen(target: &mut TargetAnswer, here: &TargetAnswer, there: &TargetAnswer) {
    let (Some(value), Some(from), Some(to)) = (target.value.value, here.value.value, there.value.value)
    else {
        return;
    };
    let moved = match target.kind {
        // shares near one: the distance to one is what scales
        TargetKind::Uptime if from < 1.0 => 1.0 - (1.0 - value) * (1.0 - to) / (1.0 - from),
        _ if from > 0.0 => value * to / from,
        _ => return,
    };
    // A share of the time or of the requests is no less than none and no more than all.
    let moved = if target.unit == "1" { moved.clamp(0.0, 1.0) } else { moved };
    let figure = &mut target.value;
    figure.range_low = Some(figure.range_low.unwrap_or(value).min(moved));
    figure.range_high = Some(figure.range_high.unwrap_or(value).max(moved));
}

/// The analytic verdicts.
pub fn verdicts(analysis: &Analysis) -> IndexMap<String, TargetAnswer> {
    judge(&Evidence { analysis, measured: None, files: &[] })
}

/// The verdicts with one value replaced; `None` when that value cannot be put there.
pub fn what_if(
    scenario: &Scenario,
    tier: &str,
    assumption: &Assumption,
    text: &str,
    memo: &mut Memo,
) -> Option<IndexMap<String, TargetAnswer>> {
    let change = Change { path: assumption.path.clone(), text: text.to_owned() };
    let model = lower(scenario, tier, &[change]).ok()?;
    Some(verdicts(&quick(Arc::new(model), memo)))
}

/// The value between centre and `end` at which `flipped` turns true, written in the unit of the range's ends.
pub fn bisect(
    scenario: &Scenario,
    tier: &str,
    assumption: &Assumption,
    end: f64,
    memo: &mut Memo,
    flipped: impl Fn(&IndexMap<String, TargetAnswer>) -> bool,
) -> String {
    let (mut here, mut there) = (assumption.value, end);
    for _ in 0..STEPS {
        let middle = (here + there) / 2.0;
        match what_if(scenario, tier, assumption, &written(assumption, middle), memo) {
            Some(answers) if flipped(&answers) => there = middle,
            _ => here = middle,
        }
    }
    written(assumption, there)
}

/// A value of an assumption as it would be written in the file: in the unit of the nearer end of its range.
fn written(assumption: &Assumption, value: f64) -> String {
    let (Some((low, high)), Some((low_text, high_text))) = (assumption.range, &assumption.range_text) else {
        return plain(value);
    };
    let (end, text) = if high != 0.0 { (high, high_text) } else { (low, low_text) };
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
    let number: Option<f64> = text[..digits].replace(',', "").parse().ok();
    match number {
        Some(number) if end != 0.0 => {
            format!("{}{}", plain(value / end * number).replace(',', ""), &text[digits..])
        }
        _ => plain(value),
    }
}
