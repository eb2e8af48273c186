//! The tornado: every assumption with a range put to its two ends, alone, and what that does to every target. By the
//! analytic engines; simulated verdicts are not looked at.

use super::flips::{Other, verdicts};
use super::{Analysis, glance};
use crate::answer::sensitivity::{Bar, SensitivityAnswer};
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::recovery::Memo;
use crate::scenario::Scenario;
use crate::stats::figure::Figure;
use indexmap::IndexMap;
use std::cmp::Ordering;

/// By target; targets without a value are left out. Assumptions that do not move a target are left out of its bars.
///
/// Cost: two analyses per assumption with a range, and at most six more per verdict that flips.
pub fn tornado(scenario: &Scenario, analysis: &Analysis) -> IndexMap<String, SensitivityAnswer> {
    let mut memo = Memo::default();
    // As the ends are looked at: what only a longer analysis knows is left out on both sides.
    let central = verdicts(&glance(analysis.model.clone(), &mut memo));
    let mut answers: IndexMap<String, SensitivityAnswer> = IndexMap::new();
    for (id, target) in central.iter().filter(|(_, target)| target.value.value.is_some()) {
        let answer = SensitivityAnswer {
            name: target.name.clone(),
            kind: target.kind,
            value: target.value.clone(),
            verdict: target.verdict,
            target: target.target,
            bars: Vec::new(),
        };
        answers.insert(id.clone(), answer);
    }
    let base = &analysis.model;
    for assumption in &analysis.model.assumptions {
        let Some((low, high)) = assumption.range else { continue };
        let Some((low_text, high_text)) = &assumption.range_text else { continue };
        let mut other = Other::new(scenario, base, assumption);
        let ends = (other.at(low_text, &mut memo), other.at(high_text, &mut memo));
        let (Some(lower), Some(upper)) = ends else { continue };
        for (id, answer) in &mut answers {
            let (Some(here), Some(lower), Some(upper)) = (central.get(id), lower.get(id), upper.get(id))
            else {
                continue;
            };
            let Some(mut bar) = bar(here, lower, upper) else { continue };
            let flips =
                |there: &TargetAnswer| there.verdict != here.verdict && there.verdict != Verdict::Unsure;
            let end = [(flips(lower), low), (flips(upper), high)].into_iter().find(|(flips, _)| *flips);
            if let Some((_, end)) = end {
                bar.flips_at = Some(other.bisect(end, &mut memo, |answers| {
                    answers.get(id).is_some_and(|a| a.verdict != here.verdict)
                }));
            }
            (bar.path, bar.low, bar.high) = (assumption.path.clone(), low_text.clone(), high_text.clone());
            answer.bars.push(bar);
        }
    }
    for answer in answers.values_mut() {
        answer.bars.sort_by(|a, b| widest(b.swing, a.swing).then_with(|| a.path.cmp(&b.path)));
    }
    answers
}

/// What two ends do; `None` when neither changes anything.
fn bar(here: &TargetAnswer, lower: &TargetAnswer, upper: &TargetAnswer) -> Option<Bar> {
    let value = |target: &TargetAnswer| Figure { range_low: None, range_high: None, ..target.value.clone() };
    let same = |there: &TargetAnswer| {
        there.verdict == here.verdict
            && match (there.value.value, here.value.value) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1e-12),
                (a, b) => a == b,
            }
    };
    if same(lower) && same(upper) {
        return None;
    }
    let swing = lower.value.value.zip(upper.value.value).map(|(a, b)| (b - a).abs());
    Some(Bar {
        at_low: value(lower),
        at_high: value(upper),
        verdict_low: lower.verdict,
        verdict_high: upper.verdict,
        swing,
        ..Bar::default()
    })
}

/// An unknown swing is wider than any other.
fn widest(a: Option<f64>, b: Option<f64>) -> Ordering {
    a.unwrap_or(f64::INFINITY).total_cmp(&b.unwrap_or(f64::INFINITY))
}
